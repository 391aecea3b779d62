"""At three standard deviations G_min is above G_max."""
from dataclasses import replace

from brian2 import nS

from snn_brian.models.devices.exponential import TiOx

device = replace(TiOx, name="broken", G_min=400 * nS, device_to_device=dict(G_max=0.1, G_min=0.1))
