"""The change of a normalised conductance has no unit."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx, exponential

law = replace(exponential, potentiation="nS*n*alpha_P")
device = replace(TiOx, name="broken", law=law)
