"""An optimizer that looks at the loss."""
from snn_brian.declarations import Optimizer

broken = Optimizer(name="broken", reference="", update="dw = -eta_post*grad*loss")
