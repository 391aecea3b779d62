"""A learning rate that grows."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

learning = replace(ternary.learning["sgd"], decay=1.5)
rule = replace(ternary, name="broken", learning=dict(sgd=learning))
