"""The local error, and a trace that nothing reads."""

from snn_brian.declarations import LearningRule

rule = LearningRule(name="rule", reference="", on_pre="request_post", pre_trace="x : 1")
