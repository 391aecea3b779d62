"""Conductances: a weight above 0 opens AMPA receptors, one below 0 GABA receptors.

For neurons in volts whose current `I` is in amperes: it takes the place of that current. The
eligibility is dU/dw by the excitatory conductance and the leak, at `V_mean`, in units of the
threshold's distance from rest, as that of `exponential_integrate_and_fire`.
"""

from brian2 import ms, mV, nS

from snn_brian.declarations import Synapse

conductance = Synapse(
    name="conductance",
    reference="exponential synapses, as in Vogels and Abbott 2005 (Brian2's example CUBA/COBA): "
    "tau_e, tau_i, E_e, E_i",
    target="""
    dg_e/dt = -g_e/tau_e : siemens
    dg_i/dt = -g_i/tau_i : siemens
    I = g_e*(E_e - U) + g_i*(E_i - U) : amp
    """,
    synaptic_input="""
    g_e_post += g_AMPA*clip(w, 0, inf)
    g_i_post += g_GABA*clip(-w, 0, inf)
    """,
    source="""
    dp/dt = (q - p)/tau_m : 1
    dq/dt = -q/tau_e : 1
    """,
    source_spike="q += g_AMPA*(E_e - V_mean)/(g_L*V_range)",
    eligibility="p",
    parameters=dict(
        tau_e=5 * ms,
        tau_i=10 * ms,
        E_e=0 * mV,  # reversal potentials
        E_i=-80 * mV,
        g_AMPA=20 * nS,  # by a spike through a weight of 1
        g_GABA=20 * nS,  # by a spike through a weight of -1
        # of the membrane, for the eligibility
        tau_m=10 * ms,
        g_L=10 * nS,
        V_mean=-55 * mV,
        V_range=15 * mV,  # from rest to threshold
    ),
)
