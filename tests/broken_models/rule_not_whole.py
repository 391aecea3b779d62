"""Pulses are whole."""
from dataclasses import replace

from snn_brian.models.rules.ternary import ternary

rule = replace(ternary, name="broken", number="dw*100")
