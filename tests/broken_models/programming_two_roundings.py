"""Two draws cannot be one number of pulses."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

rule = replace(ternary, name="broken", number="SR(dw) + SR(dw/2)")
