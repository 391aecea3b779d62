"""At each of its spikes, a neuron strengthens the inputs that have just spiked and weakens the
others.

| paper | here | |
| --- | --- | --- |
| x_pre | x | trace of the input, set to 1 by its spike |
| x_tar | x_tar | its value for which nothing changes |
| eta | eta | learning rate |
| (w_max - w)^mu | - | a device has soft bounds of its own; ideal weights are cut |

Requests come with the few spikes of the neurons alone. Reads of the device: both of a pair at each
request, for the lower bound, and one of each column at each presentation, for the gain.
"""

from brian2 import ms

from snn_brian.declarations import LearningRule

target_trace = LearningRule(
    name="target_trace",
    reference="Diehl, Cook 2015, Eq. (2), for mu = 0; Querlioz, Bichler, Dollfus, Gamrat 2013",
    pre_trace="dx/dt = -x/tau_x : 1",
    pre_spike="x = S",
    on_post="eta*(x_pre - x_tar)",
    parameters=dict(
        eta=0.01,
        x_tar=0.2,
        tau_x=20 * ms,
    ),
    normalisation=78.0,
)
