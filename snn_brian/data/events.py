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
import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.base.memory import available_memory, size
from snn_brian.base.scratch import scratch
from snn_brian.data.archive import columns
from snn_brian.data.labels import check_classes

ARRAYS = ("times", "inputs", "presentations", "labels")
BIN = 1_000_000  # nanoseconds
MOST = 2**31 - 1  # the network's integers have 32 bits
LEAST_KEPT = 0.1  # of the events; with fewer, unit or number of steps is certainly wrong
LATEST = 2**53  # steps, and microseconds; what comes later is no different


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
    left_out: dict  # "train" and "test" -> share of the events that come after the last step
    bin: float  # seconds
    validation: None = None
    _scratch: ExitStack = field(default_factory=ExitStack, repr=False)  # holds the file's folder

    @property
    def pixels(self):
        """Inputs."""
        return self.shape[1]

    @property
    def nbytes(self):
        return 4 * self.events

    def tables(self, folder):
        """The tables of the network that presents them."""
        return {"event": self.file, "spiking": np.zeros(self.pixels, np.int8)}


def load_events(path, steps, bin=BIN, train=None, test=None):
    """`Events` in `steps` time steps of `bin` nanoseconds.

    `train` and `test` take the first so many presentations of each set.

    Raises
    ------
    UserError
        Naming the file and the array: if it cannot be read, for missing arrays, wrong types or
        lengths, and numbers that are out of range; if (nearly) no event is within the steps; if
        memory or disk do not suffice.
    """
    found = columns(path)
    inputs = _check(path, found)
    if steps * inputs > MOST:
        raise UserError(
            f"--steps: {steps} with the {inputs} inputs of {path} are more than {MOST} places of "
            "an event; give fewer steps, of a longer --bin."
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
        parts.append(_Part(path, name, found, inputs, count, len(own), steps, bin))
    labels = [own[: part.count].astype(np.int32) for own, part in zip(labels, parts)]
    stack = ExitStack()
    file, words = _write(path, steps, parts, stack)
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


class _Part:
    """The events of the training or the test set: counted first, then put into their places."""

    def __init__(self, path, name, found, inputs, count, presentations, steps, bin):
        self.path, self.name, self.inputs, self.count = path, name, inputs, count
        self.steps, self.bin = steps, bin
        self.columns = [found[f"{name}_{each}"] for each in ("times", "inputs", "presentations")]
        self.limits = (np.inf, inputs, presentations)
        self.counts = np.zeros(count, np.int64)  # events of each presentation
        total, latest = 0, self.columns[0].dtype.type(0)
        for presentation, _, times in self._pieces():
            total += len(times)
            latest = max(latest, times.max(initial=latest))
            kept = presentation[time_steps(times, bin) < steps]
            self.counts += np.bincount(kept, minlength=count)
        self._check_kept(total, latest)
        self.left_out = 1 - int(self.counts.sum()) / total

    def _pieces(self):
        """Presentations, inputs and times of the events in the presentations that are used."""
        for columns_ in zip(*(column.pieces() for column in self.columns)):
            for column, values, limit in zip(
                ("times", "inputs", "presentations"), columns_, self.limits
            ):
                _check_values(self.path, f"{self.name}_{column}", values, limit)
            times, inputs, presentations = columns_
            used = presentations < self.count
            yield presentations[used].astype(np.int64), inputs[used].astype(np.int64), times[used]

    def _check_kept(self, total, latest):
        there, kept = f"{self.path}: {self.name}_times", int(self.counts.sum())
        unit = "s" if latest.dtype.kind == "f" else "us"
        if total == 0:
            raise UserError(f"{there} holds no event of the presentations used; give some.")
        if kept < LEAST_KEPT * total:
            needed = int(time_steps(np.array([latest]), self.bin)[0]) + 1
            raise UserError(
                f"--steps: {kept} of the {total} events in {there} fall into {self.steps} steps of "
                f"{_bin(self.bin)}; the latest is at {latest:g} {unit}, which needs --steps "
                f"{needed} (floating-point times are seconds, whole ones microseconds)."
            )
        if unit == "s":
            self._check_resolution(there, latest)

    def _check_resolution(self, there, latest):
        """The type of the times must tell the steps from each other, up to the last one."""
        last = min(latest, latest.dtype.type(self.steps * self.bin / 1e9))
        finest = np.spacing(np.nextafter(last, latest.dtype.type(0)))
        if finest > self.bin / 1e9:
            raise UserError(
                f"--bin: {there} holds {latest.dtype}, which near {last:g} s tells times no finer "
                f"than {finest:.2g} s; give a longer bin, or times of a finer type."
            )

    def place(self, words, starts):
        """Write the numbers of the events behind `starts`, those of each presentation sorted and
        once; returns how many each presentation has."""
        cursor = starts.copy()
        for presentations, inputs, times in self._pieces():
            step = time_steps(times, self.bin)
            kept = step < self.steps
            presentations = presentations[kept]
            order = np.argsort(presentations, kind="stable")
            own, first, counts = np.unique(
                presentations[order], return_index=True, return_counts=True
            )
            within = np.arange(len(order)) - np.repeat(first, counts)
            number = step[kept] * self.inputs + inputs[kept]
            words[np.repeat(cursor[own], counts) + within] = number[order]
            cursor[own] += counts
        return cursor - starts


def time_steps(times, bin):
    """The time step of each time, int64: floor(t/bin), `bin` in nanoseconds; see above for units
    and rounding."""
    if times.dtype.kind in "iu":
        whole = np.minimum(times.astype(np.uint64), np.uint64(LATEST))
        return whole.astype(np.int64) * 1000 // bin
    half = np.spacing(times).astype(np.float64) / 2
    return np.minimum(
        np.floor((times.astype(np.float64) + half) / (bin / 1e9) + 1e-6), LATEST
    ).astype(np.int64)


def _write(path, steps, parts, stack):
    """The file of the events, and how many words it has."""
    counts = np.concatenate([part.counts for part in parts])
    starts = len(counts) + 1 + np.r_[0, np.cumsum(counts)]
    total = int(starts[-1])
    if total > MOST:
        raise UserError(
            f"--train: {total} events of {path} in {steps} steps are more than the {MOST} that can "
            "be numbered; give fewer presentations by --train and --test, or fewer --steps."
        )
    if 4 * total > available_memory():
        raise UserError(
            f"--train: {total} events of {path} in {steps} steps need {size(4 * total)}, but "
            f"{size(available_memory())} of memory are free; give fewer presentations by --train "
            "and --test, or fewer --steps."
        )
    try:
        file = stack.enter_context(scratch("snn_brian-events-")) / "events"
        with open(file, "wb") as opened:
            os.posix_fallocate(opened.fileno(), 0, 4 * total)  # a full disk is told here
    except OSError as error:
        raise UserError(
            f"TMPDIR: the events need {size(4 * total)} in '{tempfile.gettempdir()}', which cannot "
            f"be had ({error.strerror}); make room, set TMPDIR to another folder, or give fewer "
            "presentations by --train and --test, or fewer --steps."
        ) from error
    words = np.memmap(file, np.int32, "r+")
    first = 0
    for part in parts:
        part.place(words, starts[first : first + part.count])
        first += part.count
    end = starts[0]
    for presentation, (start, stop) in enumerate(zip(starts[:-1], starts[1:])):
        own = np.unique(words[start:stop])
        words[presentation] = end
        words[end : end + len(own)] = own
        end += len(own)
    words[len(counts)] = end
    words.flush()
    del words
    os.truncate(file, 4 * int(end))
    return file, int(end)


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
    if inputs.shape != () or inputs.dtype.kind not in "iu" or not 1 <= value <= MOST:
        raise UserError(
            f"{path}: inputs={value!r} must be one whole number, at least 1 and at most {MOST}."
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
        _check_values(path, f"{part}_labels", found[f"{part}_labels"].whole(), 2**15)
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


def _check_values(path, name, values, limit):
    sound = (values >= 0) & (values < limit)
    if not sound.all():
        raise UserError(
            f"{path}: {name} holds {values[~sound][0]}; give values from 0 to below {limit}."
        )


def _bin(nanoseconds):
    return f"{nanoseconds / 1e6:g} ms"
