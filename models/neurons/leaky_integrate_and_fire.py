"""Leaky integrate-and-fire with reset, and the traces of membrane and synapse as eligibility.

| paper | here | |
| --- | --- | --- |
| U | U | membrane, in units of the threshold's distance from rest |
| P, Q | p, q | traces of an input's spikes through membrane and synapse (SymPy has a Q) |
| rho R | reset | a spike takes 1 from U, which decays as the paper's trace R, with tau_m |

The trace p is dU/dw but for the reset.

As in the paper, a current is held through a time step. The membrane filters the sum over synapses;
the paper filters each input first, which is the same as long as w is fixed.
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
    method="exponential_euler",
    start_of_step="",
    synaptic_input="I_post += strength_post*w",
    threshold="U > 1",
    reset="U -= 1",
    derivative="height*int(abs(U - 1) < box)",  # box, Fouda et al. 2019, (3)
    trace="""
    dp/dt = (q - p)/tau_m : 1
    dq/dt = -q/tau_s : 1
    """,
    source_spike="q += S*strength",
    eligibility="p",
    parameters=dict(
        tau_m=10 * ms,  # membrane
        tau_s=4 * ms,  # synapse
        strength=8.0,  # current by a spike through a weight of 1
        box=1.5,  # half width of the box
        height=0.02,  # of the box: learning rates are those of a memoryless neuron
    ),
)
