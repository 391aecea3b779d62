"""Every layer needs a factor."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

learning = replace(ternary.learning["sgd"], layer_factors=())
rule = replace(ternary, name="broken", learning=dict(sgd=learning))
