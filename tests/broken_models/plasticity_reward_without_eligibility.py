"""A reward where connections keep nothing that it could go by."""

from brian2 import ms

from snn_brian.declarations import LearningRule

rule = LearningRule(
    name="rule",
    reference="",
    pre_trace="x : 1",
    pre_spike="x = S",
    on_post="x_pre",
    on_reward="x_pre",
    parameters=dict(
        tau=20 * ms,
    ),
)
