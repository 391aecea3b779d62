"""Train Diehl and Cook's network on MNIST without a teacher, on simulated memristors and on ideal
weights.

784 Poisson inputs, one layer of excitatory neurons with lateral inhibition and an adaptive
threshold, one pass over the images; then labels are assigned to the neurons (Diehl, Cook 2015).
Beside what every job writes, the folder has receptive fields and confusion matrices. All flags of
`runs/mnist_local.py` are understood, and --resume goes on.
"""

from pathlib import Path

import numpy as np

from snn_brian import Projection
from snn_brian.base.checkpoints import sound
from snn_brian.base.plot import COLUMN, PAGE, picture
from snn_brian.job import job
from snn_brian.job.script import run
from snn_brian.network.readout import READOUTS

# A spike inhibits all other neurons of the layer in the next time step, as the paper's inhibitory
# neurons do, of which each has one excitatory neuron to listen to and all others to inhibit
INHIBITION = Projection("inhibition", "layer_1", "layer_1", fixed="-17.0*int(i != j)")
DEFAULTS = dict(
    learning="diehl_cook",
    neuron="conductance_adaptive",
    encoding="poisson",
    steps="700",  # 350 ms
    dt="0.5ms",
    layers="400",
    optimizer="sgd",
    batch="1",
    epochs="1",
    checkpoint_every="10000",
)
COLUMNS = 20  # of receptive fields, at most
NAMES = {"classes": "each neuron for its class", "voters": "each neuron for all classes"}


def flags():
    parser = job.flags()
    parser.description = __doc__.split("\n\n")[0]
    parser.set_defaults(**DEFAULTS)
    return parser


def main(args):
    """Returns the folder of the results."""
    folder = job.main(args, (INHIBITION,))
    for arm in sorted(path for path in (folder / "checkpoints").iterdir() if path.is_dir()):
        paths = sorted(arm.glob("epoch_[0-9][0-9][0-9].npz"), reverse=True)
        arrays = next(arrays for _, arrays in sound(paths))
        print(f"\n{arm.name}:", *told(arrays), sep="\n")
        print(receptive_fields(arrays, folder / "figures" / f"receptive_fields_{arm.name}.png"))
        print(confusion(arrays, folder / "figures" / f"confusion_{arm.name}.png"))
    return folder


def told(arrays):
    """Lines about what the last layer answered."""
    for readout in READOUTS:
        images = last(arrays, f"confusion_{readout}")
        yield f"  {NAMES[readout]}: {np.trace(images) / images.sum():.2%} of the test images"
    silent = int((last(arrays, "J").sum(axis=1) == 0).sum())
    yield f"  neurons without a label, since no image makes them spike: {silent}"


def last(arrays, name):
    """The array of this name and of the highest layer."""
    layers = [int(key[len(name) + 1 :]) for key in arrays if key.startswith(f"{name}_")
              and key[len(name) + 1 :].isdigit()]  # fmt: skip
    return arrays[f"{name}_{max(layers)}"]


def receptive_fields(arrays, path) -> Path:
    """Draw the weights of each neuron of the first layer as an image of the inputs."""
    w = arrays["w_1"] if "w_1" in arrays else arrays["G_plus_1"] - arrays["G_minus_1"]
    pixels, neurons = w.shape
    side = int(round(pixels**0.5))
    columns = min(COLUMNS, int(np.ceil(neurons**0.5)))
    rows = -(-neurons // columns)
    sheet = np.full((rows * (side + 1) - 1, columns * (side + 1) - 1), np.nan)
    for k in range(neurons):
        top, left = (side + 1) * (k // columns), (side + 1) * (k % columns)
        sheet[top : top + side, left : left + side] = w[: side**2, k].reshape(side, side)
    most = float(np.abs(w).max())
    with picture(path, PAGE, PAGE * rows / columns) as figure:
        axes = figure.subplots()
        shown = axes.imshow(sheet, cmap="RdBu_r", vmin=-most, vmax=most)
        axes.axis("off")
        figure.colorbar(shown, label="$w$", shrink=0.5)
    return path


def confusion(arrays, path) -> Path:
    """Draw how many images of each class get each answer."""
    images = last(arrays, "confusion_classes")
    with picture(path, COLUMN, COLUMN) as figure:
        axes = figure.subplots()
        axes.imshow(images / np.maximum(images.sum(axis=1, keepdims=True), 1), cmap="Blues")
        for (row, column), count in np.ndenumerate(images):
            if count:
                axes.text(column, row, count, ha="center", va="center", fontsize=5)
        axes.set(xlabel="Answer", ylabel="Class of the image")
        axes.set(xticks=range(len(images)), yticks=range(len(images)))
    return path


if __name__ == "__main__":
    run(main, flags)
