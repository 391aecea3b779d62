"""An encoder needs a threshold."""
from snn_brian.declarations import Encoder

encoder = Encoder(name="broken", reference="")
