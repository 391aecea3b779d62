"""The rule by which a layer with lateral inhibition finds the digits of MNIST: triplets of spikes
strengthen, pairs weaken.

| program of the authors | here | |
| --- | --- | --- |
| pre, tc_pre_ee | x, tau_x | trace of the input, set to 1 by its spike |
| post1, tc_post_1_ee | y, tau_y | of the neuron, for depression |
| post2, tc_post_2_ee | z, tau_z | of the neuron's spikes before, for potentiation |
| nu_ee_pre, nu_ee_post | nu_minus, nu_plus | learning rates |
| weight["ee_input"] | normalisation | sum of the weights of a neuron |

The paper's Eq. (3) is another of its four rules; this is the one of the published program.
Reads of the device: both of a pair at each request, for the lower bound, and one of each column
with all rows at each presentation, for the gain of the neuron's input.
"""

from brian2 import ms

from snn_brian.declarations import LearningRule

diehl_cook = LearningRule(
    name="diehl_cook",
    reference="Diehl, Cook 2015, and the program published with it; triplets after Pfister, "
    "Gerstner 2006",
    pre_trace="dx/dt = -x/tau_x : 1",
    pre_spike="x = S",
    post_trace="""
    dy/dt = -y/tau_y : 1
    dz/dt = -z/tau_z : 1
    """,
    post_spike="y = 1; z = 1",
    on_pre="-nu_minus*y_post",
    on_post="nu_plus*x_pre*z_post",
    parameters=dict(
        nu_minus=2e-4,  # twice the program's, as nu_plus: one pass has to do
        nu_plus=2e-2,
        tau_x=20 * ms,
        tau_y=20 * ms,
        tau_z=40 * ms,
    ),
    normalisation=78.0,
)
