"""A parameter that no string uses."""

from snn_brian.declarations import LearningRule

rule = LearningRule(name="rule", reference="", on_post="0.1", parameters=dict(eta=0.1))
