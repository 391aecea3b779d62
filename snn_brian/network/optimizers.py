"""From the gradient of a batch to the requested change of weight, as Brian2 code of a synapse.

`grad` is the sum of the gradient over the presentations of the batch, of which there were `batch_size_post`;
`batches_post` counts the batches from 1; `eta_post` is the layer's learning rate.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Optimizer:
    name: str
    reference: str
    variables: str  # state of a synapse, as Brian2 equations
    update: str  # statements that give dw


OPTIMIZERS = {
    optimizer.name: optimizer
    for optimizer in [
        Optimizer(
            name="sgd",
            # The sum, not the mean, over the batch: one eta serves any batch, and a batch of 1 is on-line learning.
            reference="stochastic gradient descent on the sum over the batch, Fouda et al. 2019, Eq. (4)",
            variables="",
            update="dw = -eta_post*grad",
        ),
        Optimizer(
            name="adam",
            reference="Kingma and Ba 2015, Algorithm 1 with its constants; Fouda et al. 2019, II.C",
            variables="m : 1\nv : 1",
            update="""
            mean_grad = grad/batch_size_post
            m = 0.9*m + 0.1*mean_grad
            v = 0.999*v + 0.001*mean_grad*mean_grad
            dw = -eta_post*(m/(1 - 0.9**batches_post))/(sqrt(v/(1 - 0.999**batches_post)) + 1e-8)
            """,
        ),
    ]
}
