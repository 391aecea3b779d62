"""The threshold is a number."""
from snn_brian.declarations import Encoder

encoder = Encoder(name="broken", reference="", threshold="pixel - 0.5")
