"""Half the squared distance of a local classifier's outputs from the right answer."""

from snn_brian.declarations import Loss

mse = Loss(
    name="mse",
    reference="y - onehot, the derivative of half the squared error; Fouda et al. 2019, Eq. (5)",
    error="y - target",
)
