"""A loss whose error is a condition."""
from snn_brian.declarations import Loss

broken = Loss(name="broken", reference="", error="y > target")
