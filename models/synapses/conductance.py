"""Conductances: a weight above 0 opens AMPA receptors, one below 0 GABA receptors.

For neurons whose U is 0 at rest and 1 at threshold, and whose current `I` they stand in for:
`leaky_integrate_and_fire`, `adaptive_threshold`. Conductances are in units of the leak's. The
eligibility is dU/dw by the excitatory conductance and the leak, at V_mean.
"""

from brian2 import ms, mV

from snn_brian.declarations import Synapse

conductance = Synapse(
    name="conductance",
    reference="Vogels and Abbott 2005, the network of conductances: tau_e, tau_i, E_e, E_i",
    target="""
    dg_e/dt = -g_e/tau_e : 1
    dg_i/dt = -g_i/tau_i : 1
    V = V_rest + V_range*U : volt
    I = (g_e*(E_e - V) + g_i*(E_i - V))/V_range : 1
    """,
    synaptic_input="""
    g_e_post += g_AMPA*clip(w, 0, inf)
    g_i_post += g_GABA*clip(-w, 0, inf)
    """,
    source="""
    dp/dt = (q - p)/tau_m : 1
    dq/dt = -q/tau_e : 1
    """,
    source_spike="q += g_AMPA*(E_e - V_mean)/V_range",
    eligibility="p",
    parameters=dict(
        tau_e=5 * ms,
        tau_i=10 * ms,
        E_e=0 * mV,  # reversal potentials
        E_i=-80 * mV,
        V_rest=-65 * mV,
        V_range=15 * mV,  # from rest to threshold
        g_AMPA=2.0,  # by a spike through a weight of 1
        g_GABA=4.0,  # by a spike through a weight of -1
        tau_m=10 * ms,  # of the membrane, for the eligibility
        V_mean=-55 * mV,
    ),
)
