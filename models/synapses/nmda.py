"""Slow excitation by NMDA receptors, which saturate and are blocked by magnesium, beside fast GABA
for weights below 0.

| paper | here | |
| --- | --- | --- |
| s | s | share of the receptors of a connection that are open |
| alpha, x, tau_rise | opening | 1 - exp(-alpha tau_rise), the share of the closed a spike opens |
| tau_decay | tau_NMDA | |

The target neuron has the sum of w s over its connections, `s_total`, which decays as each s does.
For neurons in volts whose current `I` is in amperes: it takes the place of that current. The
eligibility is dU/dw by the open receptors and the leak, at `V_mean`, in units of the threshold's
distance from rest.
"""

from brian2 import ms, mV, nS

from snn_brian.declarations import Synapse

nmda = Synapse(
    name="nmda",
    reference="Wang 2002: saturation, block by 1 mM of magnesium, reversal potentials; here a "
    "spike opens receptors at once",
    connection="ds/dt = -s/tau_NMDA : 1",
    synaptic_input="""
    opened = opening*(1 - s)
    s += opened
    s_total_post += clip(w, 0, inf)*opened
    g_i_post += g_GABA*clip(-w, 0, inf)
    """,
    target="""
    ds_total/dt = -s_total/tau_NMDA : 1
    dg_i/dt = -g_i/tau_GABA : siemens
    I = g_NMDA*s_total*(E_e - U)/(1 + exp(-0.062*U/mV)/3.57) + g_i*(E_i - U) : amp
    """,
    source="""
    dp/dt = (q - p)/tau_m : 1
    dq/dt = -q/tau_NMDA : 1
    """,
    source_spike="q += opening*(1 - q)",
    eligibility="p*g_NMDA*(E_e - V_mean)/(1 + exp(-0.062*V_mean/mV)/3.57)/(g_L*V_range)",
    parameters=dict(
        opening=0.63,
        tau_NMDA=100 * ms,
        tau_GABA=5 * ms,
        g_NMDA=20 * nS,  # of all receptors of a connection of weight 1
        g_GABA=20 * nS,  # by a spike through a weight of -1
        E_e=0 * mV,  # reversal potentials
        E_i=-70 * mV,
        # of the membrane, for the eligibility
        tau_m=10 * ms,
        g_L=10 * nS,
        V_mean=-55 * mV,
        V_range=15 * mV,  # from rest to threshold
    ),
)
