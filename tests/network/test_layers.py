"""Sizes of layers follow from the image, and a convolution that does not fit is told in a
sentence."""

import pytest

from snn_brian.base.errors import UserError
from snn_brian.crossbar.kernel import Kernel
from snn_brian.network.layers import Conv, as_text, resolved


def test_layers_follow_each_other():
    layers = (Conv(16, kernel=5, stride=2), Conv(32, 3), 20, 10)
    sizes, kernels = resolved(layers, (28, 28))
    first, second = Kernel(28, 28, 1, 5, 2, 16), Kernel(12, 12, 16, 3, 1, 32)
    assert kernels == (first, second, None, None)
    assert sizes == (12 * 12 * 16, 10 * 10 * 32, 20, 10)
    assert as_text(layers) == "conv(16, kernel=5, stride=2),conv(32, kernel=3, stride=1),20,10"
    (size,), (kernel,) = resolved([Conv(2, 3, 3)], (9, 12, 3))
    assert kernel == Kernel(9, 12, 3, 3, 3, 2) and size == 3 * 4 * 2


def test_numbers_of_neurons_need_no_image():
    assert resolved((30, 20), None) == ((30, 20), (None, None))


@pytest.mark.parametrize(
    "layers, image, told",
    [
        ([Conv(4, 29)], (28, 28), "layer 1, is not possible: a kernel of 29 .* at most kernel=28"),
        ([Conv(4, 5, 5), Conv(4, 6)], (28, 28), "layer 2, is not possible: .* at most kernel=5"),
        ([30, Conv(4, 5)], (28, 28), "layer 2, comes after a layer .* give convolutions first"),
        ([Conv(4, 5)], None, "needs images .* the data have events, whose inputs have no places"),
        ([Conv(4, 5)], (784,), r"needs images .* the data have the shape \(784,\)"),
        ([Conv(4, 5)], (9, 28, 28, 3), r"the data have the shape \(9, 28, 28, 3\)"),
        ([Conv(4, 3)], (3, 32, 32), "the channels seem to come first; give them last"),
    ],
)
def test_what_does_not_fit_is_told(layers, image, told):
    with pytest.raises(UserError, match=rf"^--layers: conv\(4, kernel=.*{told}"):
        resolved(layers, image)


@pytest.mark.parametrize(
    "wrong", [dict(maps=0), dict(kernel=2.0), dict(stride=-1), dict(maps=True)]
)
def test_a_convolution_has_whole_numbers_above_0(wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=f"^{name}=.* is no whole number above 0"):
        Conv(**dict(maps=2, kernel=3, stride=1) | wrong)


def test_channels_seem_to_come_first_where_they_are_four_at_most():
    with pytest.raises(UserError, match="the channels seem to come first"):
        resolved([Conv(4, 3)], (4, 32, 32))
    for image in ((5, 32, 32), (4, 32, 4)):
        (kernel,) = resolved([Conv(4, 3)], image)[1]
        assert (kernel.height, kernel.width, kernel.channels) == image
