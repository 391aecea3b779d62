"""High before low."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

learning = replace(ternary.learning["sgd"], initial=(0.3, 0.1))
rule = replace(ternary, name="broken", learning=dict(sgd=learning))
