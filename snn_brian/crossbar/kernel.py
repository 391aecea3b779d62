"""The geometry of a convolution: which patch of an image lies where on a crossbar, and where the
crossbar's output goes.

A patch, kernel x kernel pixels with all of their channels, lies on the rows of a crossbar, and its
columns give one neuron of each map. The same crossbar is read once for each place of the kernel.
Neurons are numbered row by row, and at each pixel channel by channel.
"""

from dataclasses import dataclass

import numpy as np

SHARED = "_kernel_idx"  # Brian2's index of the weight of a connection in the crossbar


@dataclass(frozen=True)
class Kernel:
    """A square kernel that steps over an image, within its edges.

    Raises
    ------
    ValueError
        For a kernel that does not fit into the image.
    """

    height: int  # of the image, in pixels
    width: int
    channels: int  # of a pixel
    size: int  # pixels along each side of the kernel
    stride: int  # pixels from one place of the kernel to the next
    maps: int  # neurons at each place

    def __post_init__(self):
        if self.size > min(self.height, self.width):
            raise ValueError(
                f"a kernel of {self.size} does not fit into {self.height} x {self.width}; give at "
                f"most kernel={min(self.height, self.width)}"
            )

    @property
    def places(self) -> tuple[int, int]:
        """Places of the kernel down and along the image."""
        return tuple((side - self.size) // self.stride + 1 for side in (self.height, self.width))

    @property
    def output(self) -> tuple[int, int, int]:
        """The shape of its maps as an image: (height, width, channels)."""
        return (*self.places, self.maps)

    @property
    def rows(self) -> int:
        """Of the crossbar."""
        return self.size**2 * self.channels

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of the crossbar."""
        return self.rows, self.maps

    @property
    def source(self) -> int:
        """Neurons of the image."""
        return self.height * self.width * self.channels

    @property
    def target(self) -> int:
        """Neurons of the maps."""
        return int(np.prod(self.output))

    @property
    def connections(self) -> int:
        """From single neurons to single neurons."""
        return self.target * self.rows

    def unrolled(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """All connections: (source neuron, target neuron, weight), of shape (connections,) each.

        Weights are numbered along the rows of the crossbar.
        """
        v, u, y, x, channel, column = np.indices(
            (*self.places, self.size, self.size, self.channels, self.maps), np.int32, sparse=True
        )
        pixel = (v * self.stride + y) * self.width + u * self.stride + x
        parts = (
            pixel * self.channels + channel,
            (v * self.places[1] + u) * self.maps + column,
            ((y * self.size + x) * self.channels + channel) * self.maps + column,
        )
        return tuple(part.ravel() for part in np.broadcast_arrays(*parts, v + column)[:3])
