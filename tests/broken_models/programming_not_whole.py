"""Pulses are whole."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

rule = replace(ternary, name="broken", number="dw*100")
