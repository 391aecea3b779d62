"""What torchvision read from raw files, kept in the cache: to import it takes seconds and hundreds
of megabytes.

`rm -r ~/.cache/snn_brian/data/decoded` removes all that is kept; it is made again when it is
needed.
"""

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from snn_brian.base import cache, files
from snn_brian.base.errors import UserError
from snn_brian.data import idx

NAMES = ("train_images", "train_labels", "test_images", "test_labels")
_FORMAT = 1  # to be raised when other arrays, or other values in them, are to be kept


def decoded(
    dataset: str,
    pairs: list[tuple[Path, Path]],
    counts: list[int],
    read: Callable[[], list[np.ndarray]],
) -> list[np.ndarray]:
    """The arrays of NAMES that `read()` gives; it is called once for the same data set and raw
    files.

    Parameters
    ----------
    dataset : str
    pairs : list of (Path, Path)
        The image and the label file of each set, checked.
    counts : list of int
        The images of each set.
    read : callable
    """
    try:
        path = cache.folder("data/decoded") / f"{_key(dataset, pairs)}.npz"
    except UserError:  # the raw files lie elsewhere: they can be read without a cache
        return read()
    arrays = _kept(path, counts)
    if arrays is None:
        arrays = read()
        with contextlib.suppress(UserError), files.written_whole(path) as file:
            np.savez(file, **dict(zip(NAMES, arrays)))
    return arrays


def _key(dataset: str, pairs: list[tuple[Path, Path]]) -> str:
    digests = [files.sha256(file) for pair in pairs for file in pair]
    return hashlib.sha256(" ".join([str(_FORMAT), dataset, *digests]).encode()).hexdigest()


def _kept(path: Path, counts: list[int]) -> list[np.ndarray] | None:
    """The arrays in the file, or None where they are missing, damaged or others."""
    try:
        # opened here, because np.load leaves a damaged archive open
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = [archive[name] for name in NAMES]  # the archive has a checksum of each
    # NumPy and zipfile name no set of errors: which one it is depends on the damaged byte
    except Exception:
        return None
    pixels = idx.SHAPE[0] * idx.SHAPE[1]
    expected = [form for n in counts for form in (((n, pixels), np.uint8), ((n,), np.int32))]
    return arrays if [(array.shape, array.dtype) for array in arrays] == expected else None
