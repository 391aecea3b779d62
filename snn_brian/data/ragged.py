"""Events as the Spiking Heidelberg Digits and Spiking Speech Commands have them, without
conversion: a folder with two HDF5 files, `*train*.h5` and `*test*.h5` (tonic leaves such folders,
too), of which each holds

| dataset | shape | |
| --- | --- | --- |
| `spikes/times` | (presentations,) of arrays | times since the start of the presentation |
| `spikes/units` | (presentations,) of arrays | the inputs that spike, from 0 |
| `labels` | (presentations,) | classes, from 0 |

There are as many inputs as the largest unit of both files tells. Times are read as
`snn_brian.data.events` says: floating-point numbers are seconds.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.data.archive import PIECE, Column, opened

PARTS = ("train", "test")
SUFFIXES = (".h5", ".hdf5")
NEEDED = ("spikes/times", "spikes/units", "labels")
ROWS = 64  # presentations that are read at once


def files(folder: Path) -> dict[str, Path]:
    """{"train": its file, "test": its file} of a folder; empty where it has no such files.

    Raises
    ------
    UserError
        If there is more than one of a kind, or one of the two alone.
    """
    found = {
        part: [path for path in sorted(folder.glob(f"*{part}*")) if path.suffix in SUFFIXES]
        for part in PARTS
    }
    if not any(found.values()):
        return {}
    for part, paths in found.items():
        if len(paths) != 1:
            told = ", ".join(path.name for path in paths) or "none"
            raise UserError(
                f"{folder}: there must be one file *{part}*.h5, but there is {told}; keep one of "
                "each in a folder of their own."
            )
    return {part: paths[0] for part, paths in found.items()}


def columns(paths: dict[str, Path]) -> dict[str, Column]:
    """The arrays of an event file, by name, as `snn_brian.data.events` wants them.

    Parameters
    ----------
    paths : dict
        As `files` gives them.

    Raises
    ------
    UserError
        Naming the file, if it is none of the above.
    """
    found, most = {}, -1
    for part, path in paths.items():
        kinds = _kinds(path)
        lengths, largest = _lengths(path)
        most, total = max(most, largest), (int(lengths.sum()),)
        for name, source in (("times", NEEDED[0]), ("inputs", NEEDED[1])):
            found[f"{part}_{name}"] = Column(kinds[source], total, _reader(path, source, lengths))
        found[f"{part}_presentations"] = Column(np.dtype(np.int64), total, _numbers(lengths))
        labels = _whole(path, "labels")
        found[f"{part}_labels"] = _column(labels)
    return found | {"inputs": _column(np.array(most + 1))}


def _column(array):
    return Column(array.dtype, array.shape, lambda rows: iter([array.reshape(-1)]))


def _whole(path, name):
    with opened(path) as file:
        return file[name][:]


def _kinds(path):
    """{dataset: type of its numbers} of those that are needed."""
    import h5py

    with opened(path) as file:
        missing = [name for name in NEEDED if not isinstance(file.get(name), h5py.Dataset)]
        if missing:
            raise UserError(
                f"{path}: lacks {', '.join(missing)}; it must hold {', '.join(NEEDED)}, as "
                "snn_brian/data/ragged.py says."
            )
        kinds = {name: h5py.check_vlen_dtype(file[name].dtype) for name in NEEDED[:2]}
        for name, kind in kinds.items():
            if kind is None:
                raise UserError(
                    f"{path}: {name} holds {file[name].dtype}; give an array of its own for each "
                    "presentation (h5py.vlen_dtype)."
                )
            if file[name].shape != file["labels"].shape:
                raise UserError(
                    f"{path}: {name} has the shape {file[name].shape}, but labels "
                    f"{file['labels'].shape}; give one label for each presentation."
                )
        if kinds["spikes/units"].kind not in "iu":
            raise UserError(
                f"{path}: spikes/units holds {kinds['spikes/units']}; give whole numbers from 0."
            )
        return {name: np.dtype(kind) for name, kind in kinds.items()}


def _lengths(path):
    """The number of events of each presentation, and the largest unit."""
    lengths, largest = [], -1
    times, units = (_presentations(path, name) for name in NEEDED[:2])
    for number, (own, other) in enumerate(zip(times, units)):
        if len(own) != len(other):
            raise UserError(
                f"{path}: presentation {number} has {len(own)} spikes/times, but {len(other)} "
                "spikes/units; give one of each for each event."
            )
        lengths.append(len(own))
        largest = max(largest, int(other.max())) if len(other) else largest
    return np.array(lengths, np.int64), largest


def _presentations(path, name) -> Iterator[np.ndarray]:
    with opened(path) as file:
        source = file[name]
        for start in range(0, len(source), ROWS):
            yield from source[start : start + ROWS]


def _groups(lengths):
    """Ranges of presentations of about a piece of events, the same for all arrays of a file."""
    ends = np.flatnonzero(np.diff(np.cumsum(lengths) // PIECE)) + 1
    return zip([0, *ends], [*ends, len(lengths)])


def _reader(path, name, lengths):
    def read(rows):
        with opened(path) as file:
            for start, stop in _groups(lengths):
                yield np.concatenate([file[name][row] for row in range(start, stop)])

    return read


def _numbers(lengths):
    def read(rows):
        for start, stop in _groups(lengths):
            yield np.repeat(np.arange(start, stop), lengths[start:stop])

    return read
