"""Hodgkin-Huxley's equations with the channels of Traub and Miles, in physical units.

| paper | here | |
| --- | --- | --- |
| V | U | membrane |
| m, h, n | m_Na, h_Na, n_K | activation and inactivation of sodium, activation of potassium |
| g_L, g_Na, g_K | g_L, g_Na, g_K | conductances |
| V_T | V_T | shift of all rates |

The numbers are those of the review's benchmark 3 (COBAHH of Brian2's examples), but for E_L, 5 mV
lower, without which the neuron fires at no input, 14 times a second; and synapses are
currents here, since weights have a sign. A spike is counted once, until U has come down to V_ref.
The eligibility is dU/dw by leak and synapse alone, in units of V_T + 13 mV - E_L, where sodium
begins to open; all else is cut off. The box is one of the current I: U at a spike no longer tells
how strong I was. Where x is 0, x/expm1(x) is 1; 1e-6 keeps it from 0/0. Rates stay as they are
beyond what is physical, where they would be too fast for any substep.
"""

from brian2 import ms, mV, nS, pA, pF

from snn_brian.declarations import Neuron

hodgkin_huxley = Neuron(
    name="hodgkin_huxley",
    reference="Traub and Miles 1991, as in Brette et al. 2007, benchmark 3; learning as in Kaiser "
    "et al. 2020",
    equations="""
    dU/dt = (g_L*(E_L - U) + g_Na*m_Na**3*h_Na*(E_Na - U) + g_K*n_K**4*(E_K - U) + I)/C : volt
    dm_Na/dt = alpha_m*(1 - m_Na) - beta_m*m_Na : 1
    dh_Na/dt = alpha_h*(1 - h_Na) - beta_h*h_Na : 1
    dn_K/dt = alpha_n*(1 - n_K) - beta_n*n_K : 1
    dI/dt = -I/tau_s : amp
    above = clip((U - V_T)/mV, -60, 130) : 1
    alpha_m = 1.28/ms*((13 - above)/4 + 1e-6)/expm1((13 - above)/4 + 1e-6) : Hz
    beta_m = 1.4/ms*((above - 40)/5 + 1e-6)/expm1((above - 40)/5 + 1e-6) : Hz
    alpha_h = 0.128/ms*exp((17 - above)/18) : Hz
    beta_h = 4/ms/(1 + exp((40 - above)/5)) : Hz
    alpha_n = 0.16/ms*((15 - above)/5 + 1e-6)/expm1((15 - above)/5 + 1e-6) : Hz
    beta_n = 0.5/ms*exp((10 - above)/40) : Hz
    """,
    method="rk2",
    substeps=25,
    start_of_presentation="""
    U = E_L
    I = 0*pA
    m_Na = alpha_m/(alpha_m + beta_m)
    h_Na = alpha_h/(alpha_h + beta_h)
    n_K = alpha_n/(alpha_n + beta_n)
    """,
    start_of_step="",
    synaptic_input="I_post += strength_post*w",
    threshold="U > V_spike",
    reset="",
    refractory="U > V_ref",
    derivative="height*int(abs(I - onset) < box)",
    trace="""
    dp/dt = (q - p)*g_L/C : 1
    dq/dt = -q/tau_s : 1
    """,
    source_spike="q += S*strength/(g_L*(V_T + 13*mV - E_L))",
    eligibility="p",
    parameters=dict(
        C=200 * pF,
        g_L=10 * nS,
        g_Na=20000 * nS,
        g_K=6000 * nS,
        E_L=-65 * mV,
        E_Na=50 * mV,
        E_K=-90 * mV,
        V_T=-63 * mV,
        V_spike=-20 * mV,
        V_ref=-40 * mV,
        tau_s=4 * ms,  # synapse
        strength=2500 * pA,  # current by a spike through a weight of 1
        onset=200 * pA,  # current at which spikes begin
        box=5000 * pA,  # half width of the box
        height=0.02,  # of the box: learning rates are those of a memoryless neuron
    ),
)
