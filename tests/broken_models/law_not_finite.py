"""The logarithm of a conductance below 0."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx, exponential

law = replace(exponential, potentiation="n*alpha_P*sqrt(G - G_max)")
device = replace(TiOx, name="broken", law=law)
