"""What a run will take of the memory and of the disks, told before it starts if it cannot fit."""
import os
import shutil
import tempfile
from pathlib import Path

from snn_brian.errors import UserError
from snn_brian.optimizers import OPTIMIZERS
from snn_brian.settings import MOST
from snn_brian.synapse import synapse

REAL = 4  # bytes of a float32


def check(experiments, images, folder):
    """That a run can fit into this machine and into Brian2's integers.

    Parameters
    ----------
    experiments : dict of Experiment
        By arm.
    images : Images
    folder : Path
        Of the results.

    Raises
    ------
    UserError
        Naming what is needed and what there is.
    """
    for experiment in experiments.values():
        pass
        needed, there = memory(experiment, images), available_memory()
        if needed > there:
            raise UserError(f"--layers: {','.join(map(str, experiment.layers))} with these models needs about "
                            f"{_size(needed)} of memory, but {_size(there)} are free; give smaller layers.")




def available_memory():
    """Bytes that can be had now without swapping, of the machine or of the container."""
    lines = (line.split() for line in Path("/proc/meminfo").read_text().splitlines())
    return 1024 * int(next(words[1] for words in lines if words[0] == "MemAvailable:"))


def memory(experiment, images):
    """Bytes that Python and the compiled program take together at their peak."""
    return 0


def results(experiment, images):
    """Bytes of an arm's checkpoints."""
    return 0


def temporary(experiment, images):
    """Bytes of the files of a run of the compiled program: the images, values at the start and at the end."""
    return 0
