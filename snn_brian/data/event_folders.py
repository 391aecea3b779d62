"""Recordings of event cameras in the folders that tonic leaves, a file for each presentation:

| data | files in its folder | inputs |
| --- | --- | --- |
| N-MNIST (Orchard et al. 2015) | `Train/<class>/<number>.bin`, `Test/...` | 34 x 34 x 2 |
| DVS gesture (Amir et al. 2017) | `ibmGestureTrain/<user>/<class>.npy`, ... | 128 x 128 x 2 |

An input is a pixel and a polarity, number (34 y + x) 2 + polarity. Presentations come in an order
in which classes are mixed: that of MNIST, and user by user. (The Spiking Heidelberg Digits, which
tonic leaves as they are, are for `snn_brian.data.ragged`.)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.data.archive import Column

OVERFLOW = 240  # y of an N-MNIST event that is none, but tells that the clock began anew
WRAP = 2**13  # us
KEPT = 2  # files in memory: times, inputs and presentations are read one after the other


@dataclass(frozen=True)
class Format:
    """Where files lie, and how they are read."""

    parts: tuple[str, str]  # folders of the training and the test set
    suffix: str
    side: int  # pixels

    def files(self, folder: Path, part: str) -> list[Path]:
        """All files of a part, in their order."""
        found = (folder / part).glob(f"*/*{self.suffix}")
        return sorted(found, key=self._place)

    def _place(self, path):
        number = _number(path.stem)
        return (path.parent.name, number) if self.suffix == ".npy" else (number, path.parent.name)

    def label(self, path: Path) -> int:
        """The class of a file."""
        return _number(path.stem if self.suffix == ".npy" else path.parent.name)


def _number(text):
    return int(text) if text.isdecimal() else -1


FORMATS = (
    Format(("Train", "Test"), ".bin", 34),
    Format(("ibmGestureTrain", "ibmGestureTest"), ".npy", 128),
)


def format_of(folder: Path) -> Format | None:
    """Which of the above a folder is; None: none."""
    for each in FORMATS:
        if any((folder / part).is_dir() for part in each.parts):
            return each
    return None


def columns(folder: Path) -> dict[str, Column]:
    """The arrays of an event file, by name, as `snn_brian.data.events` wants them.

    Raises
    ------
    UserError
        Naming the folder or the file, for what is none of the above.
    """
    found, form = {"inputs": _column(np.array(0))}, format_of(folder)
    for part, name in zip(("train", "test"), form.parts):
        files = form.files(folder, name)
        if not files:
            raise UserError(
                f"{folder}: {name} has no files <folder>/<file>{form.suffix}; give the folder as "
                "tonic leaves it, unpacked."
            )
        labels = [form.label(path) for path in files]
        if min(labels) < 0:
            raise UserError(
                f"{files[labels.index(-1)]}: its name does not tell the class, a whole number; "
                f"name {'the file' if form.suffix == '.npy' else 'its folder'} after it."
            )
        own = _Part(tuple(files), form.side)
        found[f"{part}_labels"] = _column(np.array(labels, np.int32))
        for place, each in enumerate(("times", "inputs")):
            found[f"{part}_{each}"] = Column(np.dtype(np.int64), own.shape, own.reader(place))
        found[f"{part}_presentations"] = Column(np.dtype(np.int64), own.shape, own.numbers)
    return found | {"inputs": _column(np.array(form.side**2 * 2))}


def _column(array):
    return Column(array.dtype, array.shape, lambda rows: iter([array.reshape(-1)]))


@dataclass(frozen=True)
class _Part:
    files: tuple[Path, ...]
    side: int

    @cached_property
    def lengths(self) -> np.ndarray:
        return np.array([len(_events(path, self.side)[0]) for path in self.files])

    @property
    def shape(self):
        return (int(self.lengths.sum()),)

    def reader(self, place):
        def read(rows) -> Iterator[np.ndarray]:
            for path in self.files:
                yield _events(path, self.side)[place]

        return read

    def numbers(self, rows) -> Iterator[np.ndarray]:
        """The presentation of each event."""
        for number, length in enumerate(self.lengths):
            yield np.full(length, number)


@lru_cache(maxsize=KEPT)
def _events(path, side):
    """(times in microseconds, inputs) of a file, int64."""
    try:
        x, y, polarity, times = (_bin if path.suffix == ".bin" else _npy)(path)
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"{path}: cannot be read ({error}); download it anew.") from error
    for name, values, most in (("x", x, side), ("y", y, side), ("polarity", polarity, 2)):
        wrong = values[(values < 0) | (values >= most)]
        if len(wrong):
            raise UserError(f"{path}: {name} holds {wrong[0]}; give values from 0 to below {most}.")
    return times, (y * side + x) * 2 + polarity


def _bin(path):
    """Five bytes for each event: x, y, polarity in the highest bit, and 23 bits of time."""
    content = np.fromfile(path, np.uint8)
    if len(content) % 5:
        raise ValueError(f"{len(content)} bytes are no whole number of events of 5 bytes")
    x, y, *rest = content.reshape(-1, 5).T.astype(np.int64)
    times = ((rest[0] & 127) << 16) | (rest[1] << 8) | rest[2]
    times += WRAP * np.cumsum(y == OVERFLOW)
    real = y != OVERFLOW
    return x[real], y[real], (rest[0] >> 7)[real], times[real]


def _npy(path):
    """Rows of x, y, polarity and time in milliseconds."""
    content = np.load(path, allow_pickle=False)
    if content.ndim != 2 or content.shape[1] != 4 or content.dtype.kind not in "iuf":
        raise ValueError(f"it holds {content.dtype} of shape {content.shape}, not (events, 4)")
    if not np.isfinite(content).all():
        raise ValueError("it holds numbers that are not finite")
    x, y, polarity = content[:, :3].T.astype(np.int64)
    return x, y, polarity, np.rint(content[:, 3].astype(np.float64) * 1000).astype(np.int64)
