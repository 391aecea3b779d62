"""The field is called `threshold`."""
from snn_brian.declarations import Encoder

encoder = Encoder(name="broken", reference="", treshold="pixel > 0.5")
