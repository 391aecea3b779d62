"""No string uses beta."""
from dataclasses import replace

from snn_brian.models.devices.exponential import TiOx, exponential

law = replace(exponential, parameters=("alpha_P", "alpha_D", "beta"))
device = replace(TiOx, name="broken", law=law, parameters=dict(alpha_P=0.03, alpha_D=0.35, beta=1.0))
