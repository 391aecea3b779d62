"""Percent where a fraction is needed."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx

device = replace(TiOx, name="broken", cycle_to_cycle=2.0)
