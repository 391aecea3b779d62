"""Spikes of one's own, e.g. recorded by an event camera, from an .npz or HDF5 file of event times.

| array | shape | |
| --- | --- | --- |
| `train_times` | (events,) | time since the start of the event's presentation |
| `train_inputs` | (events,) | the input that spikes, from 0 |
| `train_presentations` | (events,) | the presentation that the event belongs to, from 0 |
| `train_labels` | (presentations,) | its class, from 0 |
| `test_times`, ... | | the same for the test set |
| `inputs` | () | how many inputs there are |

In HDF5, these are datasets of the root group. Events are in any order. The type of the times tells
their unit: floating-point numbers are seconds (as in the Spiking Heidelberg Digits), whole numbers
are microseconds (as event cameras give them, and N-MNIST).

An event at time t falls into time step floor(t/bin) and is left out after the last step; events of
an input in the same step are one. A floating-point number stands for all times that its type rounds
to it: where the start of a step is among them, the event is in that step.
"""

import hashlib
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.data import event_places
from snn_brian.data.archive import Column, columns
from snn_brian.data.labels import check_classes

ARRAYS = ("times", "inputs", "presentations", "labels")
BIN = 1_000_000  # nanoseconds


@dataclass(frozen=True)
class Events:
    """A training and a test set of recorded spikes; `sha256` is over labels and events.

    The events are in `file`, as `snn_brian.network.event_inputs` reads them: int32 words, of which
    the first presentations + 1 are where the events of each begin, and where the last ones end;
    then, presentation by presentation, the training set first, the sorted numbers step*inputs +
    input.
    """

    train_labels: np.ndarray  # int32 (train,), 0 to classes - 1
    test_labels: np.ndarray  # int32 (test,)
    classes: int
    name: str
    shape: tuple[int, int]
    sha256: str
    file: Path
    events: int  # words in the file
    left_out: dict[
        str, float
    ]  # "train" and "test" -> share of the events that come after the last step
    bin: float  # seconds
    validation: None = None
    _scratch: ExitStack = field(default_factory=ExitStack, repr=False)  # holds the file's folder

    @property
    def pixels(self) -> int:
        """Inputs."""
        return self.shape[1]

    @property
    def nbytes(self) -> int:
        """Of the file."""
        return 4 * self.events

    def tables(self, folder: Path) -> dict[str, Path | np.ndarray]:
        """The tables of the network that presents them, by name; nothing is put into the folder."""
        return {"event": self.file, "spiking": np.zeros(self.pixels, np.int8)}


def load_events(
    path: str | Path,
    steps: int,
    bin: int = BIN,
    train: int | None = None,
    test: int | None = None,
    found: Mapping[str, Column] | None = None,
) -> Events:
    """The `Events` of a file.

    Parameters
    ----------
    path : str or Path
    steps, bin : int
        Time steps of a presentation, and nanoseconds in one.
    train, test : int or None
        The first so many presentations of each set; None: all.
    found : mapping of str to Column, or None
        The arrays by name, where they do not lie at the top of one file.

    Raises
    ------
    UserError
        Naming the file and the array: if it cannot be read, for missing arrays, wrong types or
        lengths, and numbers that are out of range; if (nearly) no event is within the steps; if
        memory or disk do not suffice.
    """
    found = columns(path) if found is None else found
    inputs = _check(path, found)
    if steps * inputs > event_places.MOST:
        raise UserError(
            f"--steps: {steps} with the {inputs} inputs of {path} are more than "
            f"{event_places.MOST} places of an event; give fewer steps, of a longer --bin."
        )
    labels = [found[f"{part}_labels"].whole() for part in ("train", "test")]
    classes = check_classes(path, *labels)
    parts = []
    for name, given, own in zip(("train", "test"), (train, test), labels):
        if given is not None and given > len(own):
            raise UserError(
                f"--{name}: {given} is not possible; {path} has {len(own)} presentations."
            )
        count = len(own) if given is None else given
        parts.append(event_places.Part(path, name, found, inputs, count, len(own), steps, bin))
    labels = [own[: part.count].astype(np.int32) for own, part in zip(labels, parts)]
    stack = ExitStack()
    file, words = event_places.write(path, steps, parts, stack)
    digest = hashlib.sha256(f"{inputs}\n".encode())
    for array in (*labels, np.memmap(file, np.int32, "r")):
        digest.update(array.astype(array.dtype.newbyteorder("<"), copy=False))
    return Events(
        *labels,
        classes=classes,
        name=Path(path).stem,
        shape=(1, inputs),
        sha256=digest.hexdigest(),
        file=file,
        events=words,
        left_out={part.name: part.left_out for part in parts},
        bin=bin / 1e9,
        _scratch=stack,
    )


def _check(path, found):
    """The number of inputs, if a file has all that it should; what the arrays hold is checked as
    they are read."""
    needed = [f"{part}_{name}" for part in ("train", "test") for name in ARRAYS]
    missing = [name for name in [*needed, "inputs"] if name not in found]
    if missing:
        raise UserError(
            f"{path}: lacks {', '.join(missing)}; it must hold {', '.join([*needed, 'inputs'])}."
        )
    inputs = found["inputs"]
    value = inputs.whole() if inputs.shape == () and inputs.dtype.kind in "iuf" else inputs.shape
    if inputs.shape != () or inputs.dtype.kind not in "iu" or not 1 <= value <= event_places.MOST:
        raise UserError(
            f"{path}: inputs={value!r} must be one whole number, at least 1 and at most "
            f"{event_places.MOST}."
        )
    for part in ("train", "test"):
        presentations = found[f"{part}_labels"].shape[:1]
        if presentations == (0,):
            raise UserError(f"{path}: {part}_labels is empty; give at least one presentation.")
        events = found[f"{part}_times"].shape
        for name, kinds, shape in (
            ("times", "fiu", events),
            ("inputs", "iu", events),
            ("presentations", "iu", events),
            ("labels", "iu", presentations),
        ):
            _check_form(path, f"{part}_{name}", found[f"{part}_{name}"], kinds, shape)
        event_places.check_values(path, f"{part}_labels", found[f"{part}_labels"].whole(), 2**15)
    return int(value)


def _check_form(path, name, column, kinds, shape):
    if len(column.shape) != 1 or column.shape != shape:
        raise UserError(
            f"{path}: {name} has the shape {column.shape}; it must be one-dimensional and as long "
            "as the others."
        )
    if column.dtype.kind not in kinds:
        raise UserError(
            f"{path}: {name} holds {column.dtype}; give "
            f"{'seconds, or whole microseconds' if 'f' in kinds else 'whole numbers'}."
        )
