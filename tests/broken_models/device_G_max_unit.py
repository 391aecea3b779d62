"""A conductance in seconds."""
from dataclasses import replace

from brian2 import nsecond

from snn_brian.models.devices.exponential import TiOx

device = replace(TiOx, name="broken", G_max=674 * nsecond)
