"""Stochastic gradient descent with a heavy ball: each step goes on with a part of the one
before."""

from snn_brian.declarations import Optimizer

momentum = Optimizer(
    name="momentum",
    reference="Polyak 1964; the form of Sutskever, Martens, Dahl, Hinton 2013, Eq. (1), (2), on "
    "the sum over the batch",
    variables="velocity : 1",
    update="""
    velocity = mu*velocity - eta_post*grad
    dw = velocity
    """,
    parameters=dict(
        mu=0.9,  # part of a step that the next one goes on with
    ),
    settings_of="sgd",
)
