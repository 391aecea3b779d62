"""A neuron of one's own, from the equation to a network that learns: run it, or paste it cell by
cell into a notebook.

Everything runs in Brian2's NumPy target, so that nothing is compiled; it takes about a minute.
"""

# %% What there is
from pathlib import Path

from brian2 import ms

from snn_brian import Arm, Training, load
from snn_brian.check.check import check
from snn_brian.check.portrait import portrait
from snn_brian.check.single_neuron import response
from snn_brian.data.images import load_images
from snn_brian.declarations import Neuron
from snn_brian.job.script import Flags, run
from snn_brian.train.recording import Recording, save

# %% A leaky neuron with a hard reset. Its trace p follows the input as U does: p is dU/dw
hard_reset = Neuron(
    name="hard_reset",
    reference="this tutorial",
    equations="dU/dt = -U/tau : 1",
    start_of_step="",
    synaptic_input="U_post += strength_post*w",
    threshold="U > 1",
    reset="U = 0",
    derivative="0.2*int(abs(U - 1) < 1.5)",
    trace="dp/dt = -p/tau : 1",
    source_spike="p += S*strength",
    eligibility="p",
    parameters=dict(tau=10 * ms, strength=1.5),
)


def flags():
    parser = Flags(__doc__)
    parser.add_argument("--out", default="tutorial", help="folder for the pictures")
    parser.add_argument("--train", type=int, default=300, help="images to learn")
    return parser


def main(args):
    """Returns the test accuracy of each layer before and after learning."""
    folder = Path(args.out)
    folder.mkdir(parents=True, exist_ok=True)

    # %% Is it sound? A mistake would be one sentence here. How often does it spike?
    check(hard_reset, __file__)
    print("spikes per step for w = 0.1, 0.3, 1:", response(hard_reset, [0.1, 0.3, 1], 100).rates)
    print(*portrait(hard_reset, folder / "hard_reset.png"), sep="\n")

    # %% Two layers on ideal weights. `load` takes names and paths; a device makes it memristive.
    images = load_images("mnist", None, train=args.train, test=100)
    arm = Arm(
        layers=(60, 40),
        neuron=hard_reset,
        encoder=load("encoder", "rate"),
        weights=load("device", "ideal"),
        programming=None,
        optimizer=load("optimizer", "adam"),
        loss=load("loss", "cross-entropy"),
        batch=10,
        steps=10,
        eta=0.003,
        epochs=2,
        seed=0,
        target="numpy",
    )
    training = Training(arm, images)
    accuracies = []
    for epoch in training.epochs():
        accuracies.append(epoch.test_accuracy)
        print("epoch", epoch.number, "test accuracy by layer", epoch.test_accuracy)

    # %% What do its membranes do while it looks at the first three test images?
    wanted = [
        Recording("layer_1.U", (0, 5), (0, 3)),
        Recording("layer_1.spikes", (0, 60), (0, 3)),
        Recording("layer_1.delta", (0, 5), (0, 3)),
    ]
    print("Pictures:", folder / "hard_reset.png", *save(folder, "tutorial", training, wanted))
    return accuracies


if __name__ == "__main__":
    run(main, flags)
