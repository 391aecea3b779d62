"""Training one arm: epochs of presentations with learning on, each followed by a test with learning off.

Every random choice follows from the run's seed through a named stream, so that both arms see the same classifiers, images
and order, and an epoch's draws depend on the seed and the epoch alone.
"""
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from snn_brian import traces
from snn_brian.declarations import Device, Encoder, Learning, Neuron, Rule, Weight
from snn_brian.losses import LOSSES
from snn_brian.network import COUNTERS, Structure
from snn_brian.optimizers import OPTIMIZERS
from snn_brian.simulation import SimulationFailed, simulation
from snn_brian.synapse import synapse
from snn_brian.variation import spread

CLASSIFIER_SCALE = 3.0  # J is uniform in +-CLASSIFIER_SCALE/sqrt(neurons); the paper gives no scale
TABLE_IMAGES, TABLE_ORDER = 70_000, 60_000  # sizes compiled in, unless the data set is larger
STREAMS = {name: number for number, name in enumerate(["classifiers", "initial", "order", "training", "test", "devices"])}


@dataclass(frozen=True)
class Experiment:
    """What one arm is made of and how long it learns."""

    layers: tuple[int, ...]
    neuron: Neuron
    encoder: Encoder
    weights: Device | Weight
    rule: Rule | None  # None with a Weight
    optimizer: str
    loss: str
    batch: int
    steps: int
    eta: float | None  # None: the setting that goes with the rule or weight
    epochs: int
    seed: int
    target: str = "cpp_standalone"
    threads: int = 1
    program: str = "step"  # with sgd and a batch of 1: "step" or "presentation", at whose ends devices are programmed

    @property
    def learning(self) -> Learning:
        return (self.rule or self.weights).learning[self.optimizer]

    @property
    def initial(self):
        """Range of the uniform initial weights, or conductances in units of G_max."""
        if isinstance(self.weights, Weight):
            return self.learning.initial
        K = self.weights.K
        return tuple(K + (1 - K) * place for place in self.learning.initial)

    def etas(self, epoch):
        """Learning rate of each layer in an epoch (from 1)."""
        factors = self.learning.layer_factors
        eta = self.learning.eta if self.eta is None else self.eta
        return [eta * factors[min(k, len(factors) - 1)] * self.learning.decay ** (epoch - 1) for k in range(len(self.layers))]

    def neuron_parameters(self):
        """The neuron's parameters with the values that go with the rule or weight."""
        own = dict(self.neuron.parameters)
        return own | {name: value for name, value in self.learning.neuron_parameters.items() if name in own}


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave; arrays have one entry for each layer."""

    number: int
    test_accuracy: np.ndarray
    train_accuracy: np.ndarray | None  # while learning; None before training
    potentiation_pulses: np.ndarray
    depression_pulses: np.ndarray
    write_energy: np.ndarray  # joules
    reads: np.ndarray  # of single devices, by the rule; those of the forward pass are not counted
    seconds: float  # of training in the simulation
    arrays: dict  # for the checkpoint, by name


class Training:
    """One arm on one set of images.

    Parameters
    ----------
    experiment : Experiment
    images : Images
        As `snn_brian.data.load` gives them.
    """

    def __init__(self, experiment, images):
        self.experiment = experiment
        self.n_train, self.n_test = len(images.train_labels), len(images.test_labels)
        structure = self.structure = Structure(
            layers=tuple(experiment.layers), pixels=images.pixels, frames=images.frames, classes=images.classes,
            images=max(TABLE_IMAGES if images.frames == 1 else 0, self.n_train + self.n_test), longest=max(TABLE_ORDER, self.n_train, self.n_test),
            steps=experiment.steps, neuron=experiment.neuron, encoder=experiment.encoder, weights=experiment.weights,
            rule=experiment.rule, optimizer=OPTIMIZERS[experiment.optimizer],
            batched=(experiment.optimizer, experiment.batch, experiment.program) != ("sgd", 1, "step"),
            loss=LOSSES[experiment.loss])
        self.simulation = simulation(structure, experiment.target, experiment.threads)
        self.synapse = synapse(structure.weights, structure.rule, structure.optimizer, structure.neuron.synaptic_input,
                               structure.batched)
        self.numbers = range(1, len(experiment.layers) + 1)
        self.shapes = dict(zip(self.numbers, zip((images.pixels, *experiment.layers), experiment.layers)))
        self.devices = self._devices()
        self.state = self._initial_state()
        self.classifiers = {f"classifier_{l}.J": self._classifier(l, images.classes) for l in self.numbers}
        self.batches = 0
        self._folder = tempfile.TemporaryDirectory(prefix="snn_brian-")
        self._images = Path(self._folder.name) / "images"
        with open(self._images, "wb") as file:
            for part in (images.train_images, images.test_images):
                for start in range(0, len(part), 1000):  # in pieces, so that there is no second copy in memory
                    (part[start:start + 1000] ^ 0x80).tofile(file)  # as signed bytes, the value - 128
        self._labels = np.concatenate([images.train_labels, images.test_labels]).astype(np.int32)

    def epochs(self, progress=lambda epoch, done: None):
        """Yield epoch 0, a test before training, and then each epoch as it ends.

        `progress` is called with the epoch's number and the number of presentations done in it, tests included.

        Raises
        ------
        SimulationFailed
            If the simulation fails or a state variable is no longer finite.
        """
        for number in range(self.experiment.epochs + 1):
            yield self._epoch(number, progress)

    def _epoch(self, number, progress):
        order = self._stream("order", number).permutation(self.n_train).astype(np.int32) if number else np.zeros(0, np.int32)
        counts, seconds, trained = {}, 0.0, None
        if number:
            outcome = self._run("training", number, order, lambda done: progress(number, done))
            self.state = {key: outcome.values[key] for key in self.state}
            self._check(number)
            self.batches += -(-self.n_train // self.experiment.batch)
            counts, seconds, trained = outcome.values, outcome.seconds, self._accuracy(outcome, self.n_train)
        test = self._run("test", number, np.arange(self.n_train, self.n_train + self.n_test, dtype=np.int32),
                         lambda done: progress(number, (self.n_train if number else 0) + done))
        return Epoch(number, self._accuracy(test, self.n_test), trained, *self._wear(counts), seconds,
                     self._arrays(number, order))

    def show(self, images, simulation):
        """Present the first test images to another simulation of this structure, with what has been learned so far."""
        self._run("test", self.experiment.epochs, np.arange(self.n_train, self.n_train + images, dtype=np.int32),
                  lambda done: None, simulation)

    def _run(self, phase, epoch, order, progress, simulation=None):
        experiment, learning = self.experiment, phase == "training"
        values = self.state | self.devices | self.classifiers
        for l, eta in zip(self.numbers, experiment.etas(max(epoch, 1))):
            layer = dict(experiment.neuron_parameters(), eta=eta, learning=int(learning), batch=experiment.batch,
                         batches_before=self.batches, presentations=len(order))
            values |= {f"layer_{l}.{name}": value for name, value in layer.items()}
            values |= {f"synapses_{l}.{name}": value for name, value in self.synapse.parameters.items()}
        own = experiment.neuron_parameters()
        values |= {f"inputs.{name}": own[name] for name in traces.parameters(experiment.neuron)}
        values |= {f"inputs.encoder_{name}": value for name, value in experiment.encoder.parameters.items()}
        wanted = [f"classes_{l}.hits" for l in self.numbers]
        if learning:
            wanted += list(self.state) + [f"layer_{l}.{name}" for l in self.numbers
                                          for name in COUNTERS]
        return (simulation or self.simulation).run(len(order), int(self._stream(phase, epoch).integers(2**31)), values,
                                   {"image": self._images, "label": self._labels, "order": order}, wanted, progress)

    def _stream(self, name, number):
        return np.random.default_rng([self.experiment.seed, STREAMS[name], number])

    def _classifier(self, l, classes):
        """J of layer l, shape (classes, neurons): uniform, fixed (paper, Eq. 5)."""
        neurons = self.experiment.layers[l - 1]
        scale = CLASSIFIER_SCALE / np.sqrt(neurons)
        return self._stream("classifiers", l).uniform(-scale, scale, (classes, neurons)).astype(np.float32)

    def _devices(self):
        """What differs from device to device, each array of shape (inputs, neurons), in units of the network."""
        devices = {}
        for l, shape in self.shapes.items():
            random = self._stream("devices", l)
            for name, symbol in self.synapse.devices.items():
                scale = 1 / self.experiment.weights.G_max if symbol in ("G_max", "G_min") else 1
                spread_ = np.asarray(spread(self.experiment.weights, symbol, shape, random) * scale, np.float32)
                devices[f"synapses_{l}.{name}"] = spread_
        return devices

    def _initial_state(self):
        state = {}
        for l, shape in self.shapes.items():
            own = {name: np.zeros(shape, np.float32) for name in self.synapse.state}
            random = self._stream("initial", l)
            for name in ("w",) if isinstance(self.experiment.weights, Weight) else ("G_plus", "G_minus"):
                least, most = (self.devices.get(f"synapses_{l}.{name.replace('G', end)}", far)
                               for end, far in (("G_min", -np.inf), ("G_max", np.inf)))
                own[name] = np.clip(random.uniform(*self.experiment.initial, shape).astype(np.float32), least, most)
            if "G_plus" in own:
                own["w"] = own["G_plus"] - own["G_minus"]
            state |= {f"synapses_{l}.{name}": values for name, values in own.items()}
        return state

    def _accuracy(self, outcome, presentations):
        return np.array([outcome.values[f"classes_{l}.hits"].sum() / presentations for l in self.numbers])

    def _wear(self, counts):
        """Pulses, write energy and reads of each layer; energy V^2 t G of a pulse, G the mean of before and after (NeuroSim)."""
        def total(name):
            return np.array([counts[f"layer_{l}.{name}"].sum() if counts else 0.0 for l in self.numbers])

        if isinstance(self.experiment.weights, Weight):
            return (np.zeros(len(self.numbers)),) * 4
        device = self.experiment.weights
        energy = sum(total(name) * float(pulse.voltage**2 * pulse.width * device.G_max)
                     for name, pulse in (("load_P", device.potentiation_pulse), ("load_D", device.depression_pulse)))
        return total("pulses_P"), total("pulses_D"), energy, total("reads")

    def _arrays(self, number, order):
        """The checkpoint: conductances and optimizer state (inputs, neurons), J (neurons, classes), order, epoch, seed."""
        arrays = {}
        for key, values in self.state.items():
            group, name = key.split(".")
            if name != "w" or isinstance(self.experiment.weights, Weight):
                l = int(group.removeprefix("synapses_"))
                arrays[f"{name}_{l}"] = values.reshape(self.shapes[l])
        arrays |= {f"J_{l}": self.classifiers[f"classifier_{l}.J"].T for l in self.numbers}
        return arrays | {"order": order, "epoch": np.int64(number), "seed": np.int64(self.experiment.seed),
                         "batches": np.int64(self.batches)}

    def _check(self, epoch):
        for key, values in self.state.items():
            if not np.isfinite(values).all():
                raise SimulationFailed(f"{key} is not finite after epoch {epoch}; a smaller --eta may help.")
