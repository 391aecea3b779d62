"""What the test images of each class are taken for, by every layer: a table and a picture of each
arm."""

import csv
from pathlib import Path

import numpy as np
from matplotlib.colors import PowerNorm

from snn_brian.base.errors import UserError
from snn_brian.base.files import write_table
from snn_brian.base.plot import PAGE, picture
from snn_brian.job.figures import ARMS
from snn_brian.train.prediction import confusion
from snn_brian.train.training import Training

MOST_CLASSES = 1000  # of a matrix that is written
MOST_SHOWN = 9  # layers in a picture, the last ones
MOST_WRITTEN = 12  # classes whose numbers are written into the picture
# a cell has room for its number, which need not be measured for the layout
MIDDLE = dict(ha="center", va="center", in_layout=False)
COLUMNS = ("layer", "label", "images", "accuracy")


def save(folder: Path, arm: str, training: Training) -> Path | None:
    """Test an arm once more, as its last epoch was tested, and write `confusion/<arm>.csv` in a
    run's folder; returns its path, None where there are more than 1000 classes."""
    if training.structure.classes > MOST_CLASSES:
        return None
    path = folder / "confusion" / f"{arm}.csv"
    path.parent.mkdir(exist_ok=True)
    write_table(path, table(confusion(training)))
    return path


def draw_confusions(folder: Path) -> list[Path]:
    """Write `figures/confusion_<arm>.png` for each table in a run's folder and return their paths.

    Raises
    ------
    UserError
        If a table is damaged.
    """
    (folder / "figures").mkdir(exist_ok=True)
    paths = []
    for arm in [arm for arm in ARMS if (folder / "confusion" / f"{arm}.csv").exists()]:
        paths.append(folder / "figures" / f"confusion_{arm}.png")
        draw(read(folder, arm), arm, paths[-1])
    return paths


def table(counts: np.ndarray) -> dict[str, np.ndarray]:
    """The columns of the table: a row for each layer and label, with the test images of this label,
    the share of them that is right ("" where there are none), and how many are taken for each
    class.

    Parameters
    ----------
    counts : array
        (layers, label, class), as `snn_brian.train.prediction.confusion` gives them.
    """
    layers, classes, _ = counts.shape
    images = counts.sum(axis=2).ravel()
    right = counts.diagonal(axis1=1, axis2=2).ravel()
    accuracy = [f"{own / all_:.6f}" if all_ else "" for own, all_ in zip(right, images)]
    columns = np.repeat(np.arange(1, layers + 1), classes), np.tile(np.arange(classes), layers)
    taken = {f"as_{k}": counts[:, :, k].ravel() for k in range(classes)}
    return dict(zip(COLUMNS, (*columns, images, accuracy))) | taken


def read(folder: Path, arm: str) -> np.ndarray:
    """The counts in a run's folder, (layers, label, class).

    Raises
    ------
    UserError
        If the run has none, or they are damaged.
    """
    path = folder / "confusion" / f"{arm}.csv"
    try:
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file))
        layers = int(rows[-1]["layer"])
        numbers = [[int(row[f"as_{k}"]) for k in range(len(rows) // layers)] for row in rows]
        return np.array(numbers).reshape(layers, -1, len(rows) // layers)
    except FileNotFoundError as error:
        raise UserError(
            f"'{folder}' has no {path.relative_to(folder)}: the run has not ended, or it is of "
            "before 0.2; let it end by --resume, or call predict with images of your own."
        ) from error
    except (OSError, ValueError, KeyError, IndexError, TypeError, ZeroDivisionError) as error:
        raise UserError(
            f"{path} is damaged ({type(error).__name__}: {error}); write it anew by --resume."
        ) from error


def draw(counts: np.ndarray, arm: str, path: Path) -> None:
    """A panel for each layer: rows are labels, columns what images are taken for, shares of a row
    as colours; the diagonal is the accuracy of a class.

    Parameters
    ----------
    counts : array
        (layers, label, class)
    arm : str
    path : Path
        Of the PNG file.
    """
    shown = range(max(0, len(counts) - MOST_SHOWN), len(counts))
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    with picture(path, PAGE, rows * (0.8 + (PAGE - 1) / max(2, columns))) as figure:
        panels = figure.subplots(rows, columns, squeeze=False)
        for axes in panels.flat[len(shown) :]:
            axes.remove()
        for axes, layer in zip(panels.flat, shown):
            own = counts[layer]
            share = own / np.maximum(own.sum(axis=1, keepdims=True), 1)
            drawn = axes.imshow(share, "Blues", norm=PowerNorm(0.4, 0, 1))
            right = own.trace() / max(own.sum(), 1)
            axes.set(
                title=f"{arm}, layer {layer + 1}: {100 * right:.2f} %",
                xlabel="Taken for class",
                ylabel="Class",
            )
            if len(own) <= MOST_WRITTEN:
                axes.set(xticks=range(len(own)), yticks=range(len(own)))
                for (label, taken), count in np.ndenumerate(own):
                    colour = "white" if share[label, taken] > 0.35 else "0.2"
                    axes.text(taken, label, count, size=4.5, color=colour, **MIDDLE)
        bar = figure.colorbar(
            drawn, ax=list(panels.flat[: len(shown)]), shrink=0.8, ticks=[0, 0.01, 0.1, 0.3, 0.6, 1]
        )
        bar.set_label("Share of the class's test images")
        bar.ax.set_yticklabels(["0", "1 %", "10 %", "30 %", "60 %", "100 %"])
