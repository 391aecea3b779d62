"""No string uses `N`."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

rule = replace(ternary, name="broken", device_parameters=("N",))
