"""The figures of a run folder: accuracy, pulses and conductances as PNG files, also of a run that
was interrupted."""

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator

from snn_brian.base.checkpoints import Damaged, sound
from snn_brian.base.files import written_whole
from snn_brian.base.plot import COLOURS, COLUMN, MARKERS, PAGE, STYLE, write_png
from snn_brian.job.metrics import read_metrics

Epochs = dict[int, dict[int, dict[str, str]]]  # epoch -> layer -> row of `metrics.csv`
ARMS = ("memristive", "baseline")
HISTOGRAMS = (
    {"label": "before (first checkpoint)", "color": "0.75", "fill": True},
    {"label": "after (last checkpoint)", "color": COLOURS[0]},
)
SYMBOLS = {"G_plus": "$G_+$", "G_minus": "$G_-$", "w": "$w = G_+ - G_-$"}


def draw_figures(folder: Path) -> list[Path]:
    """Write `figures/accuracy.png`, `pulses.png` and `conductances.png` in a run's folder and
    return their paths.

    A figure for which the run has no data, as pulses of a baseline alone, is left out.
    """
    config = json.loads((folder / "config.json").read_text())
    metrics = whole_epochs(folder, len(config["layers"]))
    trained = {epoch: rows for epoch, rows in metrics.get("memristive", {}).items() if epoch > 0}
    checkpoints = {
        arm: found for arm in ARMS if (found := first_and_last(folder / "checkpoints" / arm))
    }
    (folder / "figures").mkdir(exist_ok=True)
    paths = []
    with style.context(["default", STYLE]):
        learned = checkpoints if _learned(config) else {}
        for plot, data in ((accuracy, metrics), (pulses, trained), (conductances, learned)):
            if data:
                paths.append(folder / "figures" / f"{plot.__name__}.png")
                with written_whole(paths[-1]) as file:
                    write_png(plot(config, data), file)
    return paths


def whole_epochs(folder: Path, layers: int) -> dict[str, Epochs]:
    """{arm: {epoch: {layer: row}}} of `metrics.csv`, less epochs that were cut short."""
    metrics = {arm: {} for arm in ARMS}
    for row in read_metrics(folder):
        metrics[row["arm"]].setdefault(int(row["epoch"]), {})[int(row["layer"])] = row
    return {
        arm: whole
        for arm, epochs in metrics.items()
        if (whole := {epoch: rows for epoch, rows in sorted(epochs.items()) if len(rows) == layers})
    }


def first_and_last(folder: Path) -> dict[int, dict[str, np.ndarray]]:
    """{epoch: arrays by name} of an arm's first and last sound checkpoint, with w = G_plus -
    G_minus of pairs."""
    states, paths = {}, sorted(folder.glob("epoch_[0-9][0-9][0-9].npz"))
    for way in (paths, paths[:0:-1]):
        for path, arrays in islice(sound(way, _check), 1):
            state = {
                name: values for name, values in arrays.items() if name.startswith(("G_", "w_"))
            }
            pairs = [name[7:] for name in state if name.startswith("G_plus_")]
            states[int(path.stem[6:])] = state | {
                f"w_{n}": state[f"G_plus_{n}"] - state[f"G_minus_{n}"] for n in pairs
            }
    return states


def _check(arrays):
    """A sound checkpoint of someone else's making may hold anything."""
    for name, values in arrays.items():
        other = (
            arrays.get(name.replace("G_plus", "G_minus"), values)
            if name.startswith(("G_", "w_"))
            else None
        )
        if other is not None and (
            values.dtype != np.float32
            or values.ndim != 2
            or values.shape != other.shape
            or not np.isfinite(values).all()
        ):
            raise Damaged(f"its {name} cannot be drawn")


def column(epochs: Epochs, name: str) -> np.ndarray:
    """One column of an arm's rows as an array of shape (epochs, layers), NaN where it is empty."""
    return np.array(
        [[float(rows[layer][name] or "nan") for layer in sorted(rows)] for rows in epochs.values()]
    )


def lines(
    axes: Axes, epochs: Iterable[int], values: np.ndarray, labels: Iterable[str], **drawn: object
) -> list[Line2D]:
    """Draw an array of shape (epochs, layers), a line for each layer, and return the lines."""
    axes.xaxis.set(
        label_text="Epoch",
        major_locator=MaxNLocator(7, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1),
    )
    axes.grid(True, axis="y")
    return [
        axes.plot(
            list(epochs),
            values[:, layer],
            color=COLOURS[layer % 8],
            marker=MARKERS[layer % 8],
            label=label,
            **drawn,
        )[0]
        for layer, label in enumerate(labels)
    ]


def accuracy(config: dict, metrics: dict[str, Epochs]) -> Figure:
    """Test accuracy (%) over epochs, on an axis logarithmic in the error; the legend tells the last
    values."""
    figure = Figure((COLUMN, 2.6 + 0.15 * len(config["layers"])), layout="constrained")
    axes, legend = figure.add_subplot(), []
    axes.set_yscale(
        "function",
        functions=(lambda a: -np.log10(np.maximum(100 - a, 0.05)), lambda y: 100 - 10**-y),
    )
    for arm, epochs in metrics.items():
        percent = 100 * column(epochs, "test_accuracy")
        head = (
            f"{arm} ({config['arms'][arm]['device']['name']}),\nepoch {max(epochs)} of "
            f"{config['epochs']}"
        )
        labels = map(
            "layer {} ({}): {:.2f} %".format,
            range(1, 1 + percent.shape[1]),
            config["layers"],
            percent[-1],
        )
        drawn = (
            {"linestyle": "-"}
            if arm == "memristive"
            else {"linestyle": "--", "markerfacecolor": "white"}
        )
        legend += [
            Line2D([], [], linestyle="", label=head),
            *lines(axes, epochs, percent, labels, zorder=3, **drawn),
        ]
    axes.set(ylabel="Test accuracy (%)", ylim=(0, min(max(96, 20 + 0.8 * axes.dataLim.y1), 99.95)))
    axes.yaxis.set(
        major_locator=FixedLocator([0, 50, 80, 90, 94, 96, 97, 98, 99, 99.5, 99.9]),
        major_formatter="{x:g}",
        minor_locator=FixedLocator([10, 20, 30, 40, 60, 70, 82, 84, 86, 88, 91, 92, 93, 95, 98.5]),
    )
    figure.legend(handles=legend, loc="outside lower center", ncols=len(metrics), handlelength=2.6)
    return figure


def pulses(config: dict, epochs: Epochs) -> Figure:
    """Potentiation and depression pulses per epoch of every layer of the memristive arm, from epoch
    1 on."""
    figure = Figure((COLUMN, 2.2), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    counts = np.array([column(epochs, "potentiation_pulses"), column(epochs, "depression_pulses")])
    for axes, title, count in zip(panels, ("Potentiation", "Depression"), counts):
        handles = lines(
            axes,
            epochs,
            count,
            [f"layer {n} ({size})" for n, size in enumerate(config["layers"], 1)],
        )
        axes.set_title(title)
    smallest = np.min(counts, where=counts > 0, initial=np.inf)
    if np.max(counts, where=counts > 0, initial=0) <= 10 * smallest:
        panels[0].set_ylim(bottom=0)
    elif 0 in counts:  # a linear stretch from 0 to the decade of the smallest count
        panels[0].set_yscale("symlog", linthresh=10 ** np.floor(np.log10(smallest)))
    else:
        panels[0].set_yscale("log")
    panels[0].set_ylabel("Pulses per epoch")
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def _learned(config):
    """The names of the projections whose weights are learned; earlier versions knew the chain
    alone."""
    if "projections" not in config:
        return [str(number) for number in range(1, len(config["layers"]) + 1)]
    return [each["name"] for each in config["projections"] if not each["fixed"]]


def _shown(projection):
    """What a projection is called in a figure; those of the chain have the number of the layer."""
    return f"Layer {projection}" if projection.isdecimal() else projection.replace("_", " ")


def bins(arrays: Sequence[np.ndarray], count: int = 60) -> np.ndarray:
    """Edges of bins that hold all values, however large, and even if all are equal."""
    low, high = (
        min(float(np.min(array)) for array in arrays),
        max(float(np.max(array)) for array in arrays),
    )
    margin = max(0.5, 1e-6 * abs(low)) if low == high else 0
    return np.linspace(low - margin, high + margin, count + 1)


def conductances(config: dict, checkpoints: dict[str, dict[int, dict[str, np.ndarray]]]) -> Figure:
    """Histograms of G_plus, G_minus and w of every learned projection (rows) in the first and the
    last checkpoint, in % per bin.

    Lower axes are in units of G_max, upper ones in nS, w of the baseline has no unit.
    """
    names = _learned(config)
    rows = len(names)
    columns = [
        (arm, name)
        for arm, states in checkpoints.items()
        for name in SYMBOLS
        if all(f"{name}_{names[0]}" in state for state in states.values())
    ]
    figure = Figure((PAGE if len(columns) > 1 else COLUMN, 1.1 + 1.1 * rows), layout="constrained")
    grid = figure.subplots(rows, len(columns), sharex="col", sharey=True, squeeze=False)
    for panels, (arm, name) in zip(grid.T, columns):
        device, paired = config["arms"][arm]["device"], (arm, "G_plus") in columns
        arrays = [
            [state[f"{name}_{projection}"] for state in checkpoints[arm].values()]
            for projection in names
        ]
        edges = bins([array for pair in arrays for array in pair])
        for projection, axes, pair in zip(names, panels, arrays):
            for array, drawn in zip(pair, HISTOGRAMS):
                axes.stairs(100 * np.histogram(array, edges)[0] / array.size, edges, **drawn)
            axes.set(
                yscale="log",
                yticks=[0.01, 0.1, 1, 10, 100],
                ylim=(0.01, 100),
                ylabel="{} ({}×{})".format(_shown(projection), *array.shape),
                xlabel=f"{SYMBOLS[name]} ($G_{{\\max}}$)" if paired else "$w$ (no unit)",
            )
            axes.yaxis.set_major_formatter("{x:g}")
            axes.label_outer()
        if name == "G_minus" or not paired:  # the middle one of an arm's columns
            panels[0].set_title(
                f"{arm} ({device['name']}),\nepoch " + " → ".join(map(str, checkpoints[arm]))
            )
        if paired and "G_max_S" in device:
            nS = 1e9 * device["G_max_S"]
            top = panels[0].secondary_xaxis(
                "top", functions=(lambda g, nS=nS: g * nS, lambda g, nS=nS: g / nS)
            )
            top.set_xlabel(f"{SYMBOLS[name]} (nS)")
    figure.supylabel("Share of devices per bin (%)")
    figure.legend(
        handles=max((axes.patches for axes in grid[0]), key=len),
        loc="outside lower center",
        ncols=2,
    )
    return figure
