"""Figure 5a of the paper: test accuracy over epochs on TiOx for several gamma, in both readings,
beside the baseline and two rules that wait."""

from pathlib import Path

from fouda2019 import networks, readings, training
from fouda2019.curves import long_table
from fouda2019.lines import line
from fouda2019.over_epochs import equal_gamma, unequal_gamma
from fouda2019.verdicts import epochs
from matplotlib.ticker import MaxNLocator

from snn_brian.base.files import write_table
from snn_brian.base.plot import COLOURS, MARKERS, PAGE, picture
from snn_brian.job.script import run


def flags():
    return readings.flags(__doc__)


def main(args):
    """Train what is missing, draw and write; returns the folder."""
    whole = readings.all_trained(args)
    beyond = training.trained(networks.BEYOND, args) if "tuned" in whole else {}
    return write(Path(args.out), whole, beyond)


def write(folder, whole, beyond):
    """The picture and its table.

    Parameters
    ----------
    folder : Path
    whole : dict
        {reading: {setting: Curves}}
    beyond : dict
        {setting: Curves} of on-line learning, or none.
    """
    tables = whole | ({"on-line": beyond} if beyond else {})
    write_table(folder / "figure_5a.csv", long_table(tables))
    with picture(folder / "figure_5a.png", PAGE, 4.0) as figure:
        draw(figure, whole, beyond)
    for reading, found in tables.items():
        for name, curves in found.items():
            print(
                f"{reading}: {name:<24} last layer {curves.last.mean():.2f} %, "
                f"{curves.last.min():.2f} to {curves.last.max():.2f} over {len(curves.last)} seeds"
            )
    print(f"Written to {folder}: figure_5a.png, figure_5a.csv")
    return folder


def draw(figure, whole, beyond):
    """Last layer; lines are means over seeds, bands from the least to the greatest."""
    panels = figure.subplots(1, len(whole) + bool(beyond), sharey=True, squeeze=False)[0]
    for axes, (reading, found) in zip(panels, whole.items()):
        for name, curves in found.items():
            draw_accuracy(axes, curves, line(name))
        axes.set(title=f"{readings.READINGS[reading].title}\n{turns(found)}")
    if beyond:
        for k, (name, curves) in enumerate(beyond.items()):
            own = dict(color=COLOURS[k], marker=MARKERS[k], label=name.removesuffix(", on-line"))
            draw_accuracy(panels[-1], curves, own)
        panels[-1].set(title="On-line, without Adam")
        panels[-1].legend(loc="center right")
    least = min(
        found[name].accuracy[:, min(2, found[name].epochs) :, -1].min()
        for found in whole.values()
        for name in found
    )
    panels[0].set(ylabel="Test accuracy of the last layer (%)", ylim=(least - 6, 99))
    longest = max(panels[: len(whole)], key=lambda axes: len(axes.lines))
    figure.legend(*longest.get_legend_handles_labels(), loc="outside lower center", ncols=5)


def draw_accuracy(axes, curves, style):
    accuracy = curves.accuracy[:, 1:, -1]
    at = range(1, 1 + accuracy.shape[1])
    axes.fill_between(
        at,
        accuracy.min(axis=0),
        accuracy.max(axis=0),
        color=style["color"],
        alpha=0.2,
        linewidth=0,
    )
    axes.plot(at, accuracy.mean(axis=0), **style, markevery=max(1, len(at) // 10))
    axes.set(xlabel="Epoch")
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.grid(True, axis="y")


def turns(found):
    """Where the claims about accuracy hold, as lines of a title."""
    return (
        f"(1,1) within 2.2 points of the baseline:\n{epochs(equal_gamma(found).holds)}\n"
        f"unequal gamma half a point ahead:\n{epochs(unequal_gamma(found, ['(1,1)']).holds)}"
    )


if __name__ == "__main__":
    run(main, flags)
