"""The geometry of a convolution is that of PyTorch's conv2d."""

import numpy as np
import pytest
import torch

from snn_brian.crossbar.kernel import Kernel

KERNELS = [
    Kernel(7, 9, 2, size=3, stride=2, maps=4),
    Kernel(6, 5, 1, size=5, stride=1, maps=1),
    Kernel(8, 8, 3, size=2, stride=3, maps=2),  # pixels between the places are seen by none
    Kernel(4, 4, 1, size=1, stride=1, maps=3),
    Kernel(3, 5, 2, size=3, stride=9, maps=2),  # one place
]


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_its_connections_are_a_convolution(kernel):
    random = np.random.default_rng(1)
    image = random.normal(size=(kernel.height, kernel.width, kernel.channels))
    weights = random.normal(size=kernel.shape)
    source, target, weight = kernel.unrolled()
    found = np.zeros(kernel.target)
    np.add.at(found, target, image.ravel()[source] * weights.ravel()[weight])
    filters = weights.reshape(kernel.size, kernel.size, kernel.channels, kernel.maps)
    expected = torch.nn.functional.conv2d(
        torch.tensor(image).permute(2, 0, 1)[None],
        torch.tensor(filters).permute(3, 2, 0, 1),
        stride=kernel.stride,
    )[0].permute(1, 2, 0)
    assert kernel.output == tuple(expected.shape)
    assert (kernel.source, kernel.target) == (image.size, expected.numel())
    np.testing.assert_allclose(found, expected.numpy().ravel(), rtol=1e-12)
    assert len(source) == len(target) == len(weight) == kernel.connections
    assert source.dtype == target.dtype == weight.dtype == np.int32
    assert len(set(zip(source, target))) == kernel.connections


def test_a_kernel_larger_than_the_image_is_refused():
    with pytest.raises(ValueError, match="a kernel of 6 does not fit into 8 x 5; .* kernel=5"):
        Kernel(8, 5, 1, size=6, stride=1, maps=2)
