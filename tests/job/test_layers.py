"""`--layers` as a user types it."""

import pytest

from snn_brian.base.errors import UserError
from snn_brian.job.layers import layers
from snn_brian.network.layers import Conv


@pytest.mark.parametrize(
    "text, found",
    [
        ("500, 500,250", (500, 500, 250)),
        ("conv(16, kernel=5, stride=2),250", (Conv(16, 5, 2), 250)),
        (" conv( 16,kernel = 5 ) , conv(3,2,1),7", (Conv(16, 5, 1), Conv(3, 2, 1), 7)),
        ("conv(kernel=5, stride=2, maps=8)", (Conv(8, 5, 2),)),
    ],
)
def test_layers_are_read(text, found):
    assert layers("--layers", text) == found


def test_what_is_told_is_read_again():
    assert layers("--layers", str(Conv(8, 5, 2))) == (Conv(8, 5, 2),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "5,",
        "5,,5",
        "5,-5",
        "-5,5",
        "a",
        "-5",
        "0",
        "1.5",
        "9" * 12,
        "5;5",
        ",".join("5" * 101),
    ],
)
def test_what_is_no_layer_is_told(text):
    with pytest.raises(
        UserError,
        match="^--layers: '.*' is not possible; give the neurons of each layer .* 500,500",
    ):
        layers("--layers", text)


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "8",
        "8,",
        "8, kernel=0",
        "0, kernel=5",
        "8, kernel=5, stride=0",
        "8, kernel=5, stride=2.5",
        "8, kernel=5, stride=-1",
        "8, kernel=5, step=2",
        "8, 5, kernel=5",
        "8, kernel=5, kernel=3",
        "8, 5, 2, 1",
        "8, kernel=5, stride=2, maps=3",
        "8, kernel==5",
        "8, kernel=5x5",
        "8, kernel=" + "9" * 11,
    ],
)
@pytest.mark.parametrize("before", ["", "6,"])
def test_what_is_no_convolution_is_told(arguments, before):
    with pytest.raises(
        UserError, match=r"^--layers: 'conv\(.*' is not possible; give a convolution's .*stride=2"
    ):
        layers("--layers", f"{before}conv({arguments})")


@pytest.mark.parametrize(
    "text", ["conv", "conv(", "conv 8", "conv(8, kernel=5", "Conv(8, 5)", "(5)"]
)
def test_what_looks_like_none_is_told(text):
    with pytest.raises(UserError, match="^--layers: .* is not possible; give .*conv"):
        layers("--layers", text)
