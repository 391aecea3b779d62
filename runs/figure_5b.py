"""Figure 5b of the paper: update pulses per epoch on TiOx for several gamma, in both readings."""

from pathlib import Path

from fouda2019 import readings
from fouda2019.curves import long_table
from fouda2019.lines import line
from fouda2019.over_epochs import more_pulses, settling
from fouda2019.verdicts import epochs
from matplotlib.ticker import MaxNLocator

from snn_brian.base.files import write_table
from snn_brian.base.plot import PAGE, picture
from snn_brian.job.script import run


def flags():
    return readings.flags(__doc__)


def main(args):
    """Train what is missing, draw and write; returns the folder."""
    return write(Path(args.out), readings.all_trained(args))


def write(folder, whole):
    """The picture and its table, of {reading: {setting: Curves}}."""
    write_table(folder / "figure_5b.csv", long_table(whole))
    with picture(folder / "figure_5b.png", PAGE, 3.6) as figure:
        draw(figure, whole)
    for reading, found in whole.items():
        for name, curves in found.items():
            pulses = curves.pulses.mean(axis=0)
            print(
                f"{reading}: {name:<24} {pulses[1]:.3g} pulses in the first epoch, "
                f"{pulses[-1]:.3g} in the last, {pulses.sum():.3g} in all"
            )
    print(f"Written to {folder}: figure_5b.png, figure_5b.csv")
    return folder


def draw(figure, whole):
    """Pulses of all layers and both devices; lines are means over seeds, bands from the least to
    the greatest."""
    panels = figure.subplots(1, len(whole), sharey=True, squeeze=False)[0]
    for axes, (reading, found) in zip(panels, whole.items()):
        for name, curves in found.items():
            if name != "baseline":
                draw_pulses(axes, curves, line(name))
        axes.set(
            title=f"{readings.READINGS[reading].title}\n"
            f"settled: {epochs(settling(found).holds)}\n"
            f"2 and 2.85 times at (3,1) and (5,1): {epochs(more_pulses(found).holds)}",
            xlabel="Epoch",
            yscale="log",
        )
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.grid(True, axis="y")
    panels[0].set_ylabel("Pulses per epoch")
    longest = max(panels, key=lambda axes: len(axes.lines))
    figure.legend(*longest.get_legend_handles_labels(), loc="outside lower center", ncols=4)


def draw_pulses(axes, curves, style):
    pulses = curves.pulses[:, 1:]
    at = range(1, 1 + pulses.shape[1])
    axes.fill_between(
        at, pulses.min(axis=0), pulses.max(axis=0), color=style["color"], alpha=0.2, linewidth=0
    )
    axes.plot(at, pulses.mean(axis=0), **style, markevery=max(1, len(at) // 10))


if __name__ == "__main__":
    run(main, flags)
