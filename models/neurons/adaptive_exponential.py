"""Adaptive exponential integrate-and-fire (AdEx), in physical units: a current follows the membrane
and rises with each spike.

| paper | here | |
| --- | --- | --- |
| V, w | U, w_ad | membrane and adaptation current; w is the weight of a synapse |
| C, g_L, E_L | C, g_L, E_L | capacitance, leak and its reversal |
| V_T, Delta_T | V_T, Delta_T | onset of a spike and its sharpness |
| tau_w, a, b | tau_w, a, b | adaptation: time constant, coupling to U, jump after a spike |

Numbers are the paper's; a spike is counted at V_T + 5 Delta_T, where it is certain. The eligibility
is dU/dw of a synapse by leak and synapse alone, in units of V_T - E_L; all else is cut off. The box
is one of the current I: U at a spike no longer tells how strong I was.
"""

from brian2 import ms, mV, nS, pA, pF

from snn_brian.declarations import Neuron

adaptive_exponential = Neuron(
    name="adaptive_exponential",
    reference="Brette and Gerstner 2005, Eq. (1) to (3), Table 1; learning as in Kaiser et al. "
    "2020",
    equations="""
    dU/dt = (g_L*(E_L - U) + g_L*Delta_T*exp((U - V_T)/Delta_T) - w_ad + I)/C : volt
    dw_ad/dt = (a*(U - E_L) - w_ad)/tau_w : amp
    dI/dt = -I/tau_s : amp
    """,
    method="rk2",
    substeps=20,
    start_of_presentation="U = E_L; w_ad = 0*pA; I = 0*pA",
    start_of_step="",
    synaptic_input="I_post += strength_post*w",
    threshold="U > V_cut",
    reset="U = E_L; w_ad += b",
    derivative="height*int(abs(I - onset) < box)",
    trace="""
    dp/dt = (q - p)*g_L/C : 1
    dq/dt = -q/tau_s : 1
    """,
    source_spike="q += S*strength/(g_L*(V_T - E_L))",
    eligibility="p",
    parameters=dict(
        C=281 * pF,
        g_L=30 * nS,
        E_L=-70.6 * mV,
        V_T=-50.4 * mV,
        Delta_T=2 * mV,
        V_cut=-40.4 * mV,
        tau_w=144 * ms,
        a=4 * nS,
        b=80.5 * pA,
        tau_s=4 * ms,  # synapse
        strength=4800 * pA,  # current by a spike through a weight of 1
        onset=600 * pA,  # current at which spikes begin
        box=10000 * pA,  # half width of the box
        height=0.02,  # of the box: learning rates are those of a memoryless neuron
    ),
)
