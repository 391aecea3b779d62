"""Conductance matrices for circuit simulators: numbers in siemens, without anything else.

A row is a row of the crossbar, an input; a column is a neuron. Of a convolution, a row is a place
in the patch that the kernel sees (row by row, at each pixel channel by channel), a column a map.
"""

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.base.files import written_whole
from snn_brian.base.new_folder import new_folder

DIGITS = "%.9g"  # the float32 of the checkpoint, in units of G_max, comes back


def write_conductances(path: str | Path, conductances: Mapping[str, np.ndarray]) -> list[Path]:
    """Write conductances to an .npz file, with an array for each matrix, or to a new folder of CSV
    files, `G_plus_1_siemens.csv`, without header or counters; returns the paths.

    Parameters
    ----------
    path : path
        Ending in .npz, or of the folder.
    conductances : mapping of str to array
        In siemens, such as `TrainedArm.conductances` gives them.

    Raises
    ------
    UserError
        If the path is there already, or cannot be written.
    """
    path = Path(path).expanduser()
    if path.suffix == ".npz":
        if path.exists():
            raise UserError(f"--conductances: '{path}' exists; name a new file.")
        content = io.BytesIO()
        np.savez_compressed(content, **conductances)
        with written_whole(path) as file:
            file.write(content.getvalue())
        return [path]
    with new_folder(path, "") as (folder, path):
        for name, values in conductances.items():
            np.savetxt(folder / f"{name}_siemens.csv", values, DIGITS, ",")
    return sorted(path.iterdir())
