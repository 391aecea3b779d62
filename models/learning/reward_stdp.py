"""Plasticity by spike timing whose sign the reward decides: neurons are told whether the image is
of their class.

| paper | here | |
| --- | --- | --- |
| reward, punishment | reward | 1 for the neurons of the image's class, else -1 |
| a_r+, a_r- | eta, eta*x_tar | of an input that has just spiked, and of another |
| a_p | eta*punishment | the same with the opposite signs |

Neuron i is of class i modulo the number of classes. Where the paper rewards the decision of the
whole network, here each neuron has its own reward, at its spike. Reads of the device: those of
`target_trace`.
"""

from brian2 import ms

from snn_brian.declarations import LearningRule

reward_stdp = LearningRule(
    name="reward_stdp",
    reference="Mozafari, Kheradpisheh, Masquelier, Nowzari-Dalini, Ganjtabesh 2018, Eq. (5)",
    pre_trace="dx/dt = -x/tau_x : 1",
    pre_spike="x = S",
    on_post="eta*(int(reward_post > 0) - punishment*int(reward_post < 0))*(x_pre - x_tar)",
    parameters=dict(
        eta=0.01,
        punishment=0.3,
        x_tar=0.2,
        tau_x=20 * ms,
    ),
    normalisation=78.0,
)
