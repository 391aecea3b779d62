"""Weights start above 1."""

from snn_brian.declarations import LearningRule

rule = LearningRule(name="rule", reference="", on_post="0.1", initial=(0.5, 2.0))
