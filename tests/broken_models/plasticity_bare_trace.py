"""A trace without the side that keeps it."""

from brian2 import ms

from snn_brian.declarations import LearningRule

rule = LearningRule(
    name="rule", reference="", post_trace="dy/dt = -y/tau : 1", post_spike="y += 1",
    on_pre="-y", parameters=dict(tau=20 * ms),
)  # fmt: skip
