"""The law needs alpha_D, too."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx

device = replace(TiOx, name="broken", parameters=dict(alpha_P=0.03))
