"""The number of pulses is a condition."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

rule = replace(ternary, name="broken", number="dw > 0")
