"""Slow excitation by NMDA receptors, which saturate, beside fast GABA for weights below 0.

| paper | here | |
| --- | --- | --- |
| s | s | share of the receptors of a connection that are open |
| alpha, x, tau_rise | opening | share of the closed that a spike opens: 1 - exp(-alpha tau_rise) |
| tau_decay | tau_NMDA | |

The target neuron has the sum of w s over its connections, `s_total`, which decays as each s does.
Left out are the rise of 2 ms and the block by magnesium, with which U would not be linear in
itself.

For neurons whose U is 0 at rest and 1 at threshold, and whose current `I` this stands in for:
`leaky_integrate_and_fire`, `adaptive_threshold`. Conductances are in units of the leak's. The
eligibility is dU/dw by the open receptors and the leak, at V_mean.
"""

from brian2 import ms, mV

from snn_brian.declarations import Synapse

nmda = Synapse(
    name="nmda",
    reference="Wang 2002, synaptic currents: saturation, tau_NMDA, tau_GABA, E_e, E_i",
    connection="ds/dt = -s/tau_NMDA : 1",
    synaptic_input="""
    opened = opening*(1 - s)
    s += opened
    s_total_post += opened*clip(w, 0, inf)
    g_i_post += g_GABA*clip(-w, 0, inf)
    """,
    target="""
    ds_total/dt = -s_total/tau_NMDA : 1
    dg_i/dt = -g_i/tau_GABA : 1
    V = V_rest + V_range*U : volt
    I = (g_NMDA*s_total*(E_e - V) + g_i*(E_i - V))/V_range : 1
    """,
    source="""
    dp/dt = (q - p)/tau_m : 1
    dq/dt = -q/tau_NMDA : 1
    """,
    source_spike="q += opening*(1 - q)",
    eligibility="p*g_NMDA*(E_e - V_mean)/V_range",
    parameters=dict(
        opening=0.63,
        tau_NMDA=100 * ms,
        tau_GABA=5 * ms,
        E_e=0 * mV,  # reversal potentials
        E_i=-70 * mV,
        V_rest=-65 * mV,
        V_range=15 * mV,  # from rest to threshold
        g_NMDA=1.0,  # of all receptors of a connection of weight 1
        g_GABA=4.0,  # by a spike through a weight of -1
        tau_m=10 * ms,  # of the membrane, for the eligibility
        V_mean=-55 * mV,
    ),
)
