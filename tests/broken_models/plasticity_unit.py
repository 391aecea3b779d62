"""A change of weight in seconds."""

from brian2 import ms

from snn_brian.declarations import LearningRule

rule = LearningRule(name="rule", reference="", on_post="tau", parameters=dict(tau=20 * ms))
