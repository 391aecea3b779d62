"""Figure 5a of the paper: test accuracy over epochs on TiOx for several gamma, beside the baseline
and two rules that wait."""

from pathlib import Path

from fouda2019 import networks
from fouda2019.curves import long_table
from matplotlib.ticker import MaxNLocator

from snn_brian.base.files import write_table
from snn_brian.base.plot import COLOURS, MARKERS, PAGE, picture
from snn_brian.job.script import run

PANELS = {"Adam, batches of 100": networks.BASELINE | networks.GAMMAS, "on-line": networks.BEYOND}


def flags():
    return networks.flags(__doc__)


def main(args):
    """Train what is missing, draw and write; returns the folder."""
    found, folder = (
        networks.trained(networks.BASELINE | networks.GAMMAS | networks.BEYOND, args),
        Path(args.out),
    )
    write_table(folder / "figure_5a.csv", long_table(found))
    with picture(folder / "figure_5a.png", PAGE, 3.4) as figure:
        draw(figure, found)
    for name, curves in found.items():
        print(
            f"{name:<24} last layer {curves.last.mean():.2f} %, {curves.last.min():.2f} to "
            f"{curves.last.max():.2f} "
            f"over {len(curves.last)} seeds"
        )
    print(f"Written to {folder}: figure_5a.png, figure_5a.csv")
    return folder


def draw(figure, found):
    """Last layer; lines are means over seeds, bands from the least to the greatest."""
    panels = figure.subplots(1, 2, sharey=True)
    least = (
        min(found[name].accuracy[:, 2:, -1].min() for name in networks.BASELINE | networks.GAMMAS)
        - 6
    )
    for axes, (title, names) in zip(panels, PANELS.items()):
        for k, name in enumerate(names):
            accuracy = found[name].accuracy[:, 1:, -1]
            epochs, last = range(1, 1 + accuracy.shape[1]), accuracy[:, -1].mean()
            axes.fill_between(
                epochs,
                accuracy.min(axis=0),
                accuracy.max(axis=0),
                color=COLOURS[k],
                alpha=0.2,
                linewidth=0,
            )
            axes.plot(
                epochs,
                accuracy.mean(axis=0),
                color=COLOURS[k],
                marker=MARKERS[k],
                label=f"{name.removesuffix(', on-line')}: {last:.2f} "
                f"%{' (below)' if last < least else ''}",
            )
        axes.set(title=title, xlabel="Epoch")
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.grid(True, axis="y")
        axes.legend(loc="lower right")
    panels[0].set(ylabel="Test accuracy of the last layer (%)", ylim=(least, min(least + 18, 100)))


if __name__ == "__main__":
    run(main, flags)
