"""Networks of this project as the benchmark needs them: each arm, on plain Brian2 Synapses, and its
forward pass alone.

    variants.py ARM TARGET TRAIN TEST

trains one arm for an epoch of so many MNIST images in a fresh process and prints JSON: the seconds
of `Training(...)` (generating code, compiling it or finding it compiled), the time of day at which
the first image had been presented, and the peak memory of this process and of the compiled program
in MB.
"""

import json
import time
from contextlib import contextmanager, suppress
from copy import deepcopy
from pathlib import Path
from unittest.mock import patch

import numpy as np
import psutil
from brian2 import NeuronGroup, Synapses

from snn_brian.check.loading import load
from snn_brian.crossbar.pulses import Pulses
from snn_brian.data.images import load_images
from snn_brian.job.script import Flags, run
from snn_brian.network import classifier, network, synapse
from snn_brian.network.memristive_pair import Counting
from snn_brian.network.synapse import Connections
from snn_brian.train.arm import Arm
from snn_brian.train.training import Training

LAYERS = (500, 500, 250)
ARMS = {
    "ternary": dict(weights="TiOx", programming="ternary", optimizer="sgd", batch=1),
    "float": dict(weights="ideal", programming=None, optimizer="sgd", batch=1),
    "accumulator": dict(weights="TiOx", programming="accumulator", optimizer="sgd", batch=1),
    "counter": dict(weights="TiOx", programming="counter", optimizer="sgd", batch=1),
    # the main job's settings
    "adam": dict(weights="TiOx", programming="ternary", optimizer="adam", batch=100),
}


def training(arm, images, layers=LAYERS, target="cpp_standalone", threads=1):
    """The `Training` of an arm, ready to run."""
    chosen = dict(ARMS[arm])
    weights, rule = load("device", chosen.pop("weights")), chosen.pop("programming")
    chosen["optimizer"] = load("optimizer", chosen["optimizer"])
    return Training(
        Arm(
            layers=tuple(layers),
            neuron=load("neuron", "integrate_and_fire"),
            encoder=load("encoder", "threshold"),
            weights=weights,
            programming=rule and load("programming", rule),
            loss=load("loss", "cross-entropy"),
            steps=1,
            eta=None,
            epochs=1,
            seed=0,
            target=target,
            threads=threads,
            **chosen,
        ),
        images,
    )


def milliseconds(training, progress=lambda epoch, done: None):
    """Of an image in an epoch of training from the initial state, which is put back: time of the
    simulation alone."""
    state, record = training.state, deepcopy(training.history)
    try:
        *_, epoch = training.epochs(progress)
    finally:
        training.state, training.batches, training.history = state, 0, record
    return 1e3 * epoch.seconds / training.n_train


class _PlainSynapses(Synapses):
    """All-to-all `Synapses` of Brian2 with the arguments of a `Crossbar`."""

    def __init__(
        self,
        source,
        target,
        model,
        on_pre=None,
        on_post=None,
        index_arrays=True,
        strict=True,
        **kwds,
    ):
        on_pre, on_post = (
            {
                name: code.plain() if isinstance(code, Pulses) else code
                for name, code in each.items()
            }
            for each in (on_pre or {}, on_post or {})
        )
        super().__init__(
            source, target, model, on_pre=on_pre or None, on_post=on_post or None, **kwds
        )
        self.connect()


class _PlainPair(Counting, _PlainSynapses):
    """A `MemristivePair` of such Synapses."""


@contextmanager
def plain_synapses():
    """A context in which networks are built from nothing but Brian2's own `Synapses` and
    `NeuronGroup`."""
    with (
        patch.object(network, "Neurons", NeuronGroup),
        patch.object(classifier, "Crossbar", _PlainSynapses),
        patch.multiple(synapse, Crossbar=_PlainSynapses, MemristivePair=_PlainPair),
    ):
        yield


class Forward:
    """The forward pass of an arm's network with its initial weights: input spikes, their sums,
    spikes; nothing else."""

    def __init__(self, *args, **kwds):
        with (
            patch("snn_brian.simulate.compiled.build", _forward_alone),
            patch("snn_brian.simulate.interpreted.build", _forward_alone),
        ):
            self.training = training(*args, **kwds)
        images = args[1]
        self.tables = {
            "image": (images.train_images ^ 0x80).view(np.int8),
            "label": images.train_labels,
            "order": np.arange(len(images.train_labels), dtype=np.int32),
        }
        arm, state = self.training.arm, self.training.state
        self.weights = [state[f"synapses_{l}.w"] for l in self.training.numbers]
        self.values = {f"synapses_{l}.w": w for l, w in enumerate(self.weights, 1)}
        self.values |= {
            f"inputs.encoder_{name}": value for name, value in arm.encoder.parameters.items()
        }

    def run(self, wanted=()):
        """The `Outcome` of presenting every training image once."""
        return self.training.simulation.run(
            len(self.tables["order"]), 0, self.values, self.tables, wanted
        )

    def milliseconds(self):
        """Per image, time of the simulation alone."""
        return 1e3 * self.run().seconds / len(self.tables["order"])

    def bytes_per_image(self):
        """Of float32 weights of the synapses whose inputs spike, by NumPy from the same images and
        weights."""
        theta = self.training.arm.encoder.parameters["theta"]
        S = (self.tables["image"].astype(np.float32) + 128) / 255 > theta
        synapses = 0
        for w in self.weights:
            synapses += S.sum() * w.shape[1]
            S = S.astype(np.float32) @ w > 0
        return 4 * synapses / len(self.tables["order"])


def _forward_alone(structure):
    alone = Connections(None, synaptic_input=structure.neuron.synaptic_input)
    with patch.multiple(
        network, connections=lambda structure, projection: alone, classifier=lambda *_: []
    ):
        net = network.build(structure)
    for name, group in net.groups.items():
        for each in group.contained_objects if name != "inputs" else ():
            each.active = not each.name.startswith("request")
    return net


def peak_memory(process="self"):
    """The most memory that a process has held, in MB.

    psutil does not tell it on Linux, and getrusage counts the parent's at the time of the fork,
    too.
    """
    status = Path(f"/proc/{process}/status").read_text()
    return next(
        int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmHWM")
    )


def fresh_start(arm, target, train, test):
    """What the module's docstring says."""
    images = load_images("mnist", train=train, test=test)
    start = time.perf_counter()
    made = training(arm, images, target=target)
    result = {"build_seconds": time.perf_counter() - start, "program_MB": 0.0}

    def progress(epoch, done):
        if done > 0:
            result.setdefault("first_image_at", time.time())
        for child in psutil.Process().children():
            with suppress(OSError, StopIteration):  # it may have ended meanwhile
                result["program_MB"] = max(result["program_MB"], peak_memory(child.pid))

    result["ms_per_image"] = milliseconds(made, progress)
    result.setdefault("first_image_at", time.time())
    image_MB = (images.train_images.nbytes + images.test_images.nbytes) / 1e6
    return result | {"python_MB": peak_memory(), "image_MB": image_MB}


def flags():
    parser = Flags(__doc__.split("\n\n")[0])
    parser.add_argument("arm", choices=ARMS)
    parser.add_argument("target")
    parser.add_argument("train", type=int, help="training images")
    parser.add_argument("test", type=int, help="test images")
    return parser


if __name__ == "__main__":
    run(lambda args: print(json.dumps(fresh_start(**vars(args)))), flags)
