"""One symbol in brackets is no tuple."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx, exponential

law = replace(exponential, parameters=("alpha_P"))
device = replace(TiOx, name="broken", law=law)
