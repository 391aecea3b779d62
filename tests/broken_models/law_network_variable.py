"""`w` is the network's weight."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx, exponential

law = replace(exponential, parameters=("alpha_P", "alpha_D", "w"))
device = replace(TiOx, name="broken", law=law, parameters=dict(alpha_P=0.03, alpha_D=0.35, w=1.0))
