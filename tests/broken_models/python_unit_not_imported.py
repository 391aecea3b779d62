"""`volt` is not imported."""
from snn_brian.models.devices.exponential import TiOx

voltage = 3 * volt
device = TiOx
