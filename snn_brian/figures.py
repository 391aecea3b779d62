"""The figures of a run folder: accuracy, pulses and conductances as PNG files, also of a run that was interrupted."""
import csv
import json
import os
from pathlib import Path

import numpy as np
from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

DPI = 300
COLUMN, PAGE = 3.5, 7.2  # widths of one column and of a page, inches
STYLE = {"font.size": 7.5, "axes.titlesize": 7.5, "legend.fontsize": 7, "lines.linewidth": 1, "lines.markersize": 3.5,
         "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.6, "grid.linewidth": 0.4,
         "grid.color": "0.88", "axes.axisbelow": True, "legend.frameon": False}
ARMS = ("memristive", "baseline")
# Okabe and Ito's colours, which the colour-blind can tell apart, grey in place of their yellow; shapes tell them in print.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#999999")
MARKERS = "os^DvPX*"
BEFORE, AFTER = "0.75", COLOURS[0]
BINS = 60
SYMBOLS = {"G_plus": "$G_+$", "G_minus": "$G_-$", "w": "$w = G_+ - G_-$"}


def draw(folder: Path) -> list[Path]:
    """Write `figures/accuracy.png`, `pulses.png` and `conductances.png` in a run's folder and return their paths.

    A figure for which the run has no data yet, as pulses of a baseline alone, is left out.
    """
    folder = Path(folder)
    config = json.loads((folder / "config.json").read_text())
    metrics = read_metrics(folder, len(config["layers"]))
    (folder / "figures").mkdir(exist_ok=True)
    paths = []
    with style.context(["default", STYLE]):
        for name, figure in (("accuracy", accuracy(config, metrics)), ("pulses", pulses(config, metrics)),
                             ("conductances", conductances(folder, config))):
            if figure is not None:
                path = folder / "figures" / f"{name}.png"
                temporary = path.with_name(f".{name}.tmp")
                FigureCanvasAgg(figure).print_figure(temporary, format="png", dpi=DPI)
                os.replace(temporary, path)
                paths.append(path)
    return paths


def read_metrics(folder, layers):
    """{arm: {epoch: [row of layer 1, row of layer 2, ...]}} of `metrics.csv`, less epochs that were cut short."""
    found = {}
    with open(folder / "metrics.csv", newline="") as file:
        for row in csv.DictReader(file):
            if None not in row.values():
                found.setdefault(row["arm"], {}).setdefault(int(row["epoch"]), {})[int(row["layer"])] = row
    complete = {arm: {epoch: [rows[layer] for layer in sorted(rows)]
                      for epoch, rows in sorted(epochs.items()) if len(rows) == layers}
                for arm, epochs in found.items()}
    return {arm: complete[arm] for arm in ARMS if complete.get(arm)}


def values(epochs, column):
    """One column of an arm's rows as an array of shape (epochs, layers), NaN where it is empty."""
    return np.array([[float(row[column] or "nan") for row in rows] for rows in epochs.values()])


def appearance(layer):
    """A layer's colour and marker; layers count from 0."""
    return {"color": COLOURS[layer % len(COLOURS)], "marker": MARKERS[layer % len(MARKERS)]}


def accuracy(config, metrics):
    """Test accuracy (%) over epochs on an axis that is logarithmic in the error, so that 90 to 99 % can be read.

    The legend tells the last value of every layer. None if the run has no epoch yet.
    """
    if not metrics:
        return None
    layers = config["layers"]
    figure = Figure((COLUMN, 2.6 + 0.15 * len(layers)), layout="constrained")
    axes, legend, best = figure.add_subplot(), [], 0
    for arm, epochs in metrics.items():
        percent = 100 * values(epochs, "test_accuracy")
        best = max(best, np.nanmax(percent))
        legend.append(Line2D([], [], linestyle="", label=f"{arm} ({config['arms'][arm]['device']['name']}),\n"
                                                         f"epoch {max(epochs)} of {config['epochs']}"))
        drawn = {"linestyle": "-"} if arm == "memristive" else {"linestyle": "--", "markerfacecolor": "white"}
        for layer, size in enumerate(layers):
            legend += axes.plot(list(epochs), percent[:, layer], **appearance(layer), **drawn, clip_on=False, zorder=3,
                                label=f"layer {layer + 1} ({size}): {percent[-1, layer]:.2f} %")
    axes.set_yscale("function", functions=(lambda a: -np.log10(np.maximum(100 - a, 0.05)), lambda y: 100 - 10 ** -y))
    axes.set_ylim(0, min(max(96, 100 - 0.8 * (100 - best)), 99.95))
    axes.yaxis.set_major_locator(FixedLocator([0, 50, 80, 90, 92, 94, 96, 97, 98, 99, 99.5, 99.9]))
    axes.yaxis.set_minor_locator(FixedLocator([10, 20, 30, 40, 60, 70, 82, 84, 86, 88, 91, 93, 95, 98.5]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda a, _: f"{a:g}"))
    axes.set(xlabel="Epoch", ylabel="Test accuracy (%)")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y")
    figure.legend(handles=legend, loc="outside lower center", ncols=len(metrics), handlelength=2.6)
    return figure


def pulses(config, metrics):
    """Potentiation and depression pulses per epoch of every layer of the memristive arm; None before its epoch 1."""
    epochs = {epoch: rows for epoch, rows in metrics.get("memristive", {}).items() if epoch > 0}
    if not epochs:
        return None
    figure = Figure((COLUMN, 2.2), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    counts = [values(epochs, f"{kind}_pulses") for kind in ("potentiation", "depression")]
    for axes, title, count in zip(panels, ("Potentiation", "Depression"), counts):
        for layer, size in enumerate(config["layers"]):
            axes.plot(list(epochs), count[:, layer], **appearance(layer), label=f"layer {layer + 1} ({size})")
        axes.set(xlabel="Epoch", title=title)
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.grid(axis="y")
    counts = np.array(counts)
    smallest = np.min(counts, where=counts > 0, initial=np.inf)
    if np.nanmax(counts) > 10 * smallest:
        panels[0].set_yscale("symlog", linthresh=smallest) if 0 in counts else panels[0].set_yscale("log")
    else:
        panels[0].set_ylim(bottom=0)
    panels[0].set_ylabel("Pulses per epoch")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def conductances(folder, config):
    """Histograms of G_plus, G_minus and w of every layer in the first and the last checkpoint; None without checkpoints.

    Rows are layers. Bars are in % of a layer's devices per bin, from 0.01 % on; the lower axes are in units of G_max, the
    upper ones in nS, and w of the baseline has no unit.
    """
    layers = range(1, len(config["layers"]) + 1)
    columns = []
    for arm in ARMS:
        paths = sorted((folder / "checkpoints" / arm).glob("epoch_*.npz"))
        states = [read_checkpoint(path, layers) for path in paths[:1] + paths[1:][-1:]]
        if states:
            device = config["arms"][arm]["device"]
            epochs = " and ".join(str(int(path.stem[6:])) for path in paths[:1] + paths[1:][-1:])
            columns += [(f"{arm} ({device['name']}),\nepoch{'s' * (len(states) > 1)} {epochs}", name, states,
                         device.get("G_max_S")) for name in SYMBOLS if f"{name}_1" in states[0]]
    if not columns:
        return None
    width = PAGE if len(columns) > 1 else COLUMN
    figure = Figure((width, 1.1 + 1.1 * len(layers)), layout="constrained")
    grid = figure.subplots(len(layers), len(columns), sharex="col", sharey=True, squeeze=False)
    for column, (title, name, states, G_max) in zip(grid.T, columns):
        paired = "G_plus_1" in states[0]
        ends = [end(state[f"{name}_{layer}"]) for state in states for layer in layers for end in (np.min, np.max)]
        edges = np.histogram_bin_edges([min(ends), max(ends)], BINS)
        for axes, layer in zip(column, layers):
            for state, drawn in zip(states, ({"fill": True, "color": BEFORE}, {"color": AFTER})):
                counts, _ = np.histogram(state[f"{name}_{layer}"], edges)
                axes.stairs(100 * counts / counts.sum(), edges, **drawn)
            axes.set(yscale="log", ylim=(0.01, 100))
            axes.yaxis.set_major_locator(FixedLocator([0.01, 0.1, 1, 10, 100]))
            axes.yaxis.set_major_formatter(FuncFormatter(lambda percent, _: f"{percent:g}"))
        column[0].set_title(title)
        column[-1].set_xlabel(f"{SYMBOLS[name]} ($G_{{\\max}}$)" if paired else "$w$ (no unit)")
        if paired and G_max:
            nS = 1e9 * G_max
            top = column[0].secondary_xaxis("top", functions=(lambda g, nS=nS: g * nS, lambda g, nS=nS: g / nS))
            top.set_xlabel(f"{SYMBOLS[name]} (nS)")
    for axes, layer in zip(grid[:, 0], layers):
        axes.set_ylabel(f"Layer {layer} ({states[0][f'w_{layer}'].shape[0]}×{states[0][f'w_{layer}'].shape[1]})")
    figure.supylabel("Share of devices per bin (%)")
    figure.legend(handles=[Patch(color=BEFORE, label="first checkpoint"),
                           Line2D([], [], color=AFTER, label="last checkpoint")],
                  loc="outside lower center", ncols=2)
    return figure


def read_checkpoint(path, layers):
    """The arrays of a checkpoint by name, with w = G_plus - G_minus where devices come in pairs."""
    with np.load(path, allow_pickle=False) as file:
        state = {name: file[name] for name in file.files}
    if "G_plus_1" in state:
        state |= {f"w_{layer}": state[f"G_plus_{layer}"] - state[f"G_minus_{layer}"] for layer in layers}
    return state
