"""An optimizer with a number that no string uses."""
from snn_brian.declarations import Optimizer

broken = Optimizer(name="broken", reference="", update="dw = -eta_post*grad", parameters=dict(mu=0.9))
