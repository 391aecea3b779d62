"""What a source keeps for its synapses: the state that a synapse has once for each source neuron,
and the times that the state of connections follows from."""

from dataclasses import dataclass

import numpy as np
from brian2 import Equations, NeuronGroup
from brian2.stateupdaters.exponential_euler import exponential_euler
from brian2.utils.stringtools import word_substitute

from snn_brian.declarations import Synapse
from snn_brian.network.joined import PREFIX, is_moving, own_code, start_values, starts, unit
from snn_brian.network.pair import lines
from snn_brian.network.structure import Structure, echo_name, line_name

# What a source keeps for the state of its connections: time steps since its last spike or, before
# the first of a presentation, since the beginning; the time between its last two spikes; whether
# there was none yet, and whether the last one was the first.
TIMES = """
silent_steps : integer
spike_interval : second
no_spike_yet : 1
first_spike : 1
"""
SPIKE = """
spike_interval = silent_steps*dt
silent_steps = 0
first_spike = no_spike_yet
no_spike_yet = 0
"""
ANEW = """
silent_steps = 0
no_spike_yet = 1
"""


@dataclass(frozen=True)
class SourceState:
    """The part of a group that its synapses need, as equations and code of that group."""

    synapse: Synapse

    @property
    def equations(self) -> str:
        """Parameters, which `advance` moves, and what follows from them."""
        own = self._own
        found = [f"{name} : {unit(each)}" for name, each in own.items() if not self._follows(each)]
        found += [
            f"{name} = {word_substitute(each.expr.code, self._names)} : {unit(each)}"
            for name, each in own.items()
            if self._follows(each)
        ]
        return (
            "\n".join(["", *found, *(TIMES.splitlines() if self._is_timed else ()), ""])
            if self
            else ""
        )

    @property
    def spike(self) -> str:
        """What a spike of the source does, before the synapses see it."""
        own = own_code(self.synapse.source_spike, self.synapse, set(self._own))
        return lines([SPIKE if self._is_timed else "", own])

    @property
    def anew(self) -> str:
        """Statements of the start of a presentation."""
        if self.synapse.goes_on:
            return ""
        return lines([ANEW if self._is_timed else "", starts(self.synapse, self.synapse.source)])

    def advance(self, group: NeuronGroup) -> None:
        """Let the variables of a group go on in each time step."""
        moving = [each for each in self._own.values() if is_moving(each)]
        code = ["silent_steps += 1"] if self._is_timed else []
        if moving:
            step = exponential_euler(Equations(list(self._own.values())), {})
            code.append(word_substitute(step, self._names))
        if code:
            group.run_regularly("\n".join(code), when="groups", name=f"advance_{group.name}")

    def __bool__(self):
        return bool(self._own) or self._is_timed

    @property
    def _own(self):
        return Equations(self.synapse.source)

    @property
    def _names(self):
        return {name: PREFIX + name for name in self.synapse.parameters}

    @property
    def _is_timed(self):
        return bool(self.synapse.connection.strip())

    def _follows(self, equation):
        return equation.expr is not None and not is_moving(equation)


def source_state(structure: Structure, name: str) -> SourceState:
    """That of a layer; nothing where no later layer is its target."""
    own = any(each.source == name and each.is_direct for each in structure.graph.projections)
    return SourceState(structure.synapse if own else Synapse(name="", reference=""))


def lasting_synapses(structure: Structure) -> dict[str, np.ndarray]:
    """{group.variable: its values before any presentation} of what synapses keep from one
    presentation to the next, in sources and connections."""
    synapse, graph, found = structure.synapse, structure.graph, {}
    if not synapse.goes_on:
        return {}
    sizes = graph.sizes(structure.pixels)
    own = start_values(synapse, synapse.source)
    own |= {"silent_steps": np.int32(0)} if synapse.connection.strip() else {}
    for each in graph.projections:
        name = line_name(each) if each.is_delayed else each.source
        name = echo_name(each.source) if each.is_late else name
        for key, value in own.items():
            found[f"{name}.{key}"] = _full(sizes[each.source], value)
        for key, value in start_values(synapse, synapse.connection).items():
            shape = structure.shapes[each.name]
            found[f"{each.synapses}.{PREFIX}{key}"] = _full(shape[0] * shape[1], value)
    return found


def _full(size, value):
    return np.full(size, value, value.dtype if isinstance(value, np.int32) else np.float32)
