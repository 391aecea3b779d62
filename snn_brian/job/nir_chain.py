"""A file of NIR as a chain of layers, or a sentence that names the node which is none of it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.job.nir_export import package

WEIGHTS = ("Linear", "Affine")
NEURONS = ("Threshold", "IF", "LIF", "CubaLIF")
ALLOWED = f"a chain of Input, {', '.join(WEIGHTS + NEURONS)} and Output is what a run starts from"


@dataclass(frozen=True)
class Chain:
    """The nodes of a graph, layer by layer."""

    layers: list[tuple[str, object, str, object]]  # name and node of weights, then of neurons
    classifier: object | None
    metadata: dict


def read_chain(path: Path) -> Chain:
    """The chain in a file.

    Raises
    ------
    UserError
        Naming the file and the node, if there is none.
    """
    graph = read_graph(path)
    order, name = [], _only(path, [n for n, node in graph.nodes.items() if kind(node) == "Input"])
    while True:
        following = [target for source, target in graph.edges if source == name]
        if not following and kind(graph.nodes[name]) == "Output":
            break
        name = _only(path, following)
        if name in order or sum(target == name for _, target in graph.edges) != 1:
            raise UserError(f"--start: '{path}' branches at the node '{name}'; {ALLOWED}.")
        order.append(name)
    left = sorted(graph.nodes.keys() - {*order})
    if len(left) != 1:  # the input
        raise UserError(f"--start: '{path}' has nodes that its chain leaves out; {ALLOWED}.")
    order.pop()
    for each in order:
        _check_node(path, each, graph.nodes[each])
    kinds = [kind(graph.nodes[each]) in NEURONS for each in order]
    if not any(kinds) or kinds != ([False, True] * len(order))[: len(order)]:
        raise UserError(
            f"--start: '{path}' is a chain of {', '.join(kind(graph.nodes[n]) for n in order)}, "
            "but weights and neurons must take turns, weights first."
        )
    nodes = [(each, graph.nodes[each]) for each in order]
    classifier = nodes.pop()[1] if len(nodes) % 2 else None
    layers = [(*a, *b) for a, b in zip(nodes[::2], nodes[1::2])]
    return Chain(layers, classifier, graph.metadata)


def kind(node: object) -> str:
    """What NIR calls a node."""
    return type(node).__name__


def read_graph(path: Path) -> object:
    """A file as a nir.NIRGraph.

    Raises
    ------
    UserError
        If the package nir is missing, or the file is no graph.
    """
    nir = package()
    try:
        return nir.read(path)
    except Exception as error:  # nir names no set of errors: HDF5, missing fields, types, shapes
        said = " ".join(str(error).split()) or type(error).__name__
        raise UserError(
            f"'{path}' cannot be read as a graph of NIR ({said}); write it with nir.write."
        ) from error


def _only(path, names):
    if len(names) != 1:
        told = ", ".join(names) or "none"
        raise UserError(f"--start: '{path}' goes from one node to {told}; {ALLOWED}.")
    return names[0]


def _check_node(path, name, node):
    if kind(node) not in WEIGHTS + NEURONS:
        raise UserError(f"--start: the node '{name}' of '{path}' is a {kind(node)}; {ALLOWED}.")
    if kind(node) == "Affine" and np.any(node.bias):
        raise UserError(
            f"--start: the node '{name}' of '{path}' is an Affine with biases, and neurons here "
            "have none; give a graph without biases."
        )
    if kind(node) in WEIGHTS and np.ndim(node.weight) != 2:
        raise UserError(
            f"--start: the node '{name}' of '{path}' has a weight of shape {node.weight.shape}; "
            "give (neurons, inputs)."
        )
