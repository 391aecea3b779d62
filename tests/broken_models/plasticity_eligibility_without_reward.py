"""An eligibility that no reward comes to."""

from brian2 import ms

from snn_brian.declarations import LearningRule

rule = LearningRule(
    name="rule",
    reference="",
    pre_trace="x : 1",
    pre_spike="x = S",
    on_post="x_pre",
    eligibility="dc/dt = -c/tau : 1",
    parameters=dict(
        tau=20 * ms,
    ),
)
