"""The error of a local classifier is the derivative of its loss, also where exp overflows."""

import numpy as np
import pytest
import torch

OUTPUTS = [
    (0, 0, 0, 0, 0),
    (0.3, -1.2, 2, 0.7, -0.1),
    (50, 60, 55, 60, -20),
    (88, -88, 0, 89, 100),
    (-1e4, 1e4, 1e4 - 1, 0, 3),
    (1e30, -1e30, 0, 0, 0),
    (-200, -200, -201, -400, -200),
]


def errors(net, y):
    """err of the network's first classes whose outputs are y, for the label 2: all neurons fire,
    one of them counts."""
    J = np.zeros_like(net.start["classifier_1.J"])
    J[:, 0] = y
    w = np.ones_like(net.start["synapses_1.w"])
    return net.run(
        1,
        ["classes_1.err"],
        {"classifier_1.J": J, "synapses_1.w": w, "layer_1.learning": 0},
        tables={"label": np.full(8, 2, np.int32)},
    )["classes_1.err"]


def expected(y, loss):
    y = torch.tensor(np.float32(y), dtype=torch.float64, requires_grad=True)
    target = torch.tensor([2])
    if loss == "cross-entropy":
        torch.nn.functional.cross_entropy(y[None], target).backward()
    else:
        (((y - torch.eye(5)[2]) ** 2).sum() / 2).backward()
    return y.grad.numpy()


@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("loss", ["cross-entropy", "mse"])
@pytest.mark.parametrize("y", OUTPUTS)
def test_interpreted(small, y, loss):
    np.testing.assert_allclose(
        errors(small("numpy", loss=loss, steps=3), y), expected(y, loss), rtol=2e-6, atol=1e-7
    )


@pytest.mark.parametrize("compiled, loss", [("sampled", "cross-entropy"), ("dense", "mse")])
@pytest.mark.parametrize("y", OUTPUTS)
def test_compiled(request, y, compiled, loss):
    np.testing.assert_allclose(
        errors(request.getfixturevalue(compiled), y), expected(y, loss), rtol=2e-5, atol=1e-6
    )
