"""Stochastic gradient descent. With a batch of 1 it is the paper's on-line learning."""

from snn_brian.declarations import Optimizer

sgd = Optimizer(
    name="sgd",
    # The sum, not the mean, over the batch: one eta serves any batch, and a batch of 1 is on-line
    # learning.
    reference="stochastic gradient descent on the sum over the batch, Fouda et al. 2019, Eq. (4)",
    update="dw = -eta_post*grad",
)
