"""Images as a network presents them, which arms share."""

from contextlib import ExitStack

import numpy as np

from snn_brian.base.scratch import scratch
from snn_brian.data.events import Events
from snn_brian.data.images import Images

IMAGES, ORDER = 70_000, 60_000  # sizes compiled in, unless the data set is larger


class Tables:
    """The images as the network presents them, for any number of arms; their folder lives as long
    as this object."""

    def __init__(self, images: Images | Events):
        self._scratch = ExitStack()
        folder = self._scratch.enter_context(scratch("snn_brian-images-"))
        self.shown = images.tables(folder)
        self.labels = np.concatenate([images.train_labels, images.test_labels]).astype(np.int32)


def sizes(train: int, test: int) -> dict[str, int]:
    """Of a structure's tables: of images, and of the order of a run."""
    return {"images": max(IMAGES, train + test), "longest": max(ORDER, train, test)}
