"""A short training in a process of its own, and whether two of them came to the same."""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil

from snn_brian.base import checkpoints
from snn_brian.job.metrics import read_metrics

JOB = Path(__file__).parents[1] / "mnist_local.py"
SMALL = [
    "--layers",
    "60,20",
    "--train",
    "6000",
    "--test",
    "1000",
    "--epochs",
    "3",
    "--batch",
    "50",
    "--checkpoint-every",
    "2000",
]


def start(*flags, **options):
    """The job, in a session of its own."""
    return subprocess.Popen(
        [sys.executable, JOB, *map(str, flags)],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        **options,
    )


def finish(process):
    """Its exit code, and the two texts that it wrote."""
    out, errors = process.communicate(timeout=600)
    return process.returncode, out, errors


def program(process):
    """The process id of the compiled program that the job runs just now, or None."""
    with suppress(psutil.Error):  # one of the two has just ended
        for child in psutil.Process(process.pid).children():
            if Path(child.exe()).name == "main":
                return child.pid


def differences(folder, reference, names=None):
    """The files, by default all results, in which two runs differ by more than the time that they
    took."""
    if names is None:
        names = {
            path.relative_to(each).as_posix()
            for each in (folder, reference)
            for path in each.rglob("*.npz")
        }
        names |= {"metrics.csv", "summary.json"}
    return [name for name in sorted(names) if not _equal(folder / name, reference / name)]


def _equal(path, other):
    if not (path.exists() and other.exists()):
        return False
    if path.suffix != ".npz":
        return _timeless(path) == _timeless(other)
    one, two = checkpoints.read_checkpoint(path), checkpoints.read_checkpoint(other)
    return one.keys() == two.keys() and all(
        np.asarray(one[name]).tobytes() == np.asarray(two[name]).tobytes()
        for name in one
        if "seconds" not in name
    )


def _timeless(path):
    if path.suffix == ".csv":
        return [
            {name: cell for name, cell in row.items() if name != "seconds"}
            for row in read_metrics(path.parent)
        ]
    summary = json.loads(path.read_text())
    for arm in summary["arms"].values():
        del arm["seconds_per_presentation"], arm["compile_seconds"]
    return summary
