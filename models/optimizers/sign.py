"""Steps of one size: only the direction of the gradient counts."""

from snn_brian.declarations import Optimizer

sign_ = Optimizer(
    name="sign",
    reference="Bernstein, Wang, Azizzadenesheli, Anandkumar 2018, Algorithm 1 (signSGD)",
    update="dw = -eta_post*sign(grad)",
    settings_of="adam",
)
