"""Figure 3 of the paper: accuracy of every layer with weights limited to a linear device's range,
rounded or not."""

from pathlib import Path

from fouda2019 import networks, training
from fouda2019.curves import long_table
from matplotlib.ticker import MaxNLocator

from snn_brian.base.files import write_table
from snn_brian.base.plot import COLOURS, MARKERS, PAGE, picture
from snn_brian.job.script import run


def flags():
    return training.flags(__doc__)


def main(args):
    """Train what is missing, draw and write; returns the folder."""
    return write(Path(args.out), training.trained(networks.ROUNDING, args))


def write(folder, found):
    """The picture and its table, of {setting: Curves}."""
    write_table(folder / "figure_3.csv", long_table({"on-line": found}))
    with picture(folder / "figure_3.png", PAGE, 2.6) as figure:
        draw(figure, found)
    for name, curves in found.items():
        means = "  ".join(f"{value:.2f}" for value in curves.accuracy[:, -1].mean(axis=0))
        print(f"{name:<24} test accuracy by layer {means} %, mean of {len(curves.accuracy)} seeds")
    print(f"Written to {folder}: figure_3.png, figure_3.csv")
    return folder


def draw(figure, found):
    """A panel for each layer; lines are means over seeds, bands from the least to the greatest."""
    layers = next(iter(found.values())).accuracy.shape[2]
    panels = figure.subplots(1, layers, sharey=True)
    for layer, axes in enumerate(panels):
        for k, (name, curves) in enumerate(found.items()):
            accuracy = curves.accuracy[:, :, layer]
            epochs = range(accuracy.shape[1])
            axes.fill_between(
                epochs,
                accuracy.min(axis=0),
                accuracy.max(axis=0),
                color=COLOURS[k],
                alpha=0.2,
                linewidth=0,
            )
            axes.plot(
                epochs, accuracy.mean(axis=0), color=COLOURS[k], marker=MARKERS[k], label=name
            )
        axes.set(title=f"Layer {layer + 1}", xlabel="Epoch", ylim=(0, 100))
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.grid(True, axis="y")
    panels[0].set_ylabel("Test accuracy (%)")
    figure.legend(
        *panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(found)
    )


if __name__ == "__main__":
    run(main, flags)
