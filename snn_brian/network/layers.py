"""What a layer may be, and how many neurons it has: a number of them, each with synapses from all
of its source, or a convolution, whose neurons follow from the image before it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from numbers import Integral

from snn_brian.base.errors import UserError
from snn_brian.crossbar.kernel import Kernel

MOST_CHANNELS = 4  # of an image, where its first axis is taken for them


@dataclass(frozen=True)
class Conv:
    """A convolutional layer: a square kernel steps over an image, within its edges, and at each
    place gives one neuron of each map.

    The weights of the kernel are a crossbar with a row for each pixel and channel of a patch, and a
    column for each map, which is read once for each place; a pair of devices for each weight.

    Parameters
    ----------
    maps : int
    kernel : int
        Pixels along each side of the kernel.
    stride : int
        Pixels from one place of the kernel to the next.

    Raises
    ------
    ValueError
        For what is no whole number above 0.
    """

    maps: int
    kernel: int
    stride: int = 1

    def __post_init__(self):
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
                raise ValueError(f"{field.name}={value!r} is no whole number above 0")

    def __str__(self):
        return f"conv({self.maps}, kernel={self.kernel}, stride={self.stride})"


Layer = int | Conv


def as_text(layers: Sequence[Layer]) -> str:
    """Layers as `--layers` takes them."""
    return ",".join(map(str, layers))


def resolved(
    layers: Sequence[Layer], image: tuple[int, ...] | None
) -> tuple[tuple[int, ...], tuple[Kernel | None, ...]]:
    """The neurons of each layer, and the kernels of those that are convolutions.

    Parameters
    ----------
    layers : sequence of int or Conv
    image : tuple of int or None
        (height, width) or (height, width, channels) of what the inputs show; None: they have no
        places. Only a `Conv` needs it.

    Raises
    ------
    UserError
        For a convolution of what is no image, or is too small for its kernel.
    """
    sizes, kernels = [], []
    for number, layer in enumerate(layers, 1):
        if not isinstance(layer, Conv):
            sizes.append(int(layer))
            kernels.append(None)
            image = ()
            continue
        where = f"--layers: {layer}, layer {number},"
        height, width, channels = _image(where, number, image)
        try:
            kernel = Kernel(height, width, channels, layer.kernel, layer.stride, layer.maps)
        except ValueError as error:
            raise UserError(f"{where} is not possible: {error}.") from error
        sizes.append(kernel.target)
        kernels.append(kernel)
        image = kernel.output
    return tuple(sizes), tuple(kernels)


def _image(where, number, image):
    """(height, width, channels) of what a convolution sees."""
    if image == () and number > 1:
        raise UserError(
            f"{where} comes after a layer whose neurons have no places; give convolutions first."
        )
    if image is None or len(image) not in (2, 3):
        found = "events, whose inputs have no places" if image is None else f"the shape {image}"
        raise UserError(
            f"{where} needs images of (height, width), with or without channels, but the data "
            f"have {found}; give numbers of neurons instead."
        )
    height, width, channels = (*image, 1)[:3]
    if len(image) == 3 and height <= MOST_CHANNELS < min(width, channels):
        raise UserError(
            f"{where} takes the shape {image} of the images as (height, width, channels), but the "
            f"channels seem to come first; give them last, e.g. numpy.moveaxis(images, 1, -1)."
        )
    return height, width, channels
