"""A rule that requests nothing."""

from snn_brian.declarations import LearningRule

rule = LearningRule(name="rule", reference="", pre_trace="x : 1", pre_spike="x = S")
