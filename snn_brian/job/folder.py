"""The folder of a run: configuration, metrics, checkpoints, summary."""

import csv
import dataclasses
import io
import math
import re
import shutil
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Lock

from filelock import Timeout
from numpy.typing import ArrayLike

from snn_brian.base import checkpoints
from snn_brian.base.errors import UserError
from snn_brian.base.files import write_json, written_whole
from snn_brian.base.locks import held_folder
from snn_brian.base.new_folder import results_path
from snn_brian.base.scratch import remove_abandoned
from snn_brian.job import resuming
from snn_brian.job.metrics import FURTHER, METRICS, READ_ENERGY
from snn_brian.job.provenance import differences
from snn_brian.train.epochs import Epoch
from snn_brian.train.training import Training

# of the refresh of pairs, in tables of runs that have one
OF_REFRESH = dict(
    erasing_pulses="erasing pulses of refresh",
    refresh_pulses="writing pulses of refresh",
    refresh_reads="reads by refresh",
)


class RunFolder:
    """The folder of one run, new or resumed, held by `with`; a run that fails before anything is
    kept leaves none. Its arms may be kept from threads of their own.

    Parameters
    ----------
    path : str or None
        None: `results/<date-time>-<what>`.
    what : str
    resumed : bool
        Whether the folder is that of a run to be continued.

    Raises
    ------
    UserError
        If a new folder exists or cannot be made, or if another process works in the folder.
    """

    def __init__(self, path: str | Path | None, what: str, resumed: bool = False):
        self.path = results_path(path, what)
        self.resumed = resumed
        self.epochs = {}  # by arm
        self.arms = {}
        self.left_out = None  # share of events, by set
        self._made = []
        self._command = ""
        self._lock = ExitStack()
        self._one_by_one = Lock()  # arms that learn at once share the tables

    def __enter__(self):
        if not self.resumed:
            self._make()
        try:
            self._lock.enter_context(held_folder(self.path))
        except Timeout:
            raise UserError(
                f"--resume: another process works on '{self.path}'; wait for its end."
            ) from None
        return self

    def __exit__(self, kind, error, traceback):
        if not self.resumed and {path.name for path in self.path.iterdir()} <= {"config.json"}:
            shutil.rmtree(self.path)
            self._remove_parents()
        elif error is not None and self._command:
            error.add_note(f"To go on: {self._command}")
        self._lock.close()

    def _make(self):
        try:
            self._made = [each for each in (self.path, *self.path.parents) if not each.exists()]
            self.path.mkdir(parents=True)
        except FileExistsError as error:
            raise UserError(
                f"--out: '{self.path}' exists, and no run writes over another; name a new one."
            ) from error
        except OSError as error:
            self._remove_parents()
            raise UserError(
                f"--out: '{self.path}' cannot be made ({error.strerror}); name one that can."
            ) from error

    def _remove_parents(self):
        with suppress(OSError):  # another run may have put something there
            for parent in self._made[1:]:
                parent.rmdir()

    def begin(self, config: dict) -> None:
        """Write the configuration of a new run, or compare it with that of the run that is resumed.

        Raises
        ------
        UserError
            If anything that decides the result differs, or fewer epochs are asked for.
        """
        if self.resumed:
            begun = resuming.begun(self.path)
            differ = differences(begun, config)
            if differ:
                raise UserError(
                    f"--resume: '{self.path}' cannot go on as it began: {'; '.join(differ[:5])}"
                    f"{f'; and {len(differ) - 5} more' if len(differ) > 5 else ''}."
                )
            if config["epochs"] < begun["epochs"]:
                raise UserError(
                    f"--epochs: {config['epochs']} is less than the {begun['epochs']} with which "
                    f"'{self.path}' began."
                )
            for folder in (self.path, *self.path.rglob("*/")):
                remove_abandoned(".writing-", folder)
            epochs = config["epochs"]
            config = begun | {
                "epochs": epochs,
                "arguments": begun["arguments"] | {"epochs": str(epochs)},
            }
        self._command = resuming.command(self.path, config["arguments"])
        write_json(self.path / "config.json", config)

    def go_on(self, arm: str, training: Training) -> Path | None:
        """Let a `Training` go on from the last checkpoint of its arm that can be believed; returns
        its path, or None."""
        paths = sorted(
            filter(_place, self._checkpoints(arm).glob("*.npz")), key=_place, reverse=True
        )
        path = next((path for path, _ in checkpoints.sound(paths, training.resume)), None)
        # a kill may have come before its pieces were removed
        if path and _place(path)[1] == math.inf:
            self._remove_pieces(arm, _place(path)[0], spared=0)
        with self._one_by_one:
            self.epochs[arm] = list(training.history.epochs)
            if self.epochs[arm]:
                self._write_metrics()
        return path

    def add(self, arm: str, epoch: Epoch) -> None:
        """Keep a finished epoch: its checkpoint first, then its rows in `metrics.csv`."""
        self._keep(arm, f"epoch_{epoch.number:03d}.npz", epoch.arrays)
        self._remove_pieces(arm, epoch.number, spared=0)
        with self._one_by_one:
            self.epochs.setdefault(arm, []).append(dataclasses.replace(epoch, arrays={}))
            self._write_metrics()

    def add_piece(self, arm: str, number: int, arrays: Mapping[str, ArrayLike]) -> None:
        """Keep what an epoch has come to after some of its presentations; of such checkpoints, the
        last two stay."""
        self._keep(arm, f"epoch_{number:03d}_after_{arrays['presentations']}.npz", arrays)
        self._remove_pieces(arm, number, spared=2)

    def finish(
        self,
        arm: str,
        presentations: int,
        compile_seconds: float,
        wire_drop: list[float] | None = None,
    ) -> None:
        """Sum up an arm from all its epochs; `summary.json` holds the arms that are finished.

        Parameters
        ----------
        arm : str
        presentations : int
            Of all epochs, for the time that one takes.
        compile_seconds : float
        wire_drop : list of float, or None
            As `snn_brian.train.wire_drop.wire_drop` gives it.
        """
        epochs = self.epochs[arm]
        found = {
            "test_accuracy": [round(float(value), 6) for value in epochs[-1].test_accuracy],
            "potentiation_pulses": int(sum(epoch.potentiation_pulses.sum() for epoch in epochs)),
            "depression_pulses": int(sum(epoch.depression_pulses.sum() for epoch in epochs)),
            "write_energy_J": float(sum(epoch.write_energy.sum() for epoch in epochs)),
            "reads": int(sum(epoch.reads.sum() for epoch in epochs)),
            **_read_energy(epochs, presentations),
            **{
                name: int(sum(getattr(epoch, name).sum() for epoch in epochs))
                for name in OF_REFRESH
                if getattr(epochs[-1], name) is not None
            },
            "seconds_per_presentation": sum(epoch.seconds for epoch in epochs)
            / max(1, presentations),  # none in a test alone
            "compile_seconds": round(compile_seconds, 3),
        }
        if wire_drop:
            found["wire_drop"] = [round(share, 6) for share in wire_drop]
        with self._one_by_one:
            # in the order in which they began, whichever is finished first
            finished = self.arms | {arm: found}
            self.arms = {name: finished[name] for name in self.epochs if name in finished}
            write_json(self.path / "summary.json", self.summary())

    def summary(self) -> dict[str, object]:
        """`{"arms": {...}, "drop_percentage_points": x}`; x is None unless both arms are there.

        With recorded events, `events_left_out` is the share of them after the last time step.
        """
        drop = None
        if {"memristive", "baseline"} <= set(self.arms):
            last = [self.arms[arm]["test_accuracy"][-1] for arm in ("baseline", "memristive")]
            drop = round(100 * (last[0] - last[1]), 4)
        found = {"arms": self.arms, "drop_percentage_points": drop}
        return found | ({"events_left_out": self.left_out} if self.left_out else {})

    def _checkpoints(self, arm):
        return self.path / "checkpoints" / arm

    def _keep(self, arm, name, arrays):
        self._checkpoints(arm).mkdir(parents=True, exist_ok=True)
        checkpoints.write_checkpoint(self._checkpoints(arm) / name, arrays)

    def _remove_pieces(self, arm, number, spared):
        pieces = sorted(
            filter(_place, self._checkpoints(arm).glob(f"epoch_{number:03d}_after_*.npz")),
            key=_place,
        )
        for path in pieces[: len(pieces) - spared]:
            path.unlink()

    def _write_metrics(self):
        text, every = io.StringIO(), [each for own in self.epochs.values() for each in own]
        further = [
            column
            for column, (field, *_) in FURTHER.items()
            if any(getattr(each, field) is not None for each in every)
        ]
        csv.writer(text, lineterminator="\n").writerows(
            [
                METRICS + further,
                *(
                    row + [_cell(epoch, column, row) for column in further]
                    for arm, epochs in self.epochs.items()
                    for epoch in epochs
                    for row in _rows(arm, epoch)
                ),
            ]
        )
        with written_whole(self.path / "metrics.csv") as file:
            file.write(text.getvalue().encode())


def _place(path):
    """Epoch of a checkpoint by its name, and the presentations in it, infinite at its end; None if
    it is no checkpoint."""
    found = re.fullmatch(r"epoch_(\d{3})(?:_after_(\d+))?\.npz", path.name)
    return found and (int(found[1]), int(found[2]) if found[2] else math.inf)


def _read_energy(epochs, presentations):
    """Read energy while learning, and all energy for each presentation, where it is known."""
    if epochs[-1].read_energy is None:
        return {}
    read = float(sum(epoch.read_energy.sum() for epoch in epochs))
    write = float(sum(epoch.write_energy.sum() for epoch in epochs))
    each = {"write": write / max(1, presentations), "read": read / max(1, presentations)}
    return {READ_ENERGY: read, "energy_per_presentation_J": each}


def _cell(epoch, column, row):
    """One more cell of a row in `metrics.csv`."""
    field, form, missing = FURTHER[column]
    values = getattr(epoch, field)
    return missing if values is None else form.format(values[row[METRICS.index("layer")] - 1])


def _rows(arm, epoch):
    """The rows of an epoch in `metrics.csv`, one for each layer."""
    for k in range(len(epoch.test_accuracy)):
        yield [
            arm,
            epoch.number,
            k + 1,
            f"{epoch.test_accuracy[k]:.6f}",
            "" if epoch.train_accuracy is None else f"{epoch.train_accuracy[k]:.6f}",
            int(epoch.potentiation_pulses[k]),
            int(epoch.depression_pulses[k]),
            f"{epoch.write_energy[k]:.6e}",
            int(epoch.reads[k]),
            f"{epoch.seconds:.3f}",
        ]


def comparison(summary: dict) -> str:
    """The comparison of the arms as text."""
    arms = summary["arms"]
    refreshes = any("refresh_reads" in arm for arm in arms.values())
    drop = ["drop (points)"] if len(arms) == 2 else []
    rows = [["", *arms, *drop]]
    for layer, accuracies in enumerate(zip(*(arm["test_accuracy"] for arm in arms.values())), 1):
        percent = [100 * accuracy for accuracy in accuracies]
        drop = [percent[1] - percent[0]] if len(arms) == 2 else []
        rows.append(
            [f"test accuracy of layer {layer} (%)", *(f"{value:.2f}" for value in percent + drop)]
        )
    for label, key, form in (
        ("potentiation pulses", "potentiation_pulses", "{:d}"),
        ("depression pulses", "depression_pulses", "{:d}"),
        ("write energy (J)", "write_energy_J", "{:.3g}"),
        ("read energy (J)", READ_ENERGY, "{:.3g}"),
        ("reads by the rule", "reads", "{:d}"),
        *((label, name, "{:d}") for name, label in OF_REFRESH.items() if refreshes),
        ("training time per image (s)", "seconds_per_presentation", "{:.2e}"),
    ):
        if any(key in arm for arm in arms.values()):
            cells = (form.format(arm[key]) if key in arm else "" for arm in arms.values())
            rows.append([label, *cells])
    return "\n".join(
        f"{label:<29}" + "".join(f"{cell:>15}" for cell in cells) for label, *cells in rows
    )
