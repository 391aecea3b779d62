"""An eligibility without an exact solution."""

from brian2 import ms

from snn_brian.declarations import LearningRule

rule = LearningRule(
    name="rule",
    reference="",
    pre_trace="x : 1",
    pre_spike="x = S",
    on_post="x_pre",
    eligibility="dc/dt = -c*c/tau : 1",
    on_reward="c",
    parameters=dict(
        tau=20 * ms,
    ),
)
