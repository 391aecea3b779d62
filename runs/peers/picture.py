"""The figure of the benchmark: the peers, and how the cost of a crossbar grows."""

import numpy as np
from matplotlib import style
from matplotlib.figure import Figure

from snn_brian.base.files import written_whole
from snn_brian.base.plot import COLOURS, PAGE, STYLE, write_png

OURS, OTHERS = COLOURS[0], "0.65"


def draw(result, path):
    """Write the figure of a `benchmark.json`'s content as a PNG file."""
    with style.context(["default", STYLE]):
        figure = Figure((PAGE, 5.4), layout="constrained")
        top, bottom = figure.subfigures(2, 1, height_ratios=(1.1, 1))
        peers(top.subplots(), result["ms_per_image"])
        panels = bottom.subplots(1, 2, sharey=True)
        growth(panels[0], result["growth"]["widths"], "width", 1)
        growth(panels[1], result["growth"]["activities"], "activity", 100)
        panels[0].set(
            xlabel="Layer width $n$ ($n$ inputs, $n$ neurons)", ylabel="Time per image (ms)"
        )
        panels[0].set_title(
            f"{100 * result['growth']['widths'][0]['activity']:g} % of the inputs active"
        )
        panels[1].set(xlabel="Active inputs (%)")
        panels[1].set_title(f"$n$ = {result['growth']['activities'][0]['width']}")
        panels[0].legend(loc="upper left")
        with written_whole(path) as file:
            write_png(figure, file)


def peers(axes, measured):
    """Median milliseconds per image of each peer on a logarithmic scale; the line spans the middle
    half of the rounds."""
    names = sorted(measured, key=lambda name: measured[name]["median"])
    for row, name in enumerate(names):
        each = measured[name]
        colour = OURS if name.startswith("crossbar") else OTHERS
        axes.plot(
            [each["low"], each["high"]],
            [row, row],
            color=colour,
            linewidth=3,
            solid_capstyle="butt",
            alpha=0.5,
        )
        axes.plot(each["median"], row, "o", color=colour)
        axes.annotate(
            f"{each['median']:#.3g}",
            (each["high"], row),
            (6, 0),
            textcoords="offset points",
            va="center",
            color=colour if colour == OURS else "0.4",
        )
    axes.set(
        xscale="log",
        yticks=range(len(names)),
        yticklabels=names,
        ylim=(len(names) - 0.4, -0.6),
        xlabel="Time per image (ms) in 784-500-500-250 on one core, or two: median and quartiles",
    )
    axes.xaxis.set_major_formatter("{x:g}")
    axes.margins(x=0.08)
    axes.grid(axis="x")
    axes.set_axisbelow(True)


def growth(axes, points, name, scale):
    """Time per image over one of the points' properties, a line for each number of threads, and the
    streaming limit."""
    single = [point for point in points if point["threads"] == 1]
    axes.plot(
        [scale * point[name] for point in single],
        [point["stream_ms"] for point in single],
        "--",
        color="0.4",
        label="reading the active rows once",
    )
    for threads, colour, marker in ((1, OURS, "o"), (2, COLOURS[1], "s")):
        own = [point for point in points if point["threads"] == threads]
        if own:
            middle = np.array([point["median"] for point in own])
            spread = np.abs([[point[end] for point in own] for end in ("low", "high")] - middle)
            axes.errorbar(
                [scale * point[name] for point in own],
                middle,
                spread,
                marker=marker,
                color=colour,
                capsize=1.5,
                label=f"training, {threads} thread" + "s" * (threads > 1),
            )
    axes.set(xscale="log", yscale="log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_major_formatter("{x:g}")
    if name == "width":
        axes.set_xticks([point[name] for point in single], minor=False)
        axes.minorticks_off()
    axes.grid()
    axes.set_axisbelow(True)
