"""Exponential integrate-and-fire, in physical units: near V_T a spike starts of itself, as sodium
channels open.

| paper | here | |
| --- | --- | --- |
| V | U | membrane |
| V_T, Delta_T | V_T, Delta_T | onset of a spike and its sharpness |
| V_r, V_th | V_r, V_th | reset, where a spike is counted |
| C, g_L, V_L | C, g_L, E_L | capacitance, leak and its reversal |

The eligibility is dU/dw by leak and synapse alone, in units of V_T - E_L: the exponential and the
reset are cut off. The exponent is limited, so that no intermediate step of the integration
overflows.
"""

from brian2 import ms, mV, nS, pA, pF

from snn_brian.declarations import Neuron

exponential_integrate_and_fire = Neuron(
    name="exponential_integrate_and_fire",
    reference="Fourcaud-Trocme, Hansel, van Vreeswijk, Brunel 2003, Eq. (9) to (11); learning as "
    "in Kaiser et al. 2020",
    equations="""
    dU/dt = (g_L*(E_L - U) + g_L*Delta_T*exp(clip((U - V_T)/Delta_T, -20, 5)) + I)/C : volt
    dI/dt = -I/tau_s : amp
    """,
    method="rk4",
    start_of_presentation="U = E_L; I = 0*pA",
    start_of_step="",
    synaptic_input="I_post += strength_post*w",
    threshold="U > V_th",
    reset="U = V_r",
    derivative="height*int(abs(U - V_T) < box)",
    trace="""
    dp/dt = (q - p)*g_L/C : 1
    dq/dt = -q/tau_s : 1
    """,
    source_spike="q += S*strength/(g_L*(V_T - E_L))",
    eligibility="p",
    parameters=dict(
        C=100 * pF,
        g_L=10 * nS,
        E_L=-65 * mV,
        V_T=-50 * mV,
        Delta_T=2 * mV,
        V_th=-42 * mV,
        V_r=-65 * mV,
        tau_s=4 * ms,  # synapse
        strength=1200 * pA,  # current by a spike through a weight of 1
        box=20 * mV,  # half width of the box
        height=0.02,  # of the box: learning rates are those of a memoryless neuron
    ),
)
