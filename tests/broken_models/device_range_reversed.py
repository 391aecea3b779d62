"""G_min is above G_max."""
from dataclasses import replace

from brian2 import uS

from snn_brian.models.devices.exponential import TiOx

device = replace(TiOx, name="broken", G_min=32.95 * uS)
