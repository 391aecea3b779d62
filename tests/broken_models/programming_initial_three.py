"""A range has two ends."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

learning = replace(ternary.learning["sgd"], initial=(0.1, 0.2, 0.3))
rule = replace(ternary, name="broken", learning=dict(sgd=learning))
