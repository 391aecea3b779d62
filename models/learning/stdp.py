"""Plasticity by pairs of spikes: an input that comes before a spike of the neuron is strengthened,
one that comes after it is weakened.

| paper | here | |
| --- | --- | --- |
| A_+, tau_+ | A_plus, tau_plus | the input's spike first |
| A_-, tau_- | A_minus, tau_minus | the neuron's spike first |

All pairs of spikes count. Reads of the device: both of a pair at each request, for the lower
bound; none with bounds=(-1, 1).
"""

from brian2 import ms

from snn_brian.declarations import LearningRule

stdp = LearningRule(
    name="stdp",
    reference="Song, Miller, Abbott 2000, Eq. (1), (2)",
    pre_trace="dx/dt = -x/tau_plus : 1",
    pre_spike="x += S",
    post_trace="dy/dt = -y/tau_minus : 1",
    post_spike="y += 1",
    on_pre="-A_minus*y_post",
    on_post="A_plus*x_pre",
    parameters=dict(
        A_plus=0.01,
        A_minus=0.0105,
        tau_plus=20 * ms,
        tau_minus=20 * ms,
    ),
)
