"""An optimizer that makes no request."""
from snn_brian.declarations import Optimizer

broken = Optimizer(name="broken", reference="", variables="v : 1", update="v = 0.9*v + grad")
