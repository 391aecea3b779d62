"""There is no such module."""
from snn_brian.declaration import Encoder

encoder = Encoder(name="broken", reference="", threshold="pixel > 0.5")
