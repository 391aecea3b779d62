"""No conductance is negative."""
from dataclasses import replace

from brian2 import nS

from snn_brian.models.devices.exponential import TiOx

device = replace(TiOx, name="broken", G_min=-1 * nS)
