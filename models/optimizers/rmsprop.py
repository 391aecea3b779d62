"""Gradient descent in units of the gradient's own recent size."""

from snn_brian.declarations import Optimizer

rmsprop = Optimizer(
    name="rmsprop",
    reference="Tieleman and Hinton 2012, lecture 6.5; the mean gradient of the batch, and "
    "PyTorch's default constants",
    variables="v : 1",
    update="""
    mean_grad = grad/batch_size_post
    v = rho*v + (1 - rho)*mean_grad*mean_grad
    dw = -eta_post*mean_grad/(sqrt(v) + 1e-8)
    """,
    parameters=dict(
        rho=0.99,  # memory of the mean square
    ),
    settings_of="adam",
)
