"""An optimizer with a variable that the pair has."""
from snn_brian.declarations import Optimizer

broken = Optimizer(name="broken", reference="", variables="G_plus : 1", update="G_plus = grad; dw = -eta_post*G_plus")
