"""From the columns of an event file to sorted numbers, in pieces: events are counted first and then
put into their places, so that no whole column is ever in memory."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.base.memory import available_memory, size
from snn_brian.base.scratch import scratch
from snn_brian.data.archive import Column

MOST = 2**31 - 1  # the network's integers have 32 bits
LEAST_KEPT = 0.1  # of the events; with fewer, unit or number of steps is certainly wrong
LEAST_USED = 0.1  # of the steps, up to the latest event, for the same reason
LATEST = 2**53  # steps, and microseconds; what comes later is no different


class Part:
    """The events of the training or the test set: counted first, then put into their places.

    Parameters
    ----------
    path : str or Path
        The file, for messages.
    name : str
        "train" or "test".
    found : mapping of str to Column
        The arrays of the file.
    inputs : int
    count, presentations : int
        Those that are used, the first ones, and those in the file.
    steps, bin : int
        Time steps of a presentation, and nanoseconds in one.

    Raises
    ------
    UserError
        For numbers that are out of range, and if (nearly) no event is within the steps.
    """

    def __init__(
        self,
        path: str | Path,
        name: str,
        found: Mapping[str, Column],
        inputs: int,
        count: int,
        presentations: int,
        steps: int,
        bin: int,
    ):
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
                check_values(self.path, f"{self.name}_{column}", values, limit)
            times, inputs, presentations = columns_
            used = presentations < self.count
            yield presentations[used].astype(np.int64), inputs[used].astype(np.int64), times[used]

    def _check_kept(self, total, latest):
        there, kept = f"{self.path}: {self.name}_times", int(self.counts.sum())
        unit = "s" if latest.dtype.kind == "f" else "us"
        if total == 0:
            raise UserError(f"{there} holds no event of the presentations used; give some.")
        needed = int(time_steps(np.array([latest]), self.bin)[0]) + 1
        early = self.name == "train" and needed <= LEAST_USED * self.steps
        if kept < LEAST_KEPT * total or early:
            raise UserError(
                f"--steps: {kept} of the {total} events in {there} fall into {self.steps} steps of "
                f"{self.bin / 1e6:g} ms; the latest is at {latest:g} {unit}, which needs --steps "
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

    def place(self, words: np.ndarray, starts: np.ndarray) -> None:
        """Write the number of each event into the place of its presentation, which begins at
        `starts`."""
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


def time_steps(times: np.ndarray, bin: int) -> np.ndarray:
    """The time step of each time, int64: floor(t/bin), `bin` in nanoseconds; see above for units
    and rounding."""
    if times.dtype.kind in "iu":
        whole = np.minimum(times.astype(np.uint64), np.uint64(LATEST))
        return whole.astype(np.int64) * 1000 // bin
    half = np.spacing(times).astype(np.float64) / 2
    return np.minimum(
        np.floor((times.astype(np.float64) + half) / (bin / 1e9) + 1e-6), LATEST
    ).astype(np.int64)


def write(
    path: str | Path, steps: int, parts: Sequence[Part], stack: ExitStack
) -> tuple[Path, int]:
    """The file of the events, and how many words it has.

    Parameters
    ----------
    path : str or Path
        Where the events come from, for messages.
    steps : int
        Time steps of a presentation.
    parts : sequence of Part
        Those of the training set, then those of the test set.
    stack : ExitStack
        Removes the file in the end.

    Raises
    ------
    UserError
        If memory or disk do not suffice, or the events are too many to be numbered.
    """
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


def check_values(path: str | Path, name: str, values: np.ndarray, limit: float) -> None:
    """That values are from 0 to below a limit.

    Parameters
    ----------
    path : str or Path
    name : str
        Of the array, for messages.
    values : array
    limit : float

    Raises
    ------
    UserError
        Naming the file, the array and the first value that is not.
    """
    sound = (values >= 0) & (values < limit)
    if not sound.all():
        raise UserError(
            f"{path}: {name} holds {values[~sound][0]}; give values from 0 to below {limit}."
        )
