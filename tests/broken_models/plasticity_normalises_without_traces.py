"""No input knows where a presentation begins."""

from snn_brian.declarations import LearningRule

rule = LearningRule(name="rule", reference="", on_post="0.1", normalisation=78.0)
