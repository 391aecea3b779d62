"""What a network is made of: groups and the projections between them, from which all names, shapes
and places in the schedule follow.

Groups are called `inputs` and `layer_1`, `layer_2`, ... A layer has a local classifier,
`classifier_1`, to its `classes_1`. A projection is a crossbar `synapses_NAME`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest

import numpy as np
from brian2 import Quantity
from brian2.units.fundamentalunits import DIMENSIONLESS

from snn_brian.base.errors import UserError
from snn_brian.crossbar.kernel import Kernel
from snn_brian.declarations import (
    INPUTS,
    Device,
    Encoder,
    LearningRule,
    Loss,
    Neuron,
    Optimizer,
    Programming,
    Projection,
    Synapse,
    Weight,
)
from snn_brian.device.wires import Wires
from snn_brian.network.numbered import numbered


def layer_name(number: int) -> str:
    """The name of the group of layer `number`, from 1."""
    return f"layer_{number}"


def echo_name(name: str) -> str:
    """The name of the group that repeats the spikes of a layer a step later."""
    return f"{name}_before"


def line_name(projection: Projection) -> str:
    """The name of the group that repeats the spikes of a source after a delay."""
    return f"delayed_{projection.name}"


def layer_number(name: str) -> int:
    """The number of a layer by its name; 0 for the inputs."""
    return 0 if name == INPUTS else int(name.removeprefix("layer_"))


@dataclass(frozen=True)
class Graph:
    """Layers, by their numbers of neurons, and the projections that connect them.

    Raises
    ------
    UserError
        For a projection between groups that there are not, for two of one name, for a layer to
        which none leads, and for a convolution with fixed weights or back to an earlier layer.
    """

    layers: tuple[int, ...]
    projections: tuple[Projection, ...]

    parameters: Mapping[str, Quantity | float] = field(default_factory=dict)  # of `fixed`, `delay`

    def __post_init__(self):
        names = [each.name for each in self.projections]
        groups = [INPUTS, *map(layer_name, self.numbers)]
        for each in self.projections:
            if names.count(each.name) > 1:
                raise UserError(f"projections: two are called '{each.name}'; rename one.")
            if each.source not in groups or each.target not in groups[1:]:
                raise UserError(
                    f"projection '{each.name}' from '{each.source}' to '{each.target}': there are "
                    f"{', '.join(groups)}, of which inputs are no target; choose among them."
                )
            if each.kernel and (each.fixed or each.is_back):
                raise UserError(
                    f"projection '{each.name}': a convolution has weights that learn, and goes to "
                    "a layer that fires later; leave out fixed, or the kernel."
                )
        driven = {each.target for each in self.projections}
        for name in groups[1:]:
            if name not in driven:
                raise UserError(
                    f"projections: none leads to {name}; add one, or give fewer --layers."
                )

    @property
    def numbers(self) -> range:
        """Of the layers."""
        return range(1, len(self.layers) + 1)

    @property
    def learned(self) -> tuple[Projection, ...]:
        """The projections whose weights are not fixed."""
        return tuple(each for each in self.projections if not each.fixed)

    def ahead(self, name: str) -> tuple[Projection, ...]:
        """The learned projections that carry a group's spikes in the same step."""
        return tuple(each for each in self.learned if each.source == name and each.is_direct)

    @property
    def leading(self) -> tuple[str, ...]:
        """Groups that are no layers: inputs, echoes of the step before, and delay lines."""
        late = {each.source for each in self.projections if each.is_late}
        lines = (line_name(each) for each in self.projections if each.is_delayed)
        return (INPUTS, *(echo_name(name) for name in sorted(late)), *lines)

    def is_kept(self, name: str) -> bool:
        """Whether what a group has fired is needed after it has been reset."""
        return any(
            each.source == name and (each.is_late or each.is_delayed) for each in self.projections
        )

    def into(self, number: int) -> tuple[Projection, ...]:
        """The learned projections into a layer."""
        return tuple(each for each in self.learned if each.layer == number)

    def sizes(self, pixels: int) -> dict[str, int]:
        """{name of a group: its neurons}"""
        return {INPUTS: pixels} | {
            layer_name(number): size for number, size in zip(self.numbers, self.layers)
        }

    def shapes(self, pixels: int) -> dict[str, tuple[int, int]]:
        """{name of a projection: (rows, columns) of its crossbar}: neurons of the source and of the
        target, but for a convolution"""
        sizes = self.sizes(pixels)
        return {
            each.name: each.kernel.shape
            if each.kernel
            else (sizes[each.source], sizes[each.target])
            for each in self.projections
        }

    def fixed_weights(self, pixels: int) -> dict[str, np.ndarray]:
        """{synapses.w: its values} of all projections that are not learned; float32.

        Raises
        ------
        UserError
            For an expression that is none of a weight.
        """
        shapes, found = self.shapes(pixels), {}
        for each in self.projections:
            if each.fixed:
                what = f"projection '{each.name}': fixed"
                shape = shapes[each.name]
                values, dimensions = numbered(what, each.fixed, shape, self.parameters)
                if dimensions is not DIMENSIONLESS:
                    raise UserError(f"{what}={each.fixed!r} has a unit; a weight has none.")
                whole = np.empty(shape, np.float32)
                whole[:] = values
                found[f"{each.synapses}.w"] = whole
        return found


def chain(layers: tuple[int, ...], kernels: tuple[Kernel | None, ...] = ()) -> Graph:
    """The paper's network: each layer sees the one before it, the first the inputs; with the
    kernels of those that are convolutions."""
    groups = [INPUTS, *map(layer_name, range(1, len(layers) + 1))]
    projections = [
        Projection(str(number), source, target, kernel=kernel)
        for number, (source, target, kernel) in enumerate(
            zip_longest(groups[:-1], groups[1:], kernels), 1
        )
    ]
    return Graph(tuple(layers), tuple(projections))


@dataclass(frozen=True)
class Structure:
    """All that is compiled into a network; everything else is a parameter of a run."""

    graph: Graph
    pixels: int
    classes: int
    images: int  # rows of the image table
    longest: int  # most presentations in one run
    steps: int
    neuron: Neuron
    encoder: Encoder
    weights: Device | Weight
    programming: Programming | None
    optimizer: Optimizer
    batched: bool
    loss: Loss
    events: int = 0  # words of the table of events; 0: images
    dt: float = 1e-3  # s
    synapse: Synapse = Synapse(name="", reference="")  # with which the neuron is `joined`
    rule: LearningRule | None = None  # whose traces the neuron has; None: the local error
    wires: Wires | None = None  # of devices; None: without resistance

    @cached_property
    def shapes(self) -> dict[str, tuple[int, int]]:
        """{name of a projection: (rows, columns) of its crossbar}"""
        return self.graph.shapes(self.pixels)
