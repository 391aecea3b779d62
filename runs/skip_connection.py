"""A projection beside those from layer to layer: the same network without one, with a skip
connection, with a recurrent one, with fixed inhibition and with a skip connection that is delayed.

Everything runs in Brian2's NumPy target, so that nothing is compiled; it takes less than a minute.
"""

# %% What there is
from dataclasses import replace

from snn_brian import Arm, Network, Projection, Training, load
from snn_brian.data.images import load_images
from snn_brian.job.script import Flags, run

# %% A projection from the inputs, or to a layer further on, carries the spikes of the same time
# step; within a layer, or back, those of the step before. Weights are learned unless they are
# given. In a file, a network of one's own goes with --network; shipped ones have a name
PROJECTIONS = {
    "chain": (),
    "skip": (Projection("skip", "inputs", "layer_2"),),
    "recurrent": (Projection("recurrent", "layer_2", "layer_2"),),
    "inhibition": (Projection("inhibition", "layer_2", "layer_2", fixed="-0.02*int(i != j)"),),
    "delayed": (Projection("skip", "inputs", "layer_2", delay="j % 3"),),
}


def flags():
    parser = Flags(__doc__)
    parser.add_argument("--train", type=int, default=400, help="images to learn")
    parser.add_argument("--test", type=int, default=200, help="images to test on")
    parser.add_argument("--quick", action="store_true", help="a small trial")
    return parser


def main(args):
    """Returns {graph: (layers,) of the test accuracy after learning}."""
    train, test = (100, 40) if args.quick else (args.train, args.test)

    # %% One arm of simulated TiOx devices, under a rate code of a few time steps
    images = load_images("mnist", None, train=train, test=test)
    arm = Arm(
        layers=(60, 40),
        neuron=load("neuron", "integrate_and_fire"),
        encoder=load("encoder", "rate"),
        weights=load("device", "TiOx"),
        programming=load("programming", "ternary"),
        optimizer=load("optimizer", "adam"),
        loss=load("loss", "cross-entropy"),
        batch=10,
        steps=5,
        eta=None,
        epochs=1,
        seed=0,
        target="numpy",
    )

    # %% The same images, classifiers and order of presentation for each graph. Classifiers are
    # those of the layers, so that the accuracy of layer 1 differs by the random pulses alone
    found = {}
    for name, projections in PROJECTIONS.items():
        network = Network(name, "beside the chain", projections)
        training = Training(replace(arm, network=network), images)
        *_, last = training.epochs()
        found[name] = last.test_accuracy
        shapes = ", ".join(f"{own}: {m} x {n}" for own, (m, n) in training.structure.shapes.items())
        shown = "  ".join(f"{100 * value:5.1f}" for value in last.test_accuracy)
        pulses = int(last.potentiation_pulses.sum() + last.depression_pulses.sum())
        print(f"{name:10}  test accuracy by layer {shown} %, {pulses} pulses; {shapes}", flush=True)
    error = 100 * (0.25 / test) ** 0.5
    print(
        f"One seed, {train} images learned once: the standard error of an accuracy on {test} "
        f"images is up to {error:.1f} points."
    )
    return found


if __name__ == "__main__":
    run(main, flags)
