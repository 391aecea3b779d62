"""The folder of a run: configuration, metrics, checkpoints, summary."""
import csv
import dataclasses
import importlib.metadata
import io
import platform
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import numpy as np
from brian2 import Quantity, get_unit

from snn_brian.build import compiler
from snn_brian.declarations import Weight
from snn_brian.errors import UserError
from snn_brian.files import write_json, written_whole
from snn_brian.losses import LOSSES
from snn_brian.optimizers import OPTIMIZERS
from snn_brian.training import CLASSIFIER_SCALE, STREAMS

METRICS = ["arm", "epoch", "layer", "test_accuracy", "train_accuracy", "potentiation_pulses", "depression_pulses",
           "write_energy_J", "reads", "seconds"]


class RunFolder:
    """A new folder for one run, made by `with`; a run that ends before its first epoch leaves nothing behind.

    Parameters
    ----------
    path : str or None
        None: `results/<date-time>-<what>`.
    what : str

    Raises
    ------
    UserError
        If the folder exists or cannot be made.
    """

    def __init__(self, path, what):
        name = f"{datetime.now():%Y%m%d-%H%M%S}-{re.sub(r'[^a-zA-Z0-9_.+-]+', '_', what)}"
        self.path = Path("results", name) if path is None else Path(path).expanduser()
        self._made = []
        self.rows = []
        self.arms = {}

    def __enter__(self):
        try:
            self._made = [each for each in (self.path, *self.path.parents) if not each.exists()]
            self.path.mkdir(parents=True)
        except FileExistsError as error:
            raise UserError(f"--out: '{self.path}' exists, and no run writes over another; name a new one.") from error
        except OSError as error:
            self._remove_parents()
            raise UserError(f"--out: '{self.path}' cannot be made ({error.strerror}); name one that can.") from error
        return self

    def __exit__(self, *_):
        if not self.rows:
            shutil.rmtree(self.path)
            self._remove_parents()

    def _remove_parents(self):
        with suppress(OSError):  # another run may have put something there
            for parent in self._made[1:]:
                parent.rmdir()

    def write_config(self, experiments, images, arguments):
        write_json(self.path / "config.json", configuration(experiments, images, arguments))

    def add(self, arm, epoch):
        """Keep a finished epoch: its checkpoint first, then its rows in `metrics.csv`."""
        folder = self.path / "checkpoints" / arm
        folder.mkdir(parents=True, exist_ok=True)
        with written_whole(folder / f"epoch_{epoch.number:03d}.npz") as file:
            np.savez(file, **epoch.arrays)
        for k in range(len(epoch.test_accuracy)):
            self.rows.append([
                arm, epoch.number, k + 1, f"{epoch.test_accuracy[k]:.6f}",
                "" if epoch.train_accuracy is None else f"{epoch.train_accuracy[k]:.6f}",
                int(epoch.potentiation_pulses[k]), int(epoch.depression_pulses[k]), f"{epoch.write_energy[k]:.6e}",
                int(epoch.reads[k]), f"{epoch.seconds:.3f}"])
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([METRICS, *self.rows])
        with written_whole(self.path / "metrics.csv") as file:
            file.write(text.getvalue().encode())

    def finish(self, arm, epochs, presentations, compile_seconds):
        """Sum up an arm from all its epochs; `summary.json` holds the arms that are finished."""
        self.arms[arm] = {
            "test_accuracy": [round(float(value), 6) for value in epochs[-1].test_accuracy],
            "potentiation_pulses": int(sum(epoch.potentiation_pulses.sum() for epoch in epochs)),
            "depression_pulses": int(sum(epoch.depression_pulses.sum() for epoch in epochs)),
            "write_energy_J": float(sum(epoch.write_energy.sum() for epoch in epochs)),
            "reads": int(sum(epoch.reads.sum() for epoch in epochs)),
            "seconds_per_presentation": sum(epoch.seconds for epoch in epochs) / presentations,
            "compile_seconds": round(compile_seconds, 3),
        }
        write_json(self.path / "summary.json", self.summary())

    def summary(self):
        """`{"arms": {...}, "drop_percentage_points": x}`; x is None unless both arms are there."""
        drop = None
        if {"memristive", "baseline"} <= set(self.arms):
            last = [self.arms[arm]["test_accuracy"][-1] for arm in ("baseline", "memristive")]
            drop = round(100 * (last[0] - last[1]), 4)
        return {"arms": self.arms, "drop_percentage_points": drop}


def configuration(experiments, images, arguments):
    """Everything that is needed to repeat the run, by this package or by an independent program."""
    first = next(iter(experiments.values()))
    return {
        "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "arguments": arguments,
        "date": datetime.now().isoformat(timespec="seconds"),
        "seed": first.seed,
        "random": {
            "generator": "numpy.random.default_rng([seed, stream, number])",
            "number": "layer for classifiers and initial, epoch for the others",
            "streams": STREAMS,
        },
        "data": {"name": images.name, "train": len(images.train_labels), "test": len(images.test_labels),
                 "validation": images.validation, "shape": list(images.shape), "classes": images.classes,
                 "sha256": images.sha256},
        "layers": list(first.layers),
        "epochs": first.epochs,
        "steps": first.steps,
        "batch": first.batch,
        "optimizer": plain(OPTIMIZERS[first.optimizer]),
        "loss": plain(LOSSES[first.loss]),
        "encoder": plain(first.encoder),
        "neuron": plain(first.neuron),
        "dtype": "float32",
        "target": first.target,
        "threads": first.threads,
        "arms": {arm: _arm(experiment) for arm, experiment in experiments.items()},
        "versions": versions(first.target),
    }


def table(summary):
    """The comparison of the arms as text."""
    arms = summary["arms"]
    drop = ["drop (points)"] if len(arms) == 2 else []
    rows = [["", *arms, *drop]]
    for layer, accuracies in enumerate(zip(*(arm["test_accuracy"] for arm in arms.values())), 1):
        percent = [100 * accuracy for accuracy in accuracies]
        drop = [percent[1] - percent[0]] if len(arms) == 2 else []
        rows.append([f"test accuracy of layer {layer} (%)", *(f"{value:.2f}" for value in percent + drop)])
    for label, key, form in (("potentiation pulses", "potentiation_pulses", "{:d}"),
                             ("depression pulses", "depression_pulses", "{:d}"),
                             ("write energy (J)", "write_energy_J", "{:.3g}"),
                             ("reads by the rule", "reads", "{:d}"),
                             ("training time per image (s)", "seconds_per_presentation", "{:.2e}")):
        rows.append([label, *(form.format(arm[key]) for arm in arms.values())])
    return "\n".join(f"{label:<29}" + "".join(f"{cell:>15}" for cell in cells) for label, *cells in rows)


def plain(value):
    """A declaration, or any part of one, as values that JSON knows; quantities as text in SI units."""
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, Quantity):
        return f"{float(value)!r} {get_unit(value.dim)}"  # str(value) would round it
    return value.item() if isinstance(value, np.generic) else value


def _arm(experiment):
    device = plain(experiment.weights)
    if not isinstance(experiment.weights, Weight):
        device |= {"G_max_S": float(experiment.weights.G_max), "G_min_S": float(experiment.weights.G_min),
                   "K": experiment.weights.K}
    parameters = plain(experiment.neuron_parameters())
    return {
        "device": device,
        "rule": plain(experiment.rule),
        "eta_decay": experiment.learning.decay,
        "layers": [{"neurons": neurons, "eta": eta, "neuron_parameters": parameters,
                    "classifier_scale": float(CLASSIFIER_SCALE / np.sqrt(neurons)),
                    "initial": list(experiment.initial)}
                   for neurons, eta in zip(experiment.layers, experiment.etas(1))],
    }


def versions(target):
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for name in ("snn_brian", "brian2", "numpy", "scipy", "torch", "torchvision", "matplotlib"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    if target == "cpp_standalone":
        said = subprocess.run([compiler(), "--version"], capture_output=True, text=True).stdout
        found["compiler"] = said.split("\n")[0]
    return found
