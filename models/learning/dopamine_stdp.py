"""Plasticity by spike timing that waits for its reward: pairs of spikes tag a connection, and the
dopamine of a reward changes the weights of those that are still tagged.

| paper | here | |
| --- | --- | --- |
| c, tau_c | c, tau_c | eligibility of a connection, its time constant, (1) |
| STDP(tau) | A_plus, A_minus, tau_stdp | what a pair of spikes adds to c, Fig. 1b |
| d, tau_d | dopamine, tau_d | what a reward releases, and how long it stays, (3) |
| s | w | changes by c d every 10 ms, as in the program, (2) |

A reward comes at the end of a presentation, to the neurons of the image's class: neuron i is of
class i modulo the number of classes. No spike comes until dopamine has gone, so c and d decay by
themselves, and all changes of a weight are one: c d tau_c tau_d/(tau_c + tau_d)/interval. Pairs are
those of nearest spikes, as in the program, whose weights go to 4 mV, here to 1: so 0.1/4 for its
0.1 mV. Tonic dopamine is left out. Reads of the device: both of a pair at each reward, for the
lower bound.
"""

from brian2 import ms, second

from snn_brian.declarations import LearningRule

dopamine_stdp = LearningRule(
    name="dopamine_stdp",
    reference="Izhikevich 2007, Eq. (1) to (3), and the program published with it",
    pre_trace="dx/dt = -x/tau_stdp : 1",
    pre_spike="x = S",
    post_trace="dy/dt = -y/tau_stdp : 1",
    post_spike="y = 1",
    on_pre="-A_minus*y_post",
    on_post="A_plus*x_pre",
    eligibility="dc/dt = -c/tau_c : 1",
    on_reward="int(reward_post > 0)*dopamine*c*tau_c*tau_d/(tau_c + tau_d)/interval",
    parameters=dict(
        A_plus=0.025,
        A_minus=0.0375,
        tau_stdp=20 * ms,
        tau_c=1 * second,
        dopamine=0.5,
        tau_d=200 * ms,
        interval=10 * ms,
    ),
)
