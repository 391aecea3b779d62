"""Figure 5b of the paper: update pulses per epoch on TiOx for several gamma."""

from pathlib import Path

from fouda2019 import networks
from fouda2019.curves import long_table
from matplotlib.ticker import MaxNLocator

from snn_brian.base.files import write_table
from snn_brian.base.plot import COLOURS, COLUMN, MARKERS, picture
from snn_brian.job.script import run


def flags():
    return networks.flags(__doc__)


def main(args):
    """Train what is missing, draw and write; returns the folder."""
    found, folder = networks.trained(networks.GAMMAS, args), Path(args.out)
    write_table(folder / "figure_5b.csv", long_table(found))
    with picture(folder / "figure_5b.png", COLUMN, 3.2) as figure:
        draw(figure, found)
    for name, curves in found.items():
        pulses = curves.pulses.mean(axis=0)
        print(
            f"{name:<24} {pulses[1]:.3g} pulses in the first epoch, {pulses[-1]:.3g} in the "
            f"last, {pulses.sum():.3g} in all"
        )
    print(f"Written to {folder}: figure_5b.png, figure_5b.csv")
    return folder


def draw(figure, found):
    """Pulses of all layers and both devices; lines are means over seeds, bands from the least to
    the greatest."""
    axes = figure.add_subplot(xlabel="Epoch", ylabel="Pulses per epoch", yscale="log")
    for k, (name, curves) in enumerate(found.items()):
        pulses = curves.pulses[:, 1:]
        epochs = range(1, 1 + pulses.shape[1])
        axes.fill_between(
            epochs, pulses.min(axis=0), pulses.max(axis=0), color=COLOURS[k], alpha=0.2, linewidth=0
        )
        axes.plot(epochs, pulses.mean(axis=0), color=COLOURS[k], marker=MARKERS[k], label=name)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.grid(True, axis="y")
    figure.legend(loc="outside lower center", ncols=3)


if __name__ == "__main__":
    run(main, flags)
