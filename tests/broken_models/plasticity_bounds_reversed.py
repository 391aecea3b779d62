"""The greatest weight first."""

from snn_brian.declarations import LearningRule

rule = LearningRule(name="rule", reference="", on_post="0.1", bounds=(1.0, 0.0))
