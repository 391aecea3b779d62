"""Images to train on and to test on; the data sets of 28 x 28 pixels that come by name."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path

import numpy as np

from snn_brian.base import cache
from snn_brian.base.errors import UserError
from snn_brian.data import embedded, idx, sources
from snn_brian.data.decoded import decoded

DATASETS = tuple(sources.SOURCES)


@dataclass(frozen=True)
class Images:
    """A training and a test set; `sha256` is over the bytes of the four arrays, in field order.

    With `validation`, the test set is so many of the last images of the data set's training images.
    """

    train_images: np.ndarray  # uint8 (train, pixels), row by row
    train_labels: np.ndarray  # int32 (train,), 0 to classes - 1
    test_images: np.ndarray  # uint8 (test, pixels)
    test_labels: np.ndarray  # int32 (test,)
    classes: int
    name: str
    shape: tuple[int, ...]  # of an image
    sha256: str
    validation: int | None = None
    events = 0  # see `snn_brian.data.events.Events`
    left_out = None

    @property
    def pixels(self) -> int:
        """Of an image."""
        return self.train_images.shape[1]

    @property
    def nbytes(self) -> int:
        """Of all images in memory."""
        return self.train_images.nbytes + self.test_images.nbytes

    def tables(self, folder: Path) -> dict[str, Path]:
        """The table of the network that presents them: a file in the folder."""
        with open(folder / "images", "wb") as file:
            for part in (self.train_images, self.test_images):
                for start in range(0, len(part), 1000):  # no second copy in memory
                    # as signed bytes, the value - 128
                    (part[start : start + 1000] ^ 0x80).tofile(file)
        return {"image": folder / "images"}


def load_images(
    dataset: str = "mnist",
    data_root: str | os.PathLike | None = None,
    train: int | None = None,
    test: int | None = None,
    validation: int | None = None,
) -> Images:
    """Load the first `train` training and the first `test` test images of a data set (None: all).

    With `validation`, the last so many training images stand in for the test images, and the other
    training images are those to train on: for choices that must not be made on test images.

    Parameters
    ----------
    dataset : str
        One of DATASETS; "emnist" is its digits split, turned upright.
    data_root : path or None
        Folder in torchvision's layout (<data_root>/MNIST/raw/...), filled by a download where files
        are missing. None: the cache folder, where MNIST is unpacked from the package.
    train, test, validation : int or None

    Raises
    ------
    UserError
        For an unknown name, a `train` or `test` that is no whole number or more than there are, and
        for files that are missing, cannot be read or written, or are not what they should be.
    """
    if dataset not in DATASETS:
        raise UserError(f"--dataset: {dataset!r} is unknown; choose one of {', '.join(DATASETS)}.")
    source = sources.SOURCES[dataset]
    root = cache.folder("data") if data_root is None else Path(os.path.expanduser(data_root))
    if dataset == "mnist" and data_root is None:
        embedded.unpack(cache.folder("data/MNIST/raw"))
    else:
        sources.download_missing(source, root)
    pairs = source.pairs(root)
    counts = [idx.check_pair(*pair) for pair in pairs]
    _check_counts(counts, dataset, train, test, validation)
    arrays = decoded(dataset, pairs, counts, lambda: sources.read_source(source, root))
    return chosen(
        arrays,
        name=dataset,
        shape=idx.SHAPE,
        classes=idx.CLASSES,
        train=train,
        test=test,
        validation=validation,
    )


def chosen(
    arrays: Sequence[np.ndarray],
    name: str,
    shape: Sequence[int],
    classes: int,
    train: int | None = None,
    test: int | None = None,
    validation: int | None = None,
) -> Images:
    """`Images` of those that are asked for.

    Parameters
    ----------
    arrays : sequence of arrays
        The four arrays of all images there are, in the order of `Images`.
    name : str
    shape : sequence of int
        Of an image.
    classes : int
    train, test, validation : int or None
        As in `load_images`.

    Raises
    ------
    UserError
        For a number that is not possible.
    """
    images, labels, *tested = arrays
    train, test, held_out = _check_counts(
        [len(images), len(tested[0])], name, train, test, validation
    )
    if held_out:
        test, tested = held_out, [images[-held_out:], labels[-held_out:]]
    arrays = [images[:train], labels[:train], *(array[:test] for array in tested)]
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(array.astype(array.dtype.newbyteorder("<"), copy=False))
    return Images(
        *arrays,
        classes=classes,
        name=name,
        shape=tuple(shape),
        sha256=digest.hexdigest(),
        validation=held_out or None,
    )


def _check_counts(counts, name, train, test, validation):
    """How many images train, test, and stand in for those that test."""
    held_out = 0 if validation is None else _used("validation", validation, counts[0] - 1, name)
    if held_out and test is not None:
        raise UserError(
            "--test: no test image is used with --validation; leave one of the two flags out."
        )
    return (
        _used("train", train, counts[0] - held_out, name),
        _used("test", test, counts[1], name),
        held_out,
    )


def _used(flag: str, given: int | None, count: int, dataset: str) -> int:
    if given is None:
        return count
    if isinstance(given, Integral) and not isinstance(given, bool) and 1 <= given <= count:
        return int(given)
    raise UserError(
        f"--{flag}: {given!r} is not possible; give a whole number from 1 to {count}, the images "
        f"that there are in {dataset}, or leave it out."
    )
