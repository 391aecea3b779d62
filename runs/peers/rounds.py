"""Peers that take turns on one core, and their medians."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager

import numpy as np
from tqdm import tqdm

from snn_brian.base.errors import SimulationFailed


@contextmanager
def on(cores):
    """Processes that start in this context run on these cores and no others."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def output(name, command):
    """What a command prints.

    Raises
    ------
    SimulationFailed
        If it fails; `name` says to the user what has failed.
    """
    process = subprocess.Popen(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        said, complaints = process.communicate()
    except BaseException:  # an interrupt: let it end what it has started, too
        process.terminate()
        process.wait()
        raise
    if process.returncode:
        reason = (complaints.strip().splitlines() or ["it said nothing"])[-1]
        raise SimulationFailed(
            f"The benchmark's peer '{name}' failed with exit code {process.returncode}: {reason}"
        )
    return said


def reply(name, command):
    """The JSON in the last line that a command prints; raises SimulationFailed as `output` does."""
    said = output(name, command)
    try:
        return json.loads(said.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise SimulationFailed(
            f"The benchmark's peer '{name}' printed no result but {said[-200:]!r}."
        ) from None


def take_turns(rounds, measures, cores):
    """{name: a value from each round} and {name: why it failed} of {name: function without
    arguments}; all are called once in every round, but one that has failed not again."""
    measured, failed = {name: [] for name in measures}, {}
    pause = 0.1 if sys.stderr.isatty() else 30  # seconds between two pictures of the bar
    with (
        on(cores),
        tqdm(
            total=rounds * len(measures),
            leave=False,
            mininterval=pause,
            miniters=1,
            dynamic_ncols=True,
        ) as bar,
    ):
        for number in range(1, rounds + 1):
            for name, measure in measures.items():
                bar.set_description(f"round {number}/{rounds}: {name}", refresh=sys.stderr.isatty())
                if name not in failed:
                    try:
                        measured[name].append(measure())
                    except SimulationFailed as error:
                        failed[name] = str(error)
                bar.update()
    return {name: values for name, values in measured.items() if name not in failed}, failed


def summary(values):
    """Median, quartiles and all values."""
    low, median, high = map(float, np.percentile(values, [25, 50, 75]))
    return {
        "median": median,
        "low": low,
        "high": high,
        "rounds": [float(value) for value in values],
    }
