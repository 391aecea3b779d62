"""What the first neurons look at: their weights from the inputs, as pictures of an image's
shape."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from snn_brian.base.plot import PAGE, picture
from snn_brian.job.figures import ARMS, first_and_last

COLUMNS, MOST = 10, 40  # of neurons that are drawn


def draw_receptive_fields(folder: Path) -> list[Path]:
    """Write `figures/receptive_fields_<arm>.png` of each arm's last checkpoint in a run's folder
    and return their paths; an arm whose first layer does not see every input by its own weight is
    left out."""
    shape = json.loads((folder / "config.json").read_text())["data"]["shape"]
    (folder / "figures").mkdir(exist_ok=True)
    paths = []
    for arm in ARMS:
        states = first_and_last(folder / "checkpoints" / arm)
        weights = states[max(states)].get("w_1") if states else None
        if weights is not None and len(weights) == np.prod(shape):
            paths.append(folder / "figures" / f"receptive_fields_{arm}.png")
            draw(weights, shape, paths[-1], f"{arm}, epoch {max(states)}")
    return paths


def draw(weights: np.ndarray, shape: Sequence[int], path: Path, title: str) -> None:
    """The weights of the first 40 neurons, all on one scale: side by side as small pictures, or,
    of features without a second dimension, below each other as rows.

    Parameters
    ----------
    weights : array
        (inputs, neurons).
    shape : sequence of int
        Of an image; of one with channels, the mean over these is shown.
    path : Path
        Of the PNG file.
    title : str
    """
    fields = pictures(weights, shape)
    flat = fields.shape[1] == 1
    shown = fields[:, 0] if flat else mosaic(fields)
    most = float(np.nanmax(np.abs(shown))) or 1.0
    height = 3.0 if flat else 0.5 + PAGE * 0.86 * shown.shape[0] / shown.shape[1]
    with picture(path, PAGE, height) as figure:
        axes = figure.add_subplot()
        drawn = axes.imshow(
            shown, "RdBu_r", vmin=-most, vmax=most, aspect="auto" if flat else "equal"
        )
        if flat:
            axes.set(xlabel="Input", ylabel="Neuron")
        else:
            axes.set_axis_off()
        channels = f", mean of {shape[2]} channels" if len(shape) == 3 else ""
        axes.set_title(f"{title}: layer 1, {len(fields)} of {weights.shape[1]} neurons{channels}")
        figure.colorbar(drawn, ax=axes, shrink=0.8).set_label("Weight")


def mosaic(fields: np.ndarray) -> np.ndarray:
    """One picture of (neurons, height, width), ten in a row, with nan between them."""
    count, height, width = fields.shape
    columns = min(COLUMNS, count)
    rows = -(-count // columns)
    whole = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
    for number, field in enumerate(fields):
        row, column = divmod(number, columns)
        top, left = row * (height + 1), column * (width + 1)
        whole[top : top + height, left : left + width] = field
    return whole


def pictures(weights: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """The weights of the first 40 neurons as (neurons, height, width).

    Parameters
    ----------
    weights : array
        (inputs, neurons).
    shape : sequence of int
        (height, width), with channels, or (features,).
    """
    fields = weights.T[:MOST].reshape(-1, *shape)
    if len(shape) == 1:
        return fields[:, None]
    return fields.mean(axis=tuple(range(3, fields.ndim)))
