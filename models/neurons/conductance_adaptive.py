"""Integrate-and-fire with conductances and a threshold that rises with each spike of a neuron's
life.

| paper | here | |
| --- | --- | --- |
| V, g_e, g_i | U, g_e, g_i | (1), (2) |
| theta | theta | rises by theta_plus with each spike, in training alone |
| v_thresh, v_reset, E_rest, E_exc, E_inh | U_thresh, U_reset, E_rest, E_e, E_i | |

Negative weights are inhibitory. The paper's layer of inhibitory neurons, one for each excitatory
one, is a projection of fixed weights within the layer: each spike inhibits all other neurons a step
later. The rest of 150 ms between presentations, in which all decays, is a start at rest. The paper
shows an image again, and brighter, until five spikes come; here thresholds fall faster instead, the
faster the fewer neurons share the spikes, so that in a layer of any size about fifteen come at the
first time.
"""

from brian2 import ms, mV

from snn_brian.declarations import Neuron

conductance_adaptive = Neuron(
    name="conductance_adaptive",
    reference="Diehl, Cook 2015, Eq. (1), (2), 2.1 and 2.5",
    equations="""
    dU/dt = ((E_rest - U) + g_e*(E_e - U) + g_i*(E_i - U))/tau_m : volt (unless refractory)
    dg_e/dt = -g_e/tau_e : 1
    dg_i/dt = -g_i/tau_i : 1
    theta : volt
    """,
    start_of_presentation="""
    U = E_rest
    g_e = 0
    g_i = 0
    theta = theta*(1 - learning*(steps*dt + pause)/(N*tau_theta))
    """,
    start_of_step="",
    synaptic_input="""
    g_e_post += clip(w, 0, inf)
    g_i_post -= clip(w, -inf, 0)
    """,
    threshold="U > U_thresh + theta",
    reset="U = U_reset; theta += learning*theta_plus",
    derivative="int(abs(U - U_thresh) < box)",
    refractory="refractory_time",
    method="exponential_euler",
    parameters=dict(
        tau_m=100 * ms,
        tau_e=1 * ms,
        tau_i=2 * ms,
        tau_theta=1.5e4 * ms,  # for each neuron of the layer; the paper's 1e7 is for any number
        refractory_time=5 * ms,
        pause=150 * ms,  # between presentations, for theta alone
        E_rest=-65 * mV,
        E_e=0 * mV,
        E_i=-100 * mV,
        U_thresh=-52 * mV,
        U_reset=-65 * mV,
        theta_plus=0.05 * mV,
        box=10 * mV,
    ),
)
