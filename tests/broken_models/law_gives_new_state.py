"""The strings give changes, not the conductance after them; G_max - G_max is a change of 0."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx, exponential

law = replace(exponential, depression="G_min + (G - G_min)*exp(-alpha_D*n)")
device = replace(TiOx, name="broken", law=law)
