"""What a network is made of: groups and the projections between them, from which all names, shapes
and places in the schedule follow.

Groups are called `inputs` and `layer_1`, `layer_2`, ... A layer has a local classifier,
`classifier_1`, to its `classes_1`. A projection is a crossbar `synapses_NAME`.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

import numpy as np

from snn_brian.crossbar.evaluate import evaluate
from snn_brian.crossbar.kernel import Kernel
from snn_brian.declarations import Device, Encoder, Loss, Neuron, Optimizer, Programming, Weight

INPUTS = "inputs"


def layer_name(number: int) -> str:
    """The name of the group of layer `number`, from 1."""
    return f"layer_{number}"


def echo_name(name: str) -> str:
    """The name of the group that repeats the spikes of a layer a step later."""
    return f"{name}_before"


def layer_number(name: str) -> int:
    """The number of a layer by its name; 0 for the inputs."""
    return 0 if name == INPUTS else int(name.removeprefix("layer_"))


@dataclass(frozen=True)
class Projection:
    """All connections from one group to another.

    Layers fire one after another within a time step: a projection from the inputs, or from a layer
    to one with a greater number, carries the spikes of the same step; any other (within a layer,
    or back) those of the step before, and none into the first step of a presentation, unless the
    neuron goes on from one presentation to the next.

    Parameters
    ----------
    name : str
        Of the synapses, and in checkpoints.
    source, target : str
        Names of groups.
    fixed : str
        Weight of the synapse from neuron `j` of the source to neuron `i` of the target, an
        expression of both numbers, e.g. "-0.2*int(i != j)". Empty: weights are learned, by the
        local error of the target.
    kernel : Kernel or None
        Of a convolution, whose connections share weights.
    """

    name: str
    source: str
    target: str
    fixed: str = ""
    kernel: Kernel | None = None

    @property
    def synapses(self) -> str:
        """The name of its crossbar."""
        return f"synapses_{self.name}"

    @property
    def layer(self) -> int:
        """The number of the layer that it drives."""
        return layer_number(self.target)

    @property
    def is_late(self) -> bool:
        """Whether it carries the spikes of the step before."""
        return layer_number(self.source) >= self.layer


@dataclass(frozen=True)
class Graph:
    """Layers, by their numbers of neurons, and the projections that connect them.

    Raises
    ------
    ValueError
        For a projection between groups that there are not, for two of one name, and for a
        convolution with fixed weights or back to an earlier layer.
    """

    layers: tuple[int, ...]
    projections: tuple[Projection, ...]

    def __post_init__(self):
        names = [each.name for each in self.projections]
        groups = {INPUTS, *map(layer_name, self.numbers)}
        for each in self.projections:
            if names.count(each.name) > 1:
                raise ValueError(f"projections: two are called '{each.name}'; rename one.")
            if each.source not in groups or each.target not in groups - {INPUTS}:
                raise ValueError(
                    f"projection '{each.name}' from '{each.source}' to '{each.target}': there are "
                    f"{', '.join(sorted(groups))}, and inputs are no target."
                )
            if each.kernel and (each.fixed or each.is_late):
                raise ValueError(
                    f"projection '{each.name}': a convolution has weights that learn, and goes to "
                    "a layer that fires later; leave out fixed, or the kernel."
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
        """The learned projections from a group to layers that fire after it in the same step."""
        return tuple(each for each in self.learned if each.source == name and not each.is_late)

    @property
    def leading(self) -> tuple[str, ...]:
        """Groups that spike before all layers: inputs, and echoes of the step before."""
        late = {each.source for each in self.projections if each.is_late}
        return (INPUTS, *(echo_name(name) for name in sorted(late)))

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
        """{synapses.w: its values} of all projections that are not learned; float32."""
        shapes, found = self.shapes(pixels), {}
        for each in self.projections:
            if each.fixed:
                j, i = np.indices(shapes[each.name])
                values = evaluate(each.fixed, {"i": i, "j": j})
                found[f"{each.synapses}.w"] = np.broadcast_to(values, i.shape).astype(np.float32)
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

    @cached_property
    def shapes(self) -> dict[str, tuple[int, int]]:
        """{name of a projection: (rows, columns) of its crossbar}"""
        return self.graph.shapes(self.pixels)
