"""With a negative alpha, potentiation depresses."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx

device = replace(TiOx, name="broken", parameters=dict(alpha_P=-0.03, alpha_D=0.35))
