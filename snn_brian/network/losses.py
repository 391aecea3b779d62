"""The error of a local classifier with outputs `y`, one per class, as Brian2 code (paper, Eq. 5)."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Loss:
    name: str
    reference: str
    competition: str | None  # summand over classes j (_pre) that gives z of class i (_post), or None
    error: str  # derivative of the loss with respect to y; `target` is 1 for the right class, else 0


LOSSES = {
    loss.name: loss
    for loss in [
        Loss(
            name="cross-entropy",
            reference="softmax(y) - onehot, with softmax(y)_i = 1/sum_j exp(y_j - y_i), which needs no maximum to be stable",
            competition="exp(y_pre - y_post)",
            error="1/z - target",
        ),
        Loss(
            name="mse",
            reference="y - onehot, the derivative of half the squared error",
            competition=None,
            error="y - target",
        ),
    ]
}
