"""Connections that keep two variables."""

from brian2 import ms

from snn_brian.declarations import LearningRule

rule = LearningRule(
    name="rule",
    reference="",
    pre_trace="x : 1",
    pre_spike="x = S",
    on_post="x_pre",
    eligibility="dc/dt = -c/tau : 1\ndd/dt = -d/tau : 1",
    on_reward="c + d",
    parameters=dict(
        tau=20 * ms,
    ),
)
