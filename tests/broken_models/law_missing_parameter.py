"""`G_mx` is declared nowhere."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx, exponential

law = replace(exponential, potentiation="(G_mx - G)*(1 - exp(-alpha_P*n))")
device = replace(TiOx, name="broken", law=law)
