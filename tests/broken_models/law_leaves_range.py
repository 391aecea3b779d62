"""One pulse moves further than the range."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx, exponential

law = replace(exponential, potentiation="100*alpha_P*n")
device = replace(TiOx, name="broken", law=law)
