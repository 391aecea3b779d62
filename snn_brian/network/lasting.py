"""What neurons and traces keep from one presentation to the next, and so from run to run."""

from collections.abc import Mapping

import numpy as np
from brian2 import Equations
from brian2.equations.equations import BOOLEAN, SUBEXPRESSION

from snn_brian.network import delays, presentation
from snn_brian.network.joined import start_values
from snn_brian.network.source_state import lasting_synapses
from snn_brian.network.structure import Structure, echo_name, layer_name, line_name
from snn_brian.network.target_delays import traces_of

LONG_AGO = -1e4  # s, of the last spike of a neuron that never had one, as in Brian2


def lasting_state(structure: Structure) -> dict[str, np.ndarray]:
    """{group.variable: its values before any presentation} of all that nothing sets anew.

    Values are in SI units: 0, but for the time of a neuron's last spike.
    """
    neuron, graph, found = structure.neuron, structure.graph, lasting_synapses(structure)
    sizes = graph.sizes(structure.pixels)
    own = _zeros(neuron.equations, presentation.lasting(neuron))
    if structure.synapse.goes_on:
        start = start_values(structure.synapse, structure.synapse.target)
        own |= {name: np.float32(value) for name, value in start.items()}
    goes_on = neuron.start_of_presentation == ""
    if goes_on and neuron.refractory:
        own |= {"lastspike": np.float64(LONG_AGO), "not_refractory": np.bool_(True)}
    for name in map(layer_name, graph.numbers):
        found |= {f"{name}.{key}": np.full(sizes[name], value) for key, value in own.items()}
    if not goes_on:
        return found
    echoed = {each.source for each in graph.projections if each.is_late}
    ahead = [name for name in sizes if name == "inputs" or graph.ahead(name)]
    sources = [(name, sizes[name], neuron) for name in ahead]
    sources += [(echo_name(name), sizes[name], neuron) for name in echoed]
    sources += [
        (line_name(each), sizes[each.source], traces_of(structure, each))
        for each in graph.projections
        if each.is_delayed
    ]
    for name, size, its in sources:
        traces = _zeros(its.trace, Equations(its.trace).names) if its.trace else {}
        found |= {f"{name}.{key}": np.full(size, value) for key, value in traces.items()}
    if presentation.goes_on(neuron):
        found |= {f"{name}.fired": np.zeros(sizes[name], np.float32) for name in sorted(echoed)}
        found |= delays.lasting(structure)
    return found


def later(state: Mapping[str, np.ndarray], seconds: float) -> dict[str, np.ndarray]:
    """The same state for a run whose time begins so many seconds after that of the one before."""
    return {
        key: values - seconds if key.endswith(".lastspike") else values
        for key, values in state.items()
    }


def _zeros(equations, names):
    """{variable: 0 of its type} of those that are no subexpressions."""
    return {
        name: np.bool_(False) if each.var_type == BOOLEAN else np.float32(0)
        for name, each in Equations(equations).items()
        if each.type != SUBEXPRESSION and name in names
    }
