"""A learning rate of 0."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

learning = replace(ternary.learning["sgd"], eta=0.0)
rule = replace(ternary, name="broken", learning=dict(sgd=learning))
