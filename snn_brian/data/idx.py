"""Raw files in the idx format: checked, and read where they are one's own.

torchvision accepts surplus or short data in places and raises bare assertions in others.
"""

import math
import os
import struct
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.data.archive import Column

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
        raise UserError(
            f"{path}: this data file holds images of {found_shape[0]} x {found_shape[1]} pixels, "
            "but those of this data set have 28 x 28; to use them, name their folder by --dataset."
        )
    expected = len(header) + count * math.prod(item_shape)
    if count == 0 or size != expected:
        raise _broken(
            path, f"has {size} bytes, but its header announces {count} {what} in {expected} bytes"
        )
    return count


def columns(folder: Path) -> tuple[list[str], list[Column]]:
    """Names and arrays of the images and labels to train on, and of those to test on, in a folder.

    Raises
    ------
    UserError
        Unless there is one idx file of bytes for each.
    """
    names, found = [], []
    for prefixes in (("train",), ("t10k", "test")):
        for what in ("images", "labels"):
            paths = [
                path for prefix in prefixes for path in sorted(folder.glob(f"{prefix}-{what}*"))
            ]
            if len(paths) != 1 or paths[0].suffix == ".gz":
                held = ", ".join(path.name for path in paths) or "none"
                raise UserError(
                    f"--dataset: '{folder}' must hold one unpacked idx file {prefixes[0]}-{what}*, "
                    f"but has {held}."
                )
            names.append(paths[0].name)
            found.append(_column(paths[0]))
    return names, found


def _column(path):
    """An idx file of bytes of any shape (big-endian header: magic number, sizes)."""
    try:
        size = path.stat().st_size
        with open(path, "rb") as file:
            start = file.read(4)
            ndim = start[3] if len(start) == 4 else 0
            header = file.read(4 * ndim)
    except OSError as exc:
        raise _broken(path, f"cannot be read ({exc.strerror})") from exc
    if start[:3] != b"\0\0\x08" or len(header) != 4 * ndim or not ndim:
        raise UserError(
            f"{path}: this is no idx file of bytes, which begins with 0, 0, 8 and the number of "
            "its dimensions."
        )
    shape = struct.unpack(f">{ndim}I", header)
    expected = 4 + len(header) + math.prod(shape)
    if size != expected:
        raise _broken(path, f"has {size} bytes, but its header announces {expected}")

    def read(rows):
        values = np.memmap(path, np.uint8, "r", 4 + len(header), shape)
        for first in range(0, shape[0], rows):
            yield values[first : first + rows]

    return Column(np.dtype(np.uint8), shape, read)


def _broken(path: Path, reason: str) -> UserError:
    return UserError(f"{path}: this data file {reason}; delete or replace it and try again.")
