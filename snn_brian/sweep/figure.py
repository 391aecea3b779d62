"""The figure of a sweep: accuracy of the last layer after the last epoch, over a number that varies
or for each point."""

from collections.abc import Iterable, Sequence
from numbers import Real
from pathlib import Path
from statistics import mean, stdev

from matplotlib.figure import Figure

from snn_brian.base.plot import COLOURS, COLUMN, MARKERS, picture

Lines = dict[str, dict[object, list[float]]]  # label -> value -> accuracies of all seeds, %
CHARACTER = 0.06  # inches of a label


def draw_sweep(rows: list[dict], names: Iterable[str], path: str | Path) -> None:
    """Draw the rows of a sweep, as `snn_brian.sweep.sweep.run` gives them.

    Accuracy is drawn over the first of `names` that has several values, all of them numbers; lines
    are what else varies. Seeds are repetitions: their mean is drawn, with their standard deviation.
    Where no number varies, each point is a row.
    """
    varying = [
        name for name in [*names, "arm"] if len({row[name] for row in rows}) > 1 and name != "seed"
    ]
    axis = next(
        (name for name in varying if all(isinstance(row[name], Real) for row in rows)), None
    )
    lines = {}  # {what else varies: {value: accuracies of all seeds}}
    for row in last(rows):
        label = ", ".join(
            f"{name}={row[name]}" if axis else str(row[name]) for name in varying if name != axis
        )
        lines.setdefault(label, {}).setdefault(row[axis] if axis else label, []).append(
            100 * row["test_accuracy"]
        )
    height = 2.6 + 0.15 * len(lines) if axis else 0.8 + 0.25 * len(lines)
    with picture(
        path, COLUMN if axis else COLUMN + CHARACTER * max(map(len, lines)), height
    ) as figure:
        over_number(figure, lines, axis) if axis else for_each(figure, lines, ", ".join(varying))


def last(rows: list[dict]) -> list[dict]:
    """Of each point and arm, the row of the last layer in the last epoch."""
    found = {}
    for row in rows:
        key = row["point"], row["arm"]
        found[key] = max(found.get(key, row), row, key=lambda row: (row["epoch"], row["layer"]))
    return list(found.values())


def over_number(figure: Figure, lines: Lines, axis: str) -> None:
    """A line for each label, over a number."""
    axes = figure.add_subplot(xlabel=axis, ylabel="Test accuracy of the last layer (%)")
    values = sorted({value for accuracies in lines.values() for value in accuracies})
    if values[0] > 0 and values[-1] >= 20 * values[0]:
        axes.set_xscale("log")
    for k, (label, accuracies) in enumerate(lines.items()):
        x = sorted(accuracies)
        axes.errorbar(
            x,
            [mean(accuracies[value]) for value in x],
            [spread(accuracies[value]) for value in x],
            color=COLOURS[k % 8],
            marker=MARKERS[k % 8],
            capsize=2,
            label=label or None,
        )
    axes.grid(True, axis="y")
    if "" not in lines:
        figure.legend(loc="outside lower center")


def for_each(figure: Figure, lines: Lines, names: str) -> None:
    """A row for each label."""
    axes = figure.add_subplot(xlabel="Test accuracy of the last layer (%)", ylabel=names)
    labels = [label or "all points" for label in lines]
    values = [accuracies[label] for label, accuracies in lines.items()]
    axes.errorbar(
        [mean(each) for each in values],
        range(len(labels)),
        xerr=[spread(each) for each in values],
        color=COLOURS[0],
        marker="o",
        linestyle="",
        capsize=2,
    )
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.grid(True, axis="x")


def spread(values: Sequence[float]) -> float:
    """Their standard deviation; 0 of one."""
    return stdev(values) if len(values) > 1 else 0.0
