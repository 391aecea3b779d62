"""`theta` has no value."""
from snn_brian.declarations import Encoder

encoder = Encoder(name="broken", reference="", threshold="pixel > theta")
