"""Cross-entropy of the softmax over the outputs of a local classifier."""

from snn_brian.declarations import Loss

cross_entropy = Loss(
    name="cross-entropy",
    reference="softmax(y) - onehot, with softmax(y)_i = 1/sum_j exp(y_j - y_i), which needs no "
    "maximum to be stable; "
    "Fouda et al. 2019, Eq. (5)",
    competition="exp(y_pre - y_post)",
    error="1/z - target",
)
