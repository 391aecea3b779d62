"""A loss with z, but without a competition."""
from snn_brian.declarations import Loss

broken = Loss(name="broken", reference="", error="1/z - target")
