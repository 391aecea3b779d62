"""Checks of raw files in the idx format.

torchvision accepts surplus or short data in places and raises bare assertions in others.
"""

import math
import os
import struct
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError

SHAPE = (28, 28)
CLASSES = 10


def check_pair(image_file: Path, label_file: Path) -> int:
    """The number of images in a pair of files.

    Raises
    ------
    UserError
        Unless both files are sound and belong together.
    """
    count = _check(image_file, "images", SHAPE)
    labels = _check(label_file, "labels", ())
    if labels != count:
        raise _broken(
            label_file, f"holds {labels} labels for the {count} images in {image_file.name}"
        )
    largest = np.fromfile(label_file, np.uint8, offset=8).max()
    if largest >= CLASSES:
        raise _broken(
            label_file, f"holds the label {largest}, but labels go from 0 to {CLASSES - 1}"
        )
    return count


def _check(path: Path, what: str, item_shape: tuple[int, ...]) -> int:
    """The number of items in a file of bytes (big-endian header: magic number, sizes)."""
    ndim = 1 + len(item_shape)
    try:
        with open(path, "rb") as file:
            header = file.read(4 * (1 + ndim))
            size = os.fstat(file.fileno()).st_size
    except OSError as exc:
        raise _broken(path, f"cannot be read ({exc.strerror})") from exc
    if len(header) < 4 * (1 + ndim):
        raise _broken(path, f"is cut short: {size} bytes do not even hold the header")
    magic, count, *found_shape = struct.unpack(f">{1 + ndim}I", header)
    if magic != 0x0800 + ndim:
        raise _broken(
            path, f"is no idx file of {what}: its magic number is {magic}, not {0x0800 + ndim}"
        )
    if tuple(found_shape) != item_shape:
        raise _broken(
            path, f"holds images of {found_shape[0]} x {found_shape[1]} pixels, not 28 x 28"
        )
    expected = len(header) + count * math.prod(item_shape)
    if count == 0 or size != expected:
        raise _broken(
            path, f"has {size} bytes, but its header announces {count} {what} in {expected} bytes"
        )
    return count


def _broken(path: Path, reason: str) -> UserError:
    return UserError(f"{path}: this data file {reason}; delete or replace it and try again.")
