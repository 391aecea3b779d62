"""Leaky integrate-and-fire with reset, and the traces of membrane and synapse as eligibility.

| paper | here | |
| --- | --- | --- |
| U | U | membrane, in units of the threshold's distance from rest |
| P, Q | p, q | traces of a presynaptic spike through membrane and synapse: p is dU/dw but for the reset; SymPy has a Q |
| rho R | reset | a spike lowers U by theta, which then decays as the paper's refractory trace R does with tau_m |

The membrane filters what the synapse sums up; the paper filters each input's spikes first, which is the same for fixed w.
"""
from brian2 import ms

from snn_brian.declarations import Neuron

leaky_integrate_and_fire = Neuron(
    name="leaky_integrate_and_fire",
    reference="Kaiser, Mostafa, Neftci 2020 (DECOLLE), Eq. (1) to (4), (9)",
    equations="""
    dU/dt = (I - U)/tau_m : 1
    dI/dt = -I/tau_s : 1
    """,
    start_of_step="",
    synaptic_input="I_post += w*strength_post",
    threshold="U > theta",
    reset="U -= theta",
    derivative="int(abs(U - theta) < box)",  # box, as in Fouda et al. 2019, (3)
    trace="""
    dp/dt = (q - p)/tau_m : 1
    dq/dt = -q/tau_s : 1
    """,
    source_spike="q += strength",
    eligibility="p",
    parameters=dict(
        tau_m=10 * ms,  # membrane
        tau_s=4 * ms,  # synapse
        strength=1.0,  # current by a spike through a weight of 1
        theta=0.2,  # threshold
        box=1.0,  # half width of the box
    ),
)
