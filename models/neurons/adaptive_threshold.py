"""Leaky integrate-and-fire whose threshold rises with each of its own spikes.

| paper | here | |
| --- | --- | --- |
| B(t) = b_0 + beta b(t) | theta | threshold; b_0 = 1 sets the unit of U |
| b | a | adaptation: each spike adds 1, which decays with tau_a |

The eligibility is the membrane's alone: the part through the adaptation (Bellec et al. 2020, Eq.
25) is cut off.
"""

from brian2 import ms

from snn_brian.declarations import Neuron

adaptive_threshold = Neuron(
    name="adaptive_threshold",
    reference="Bellec, Salaj, Subramoney, Legenstein, Maass 2018 (LSNN), Eq. (1); learning as in "
    "Kaiser et al. 2020",
    equations="""
    dU/dt = (I - U)/tau_m : 1
    dI/dt = -I/tau_s : 1
    da/dt = -a/tau_a : 1
    theta = 1 + beta*a : 1
    """,
    method="exponential_euler",
    start_of_step="",
    synaptic_input="I_post += strength_post*w",
    threshold="U > theta",
    reset="U -= 1; a += 1",
    derivative="height*int(abs(U - theta) < box)",
    trace="""
    dp/dt = (q - p)/tau_m : 1
    dq/dt = -q/tau_s : 1
    """,
    source_spike="q += S*strength",
    eligibility="p",
    parameters=dict(
        tau_m=10 * ms,  # membrane
        tau_s=4 * ms,  # synapse
        tau_a=30 * ms,  # adaptation
        beta=0.2,  # rise of the threshold by a spike
        strength=8.0,  # current by a spike through a weight of 1
        box=1.5,  # half width of the box
        height=0.02,  # of the box: learning rates are those of a memoryless neuron
    ),
)
