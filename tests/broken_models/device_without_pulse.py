"""A pulse is two quantities."""
from dataclasses import replace

from brian2 import volt

from snn_brian.models.devices.exponential import TiOx

device = replace(TiOx, name="broken", potentiation_pulse=3 * volt)
