"""Parameters of laws are plain numbers."""
from dataclasses import replace

from brian2 import volt

from snn_brian.models.devices.exponential import TiOx

device = replace(TiOx, name="broken", parameters=dict(alpha_P=0.03 * volt, alpha_D=0.3))
