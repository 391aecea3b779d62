"""A spread is given for a symbol that the law does not have."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx

device = replace(TiOx, name="broken", device_to_device=dict(alpha_d=0.2))
