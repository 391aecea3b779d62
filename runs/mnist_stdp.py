"""Train Diehl and Cook's network on MNIST without a teacher, on simulated memristors and on ideal
weights.

784 Poisson inputs, one layer of excitatory neurons with lateral inhibition and an adaptive
threshold, one pass over the images; then labels are assigned to the neurons (Diehl, Cook 2015).
All flags of `runs/mnist_local.py` are understood, and --resume goes on.
"""

import numpy as np

from snn_brian.base.checkpoints import sound
from snn_brian.job import job
from snn_brian.job.script import run
from snn_brian.network.readout import READOUTS

DEFAULTS = dict(
    learning="diehl_cook",
    neuron="conductance_adaptive",
    network="winner_take_all",
    encoding="poisson",
    steps="700",  # 350 ms
    dt="0.5ms",
    layers="400",
    optimizer="sgd",
    batch="1",
    epochs="1",
    checkpoint_every="10000",
)
NAMES = {"classes": "each neuron for its class", "voters": "each neuron for all classes"}


def flags():
    parser = job.flags()
    parser.description = __doc__.split("\n\n")[0]
    parser.set_defaults(**DEFAULTS)
    return parser


def main(args):
    """Returns the folder of the results."""
    folder = job.main(args)
    for arm in sorted(path for path in (folder / "checkpoints").iterdir() if path.is_dir()):
        paths = sorted(arm.glob("epoch_[0-9][0-9][0-9].npz"), reverse=True)
        arrays = next(arrays for _, arrays in sound(paths))
        print(f"\n{arm.name}:", *told(arrays), sep="\n")
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


if __name__ == "__main__":
    run(main, flags)
