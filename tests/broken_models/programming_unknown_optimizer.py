"""There is no optimizer of this name."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

rule = replace(ternary, name="broken", learning=dict(adm=ternary.learning["adam"]))
