"""Checkpoints: NPZ files of numbers with a checksum, believed only when it fits, and never
executed."""

import hashlib
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from snn_brian.base.files import written_whole


class Damaged(ValueError):
    """A checkpoint that is not to be believed; the message says why."""


def write_checkpoint(path: str | Path, arrays: Mapping[str, ArrayLike]) -> None:
    """Write `{name: array}` and its checksum.

    Raises
    ------
    UserError
        As `written_whole` does.
    """
    with written_whole(path) as file:
        np.savez(file, **arrays, sha256=checksum(arrays))


def read_checkpoint(path: str | Path) -> dict[str, np.ndarray]:
    """The `{name: array}` of a checkpoint.

    Raises
    ------
    Damaged
        If the file cannot be read, or holds anything else than what was written.
    """
    try:
        with open(path, "rb") as file:
            with zipfile.ZipFile(file) as archive:
                if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
                    raise ValueError("it is compressed")  # a small file could fill the memory
            with np.load(file, allow_pickle=False) as archive:
                arrays = dict(archive)
        expected = arrays.pop("sha256")
        if not np.array_equal(expected, checksum(arrays)):
            raise ValueError("its checksum is another")
    except Exception as error:  # which one it is depends on the damaged byte
        raise Damaged(" ".join(str(error).split()) or type(error).__name__) from error
    return arrays


def sound(
    paths: Iterable[Path], check: Callable[[dict[str, np.ndarray]], object] = lambda arrays: None
) -> Iterator[tuple[Path, dict[str, np.ndarray]]]:
    """Yield (path, arrays) of the checkpoints that can be believed, and name on stderr those that
    cannot.

    `check` raises Damaged for arrays that are whole, but not what is wanted.
    """
    for path in paths:
        try:
            arrays = read_checkpoint(path)
            check(arrays)
        except Damaged as error:
            print(f"{path}: this checkpoint is damaged and left out ({error}).", file=sys.stderr)
        else:
            yield path, arrays


def checksum(arrays: Mapping[str, ArrayLike]) -> np.ndarray:
    """SHA-256, 32 bytes, over names, types, shapes and values."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {np.shape(arrays[name])}\n".encode())
        digest.update(array.reshape(-1).view(np.uint8))
    return np.frombuffer(digest.digest(), np.uint8)
