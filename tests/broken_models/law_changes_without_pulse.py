"""Eq. (8) counts from the ends of the range, so that no pulse is a change."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx, exponential

law = replace(exponential, depression="G - G_min*exp(-alpha_D*n)")
device = replace(TiOx, name="broken", law=law)
