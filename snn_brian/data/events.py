"""Spikes of one's own, e.g. recorded by an event camera, from an .npz or HDF5 file of event times.

| array | shape | |
| --- | --- | --- |
| `train_times` | (events,) | seconds since the start of the event's presentation |
| `train_inputs` | (events,) | the input that spikes, from 0 |
| `train_presentations` | (events,) | the presentation that the event belongs to, from 0 |
| `train_labels` | (presentations,) | its class, from 0 |
| `test_times`, ... | | the same for the test set |
| `inputs` | () | how many inputs there are |

In HDF5, these are datasets of the root group. Events are in any order. An event at time t falls
into time step floor(t/1 ms), and is left out after the last step.
"""

import hashlib
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.data.images import Images

SUFFIXES = (".npz", ".h5", ".hdf5")
ARRAYS = ("times", "inputs", "presentations", "labels")


def load_events(path, steps, train=None, test=None):
    """`Images` of which each pixel is 255 in the time steps with an event and else 0, in `steps`
    frames.

    `train` and `test` take the first so many presentations of each set.

    Raises
    ------
    UserError
        Naming the file and the array: if it cannot be read, for missing arrays, wrong types or
        lengths, and numbers that are out of range.
    """
    arrays = _read(path)
    inputs = arrays["inputs"]
    parts = {
        part: {name: arrays[f"{part}_{name}"] for name in ARRAYS} for part in ("train", "test")
    }
    classes = int(max(part["labels"].max() for part in parts.values())) + 1
    frames, digest = [], hashlib.sha256()
    for (name, part), given in zip(parts.items(), (train, test)):
        count = len(part["labels"]) if given is None else given
        if count > len(part["labels"]):
            raise UserError(
                f"--{name}: {given} is not possible; {path} has {len(part['labels'])} "
                "presentations."
            )
        images = np.zeros((count, steps, inputs), np.uint8)
        step = np.floor(part["times"] / 1e-3 + 1e-6).astype(
            np.int64
        )  # 3 ms may be written a little below 3
        kept = (step < steps) & (part["presentations"] < count)
        images[part["presentations"][kept], step[kept], part["inputs"][kept]] = 255
        frames += [images.reshape(count, -1), part["labels"][:count].astype(np.int32)]
        for array in frames[-2:]:
            digest.update(array)
    return Images(
        *frames,
        classes=classes,
        name=Path(path).stem,
        shape=(1, inputs),
        sha256=digest.hexdigest(),
        frames=steps,
    )


def _arrays(path):
    """{name: array} of all that a file holds at its top."""
    if Path(path).suffix == ".npz":
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file}
    try:
        import h5py
    except ImportError as error:
        raise UserError(
            f"{path}: HDF5 needs h5py; run `pip install -e '.[hdf5]'`, or write the arrays with "
            "numpy.savez."
        ) from error
    with h5py.File(path) as file:
        return {
            name: np.asarray(values)
            for name, values in file.items()
            if isinstance(values, h5py.Dataset)
        }


def _read(path):
    try:
        arrays = _arrays(path)
    except (OSError, ValueError, EOFError) as error:
        raise UserError(
            f"{path}: cannot be read as {Path(path).suffix} ({error}); write it with numpy.savez "
            "or h5py."
        ) from error
    needed = [f"{part}_{name}" for part in ("train", "test") for name in ARRAYS]
    missing = [name for name in [*needed, "inputs"] if name not in arrays]
    if missing:
        raise UserError(
            f"{path}: lacks {', '.join(missing)}; it must hold {', '.join([*needed, 'inputs'])}."
        )
    if (
        arrays["inputs"].shape != ()
        or arrays["inputs"].dtype.kind not in "iu"
        or arrays["inputs"] < 1
    ):
        raise UserError(
            f"{path}: inputs={arrays['inputs']!r} must be one whole number, at least 1."
        )
    arrays["inputs"] = int(arrays["inputs"])
    for part in ("train", "test"):
        presentations = arrays[f"{part}_labels"].shape[:1]
        if presentations == (0,):
            raise UserError(f"{path}: {part}_labels is empty; give at least one presentation.")
        events = arrays[f"{part}_times"].shape
        for name, kinds, shape, limit in (
            ("times", "f", events, np.inf),
            ("inputs", "iu", events, arrays["inputs"]),
            ("presentations", "iu", events, *presentations),
            ("labels", "iu", presentations, 2**15),
        ):
            _check(path, f"{part}_{name}", arrays[f"{part}_{name}"], kinds, shape, limit)
    return arrays


def _check(path, name, array, kinds, shape, limit):
    if array.ndim != 1 or array.shape != shape:
        raise UserError(
            f"{path}: {name} has the shape {array.shape}; it must be one-dimensional and as long "
            "as the others."
        )
    if array.dtype.kind not in kinds:
        raise UserError(
            f"{path}: {name} holds {array.dtype}; give "
            f"{'seconds' if kinds == 'f' else 'whole numbers'}."
        )
    if not ((array >= 0) & (array < limit)).all():
        wrong = array[~((array >= 0) & (array < limit))][0]
        raise UserError(f"{path}: {name} holds {wrong}; give values from 0 to below {limit}.")
