"""The file stops before it declares anything."""
from snn_brian.models.devices.exponential import TiOx

alpha = TiOx.parameters["alpha"]
