"""A conductance above G_max."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

learning = replace(ternary.learning["sgd"], initial=(0.5, 1.5))
rule = replace(ternary, name="broken", learning=dict(sgd=learning))
