"""What one arm of a run is made of, and the numbers that follow from it."""

from dataclasses import dataclass, field, replace
from functools import partial
from numbers import Integral, Real

import numpy as np
from brian2 import have_same_dimensions, ms, second
from brian2.units import Quantity

from snn_brian.base.errors import UserError
from snn_brian.check.loading import load
from snn_brian.check.together import check_shared, check_together
from snn_brian.data.events import Events
from snn_brian.data.images import Images
from snn_brian.declarations import (
    Device,
    Encoder,
    Learning,
    LearningRule,
    Loss,
    Network,
    Neuron,
    Optimizer,
    Programming,
    Synapse,
    Weight,
)
from snn_brian.device.wires import Wires
from snn_brian.network.clashes import without_clashes
from snn_brian.network.heterogeneity import Value
from snn_brian.network.joined import joined
from snn_brian.network.layers import Conv, Layer
from snn_brian.network.plasticity import with_traces
from snn_brian.network.structure import Graph
from snn_brian.network.topology import graph

LEAST = dict(batch=1, steps=1, epochs=0, seed=0, threads=1)  # of the whole numbers
PROGRAMS = ("step", "presentation")


@dataclass(frozen=True)
class Arm:
    """What one arm is made of and how long it learns.

    Raises
    ------
    UserError
        For a number that is none of its kind, and for weights without, or devices with no,
        programming rule.
    """

    layers: tuple[Layer, ...]  # neurons of each, or a `Conv`
    neuron: Neuron
    encoder: Encoder
    weights: Device | Weight
    programming: Programming | None  # None with a Weight
    optimizer: Optimizer
    loss: Loss
    batch: int
    steps: int
    eta: float | None  # None: the setting that goes with the rule or weight
    epochs: int
    seed: int
    target: str = "cpp_standalone"
    threads: int = 1
    # with sgd and a batch of 1: "step" or "presentation", at whose ends devices are programmed
    program: str = "step"
    # presentations after which a run ends and is kept, a multiple of the batch; None: an epoch
    piece: int | None = None
    dt: Quantity = field(default_factory=lambda: 1 * ms)  # of a time step
    # without pulses before each test, for devices that change meanwhile; training does not see it
    rest: Quantity = field(default_factory=lambda: 0 * ms)
    wires: Wires | None = None  # of the devices' arrays; None: without resistance
    network: Network = field(default_factory=partial(load, "network", "chain"))
    synapse: Synapse = field(default_factory=partial(load, "synapse", "static"))  # of all
    plasticity: LearningRule = field(
        default_factory=partial(load, "plasticity", "local_classifier")
    )  # where requests come from
    image: tuple[int, ...] | None = None  # shape of what the inputs show, where it has places

    def __post_init__(self):
        for name, least in LEAST.items():
            _check_whole(name, getattr(self, name), least)
        if not self.layers:
            raise UserError("layers: () is not possible; give the neurons of each layer.")
        for each in self.layers:
            if not isinstance(each, Conv):
                _check_whole("layers", each, 1)
        if self.piece is not None:
            _check_whole("piece", self.piece, 1)
            if self.piece % self.batch:
                raise UserError(
                    f"piece: {self.piece} is no multiple of batch={self.batch}; give one, or None."
                )
        if self.eta is not None and not (isinstance(self.eta, Real) and 0 <= self.eta < np.inf):
            raise UserError(f"eta: {self.eta!r} is not possible; give a number from 0, or None.")
        if not (_is_time(self.dt) and 0 < float(self.dt) < np.inf):
            raise UserError(f"dt: {self.dt!r} is not possible; give a time above 0, e.g. 1*ms.")
        if not (_is_time(self.rest) and 0 <= float(self.rest) < np.inf):
            raise UserError(f"rest: {self.rest!r} is not possible; give a time, e.g. 60*second.")
        if self.program not in PROGRAMS:
            raise UserError(
                f"program: {self.program!r} is not possible; write one of {', '.join(PROGRAMS)}."
            )
        if isinstance(self.weights, Weight) != (self.programming is None):
            raise UserError(
                "programming: a device has a rule, and the ideal weight None; "
                f"'{self.weights.name}' has {self.programming and self.programming.name}."
            )

    @property
    def graph(self) -> Graph:
        """All layers and projections; raises UserError for a convolution that does not fit what the
        inputs show."""
        return graph(self.network, self.layers, self.image)

    def seeing(self, images: Images | Events) -> "Arm":
        """This arm with the shape of these images, from which the sizes of convolutions follow."""
        return replace(self, image=None if images.events else tuple(images.shape))

    @property
    def cell(self) -> Neuron:
        """The neuron with what the synapse adds to it.

        Raises
        ------
        UserError
            If they do not go together.
        """
        check_together(self.neuron, self.synapse, self.encoder)
        check_shared(self.synapse, self.layers)
        return joined(self.neuron, self.synapse)

    @property
    def rule(self) -> LearningRule | None:
        """The learning rule, unless requests come from the error of local classifiers."""
        return None if self.plasticity.has_teacher else self.plasticity

    @property
    def spiking(self) -> Neuron:
        """The neuron with what the synapse adds to it, and the traces of the learning rule."""
        return with_traces(self.cell, self.rule) if self.rule else self.cell

    @property
    def batched(self) -> bool:
        """Whether gradients are collected before devices are programmed; otherwise every time step
        programs them."""
        return not self.rule and not (
            self.optimizer.is_gradient_descent and (self.batch, self.program) == (1, "step")
        )

    @property
    def optimizer_settings(self) -> str:
        """The optimizer whose settings the rule, or the weight, has: this one, or the one that it
        names."""
        own = self.optimizer.name in (self.programming or self.weights).learning
        return self.optimizer.name if own else self.optimizer.settings_of

    @property
    def learning(self) -> Learning:
        """The settings of the rule, or of the weight, for the optimizer."""
        return (self.programming or self.weights).learning[self.optimizer_settings]

    @property
    def initial(self) -> tuple[float, float]:
        """Range of the uniform initial weights, or conductances in units of G_max; with a learning
        rule, G_minus starts at G_min."""
        places = self.rule.initial if self.rule else self.learning.initial
        if isinstance(self.weights, Weight):
            return places
        K = self.weights.K
        return tuple(K + (1 - K) * place for place in places)

    def etas(self, epoch: int) -> list[float]:
        """Learning rate of each layer in an epoch (from 1)."""
        factors = self.learning.layer_factors
        eta = self.learning.eta if self.eta is None else self.eta
        return [
            eta * factors[min(k, len(factors) - 1)] * self.learning.decay ** (epoch - 1)
            for k in range(len(self.layers))
        ]

    def batches(self, presentations: int) -> int:
        """How many batches these presentations are; the last may be smaller."""
        return -(-presentations // self.batch)

    @property
    def own_neuron(self) -> Neuron:
        """What spikes, with the `neuron_parameters`, and without names of rule or optimizer."""
        own = replace(self.spiking, parameters=self.neuron_parameters())
        return without_clashes(own, self.programming, self.optimizer)

    def neuron_parameters(self) -> dict[str, Value]:
        """The parameters of neuron, synapse and learning rule with the values that go with the rule
        or weight."""
        own = dict(self.spiking.parameters)
        return own | {
            name: value for name, value in self.learning.neuron_parameters.items() if name in own
        }


def _check_whole(name, value, least):
    if not isinstance(value, Integral) or value < least:
        raise UserError(f"{name}: {value!r} is not possible; give a whole number from {least}.")


def _is_time(value):
    return np.ndim(value) == 0 and have_same_dimensions(value, second)


def Experiment(
    rule: Programming | None = None,
    optimizer: str = "sgd",
    loss: str = "cross-entropy",
    **fields: object,
) -> Arm:
    """An `Arm` as it was written until 0.1: with a `rule`, optimizer and loss by their names."""
    chosen = {"optimizer": load("optimizer", optimizer), "loss": load("loss", loss)}
    return Arm(programming=rule, **chosen, **fields)
