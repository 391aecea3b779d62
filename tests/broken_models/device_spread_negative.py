"""A spread is negative."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx

device = replace(TiOx, name="broken", device_to_device=dict(alpha_D=-0.2))
