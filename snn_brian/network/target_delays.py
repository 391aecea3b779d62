"""Delays that differ between the neurons of a target: one line for the source, to which each
synapse listens as long after a spike as its own neuron says.

The line fires where a spike arrives at any neuron, and a synapse sees it by its `gate`: 1 where it
arrives at its own neuron, else 0. Traces of what has arrived are others for each delay, so the line
keeps them, and the eligibility, once for each that there is.
"""

from dataclasses import replace

import numpy as np
from brian2 import Equations, NeuronGroup

from snn_brian.base.errors import UserError
from snn_brian.crossbar.statements import Statement, statements, substituted, written
from snn_brian.declarations import Neuron, Projection
from snn_brian.network.delay_values import BITS, Delay, delay, told
from snn_brian.network.source_state import SourceState
from snn_brian.network.structure import Structure, layer_name, line_name
from snn_brian.network.traces import LEAST

MOST = 30  # different delays of traces, of which a line has a copy each


def is_by_target(structure: Structure, projection: Projection) -> bool:
    """Whether the delay of a projection differs between neurons of its target."""
    return projection.is_delayed and delay(structure, projection).by_target


def refuse(structure: Structure, projection: Projection, own: Delay) -> None:
    """Raises UserError for what a line cannot keep for each neuron of the target."""
    what = f"{told(projection)} differs between neurons of the target"
    if SourceState(structure.synapse):
        raise UserError(
            f"{what}, and the synapse '{structure.synapse.name}' keeps a state by the spikes of "
            "its source, for which all must arrive at once; give one delay for each neuron of the "
            "source, or choose another synapse, such as static."
        )
    if projection.kernel:
        raise UserError(
            f"{what}, and those of a convolution share their weights; give one delay for all."
        )
    count = len(np.unique(own.steps))
    if _has_traces(structure, projection) and count > MOST:
        raise UserError(
            f"{what} with {count} different values, and each takes traces of its own, of which "
            f"there can be {MOST}; round them, or give the projection fixed weights."
        )


def values(structure: Structure, projection: Projection) -> dict[str, np.ndarray]:
    """{variable of the target: its values} that a run needs."""
    group, own = layer_name(projection.layer), delay(structure, projection)
    steps, found = own.steps - projection.is_back, {}
    if _has_traces(structure, projection):
        found[f"{group}.{_steps(projection)}"] = own.steps.astype(np.int32)
    for word in range(words(steps)):
        bit = np.where(steps // BITS == word, steps % BITS, BITS)
        found[f"{group}.{_unit(projection, word)}"] = (2**bit).astype(np.int32)
    return found


def words(steps: np.ndarray) -> int:
    """How many whole numbers a line needs for delays of so many steps."""
    return int(steps.max()) // BITS + 1


def equations(structure: Structure, number: int) -> str:
    """What the neurons of a layer keep of the delays of what comes to them."""
    found = []
    for each in structure.graph.projections:
        if each.layer == number and is_by_target(structure, each):
            names = (key.split(".")[1] for key in values(structure, each))
            found += [f"\n{name} : integer (constant)" for name in names]
    return "".join(found) + "\n" if found else ""


def gate(structure: Structure, projection: Projection) -> str:
    """An expression of a synapse: 1 where a spike arrives at its neuron, else 0; empty where all
    neurons see it at once."""
    if not is_by_target(structure, projection):
        return ""
    steps = delay(structure, projection).steps - projection.is_back
    bits = [f"now_{k}_pre//{_unit(projection, k)}_post" for k in range(words(steps))]
    return f"(({' + '.join(bits)}) % 2)"


def gated(code: str, gate: str, variables: set[str] | None = None) -> str:
    """Statements that change variables (None: all of the target) only where a gate is 1."""
    found = []
    for each in statements(code):
        changes = each.name.endswith("_post") if variables is None else each.name in variables
        if changes and each.operation in ("+=", "-="):
            each = replace(each, expression=f"{gate}*({each.expression})")
        elif changes:
            kept = f"{gate}*({each.value}) + (1 - {gate})*{each.name}"
            each = Statement(each.name, "=", kept)
        found.append(str(each))
    return "\n".join(found)


def eligibility(structure: Structure, projection: Projection) -> str:
    """An expression of a synapse: the eligibility of its source, by what has arrived at its
    neuron."""
    chosen = [
        f"int({_steps(projection)}_post == {steps})*eligibility_after_{steps}_pre"
        for steps in np.unique(delay(structure, projection).steps)
    ]
    return f"({' + '.join(chosen)})"


def arrivals(projection: Projection, own: Delay) -> dict[int, str]:
    """{delay in steps: expression of a line, 1 where a spike arrives after it, else 0}."""
    found = {}
    for steps in map(int, np.unique(own.steps)):
        word, bit = divmod(steps - projection.is_back, BITS)
        found[steps] = f"((now_{word}//{2**bit}) % 2)"
    return found


def traces_of(structure: Structure, projection: Projection) -> Neuron:
    """The neuron with the traces that the line of a projection keeps, of each of its delays."""
    neuron = structure.neuron
    if not is_by_target(structure, projection):
        return neuron
    if not _has_traces(structure, projection):
        return replace(neuron, trace="", source_spike="", eligibility="")
    trace, spike, any_of = [], [], []
    for steps, arrives in arrivals(projection, delay(structure, projection)).items():
        own = _after(neuron, steps)
        trace.append(str(Equations(neuron.trace, **own)))
        variables = {own[name] for name in Equations(neuron.trace).names}
        spike.append(gated(substituted(neuron.source_spike, own), arrives, variables))
        any_of.append(f"int(eligibility_after_{steps} != 0)")
    return replace(
        neuron,
        trace="\n".join(trace),
        source_spike="\n".join(spike),
        eligibility=" + ".join(any_of),
    )


def line_equations(structure: Structure, projection: Projection) -> str:
    """What a line keeps beside its traces and what is under way: `now`, that as it was when the
    line fired, since a layer that is its own source fires before it programs."""
    if not is_by_target(structure, projection):
        return ""
    steps = delay(structure, projection).steps
    found = [f"now_{k} : integer\n" for k in range(words(steps - projection.is_back))]
    if _has_traces(structure, projection):
        found += [f"eligibility_after_{each} : 1\n" for each in np.unique(steps)]
    return "".join(found)


def follow(line: NeuronGroup, structure: Structure, projection: Projection, number: int) -> None:
    """Let a line evaluate the eligibility of each of its delays just before layer `number`
    programs, as `snn_brian.network.traces.follow` does for one."""
    if not (is_by_target(structure, projection) and _has_traces(structure, projection)):
        return
    code = []
    for steps in map(int, np.unique(delay(structure, projection).steps)):
        name, own = f"eligibility_after_{steps}", _after(structure.neuron, steps)
        code += [
            f"{name} = {substituted(structure.neuron.eligibility, own)}",
            f"{name} *= int(abs({name}) > {LEAST})",
        ]
    line.run_regularly(
        "\n".join(code), when=f"request_{number}", order=-1, name=f"{line.name}_eligibilities"
    )


def _has_traces(structure, projection):
    return bool(not projection.fixed and structure.neuron.eligibility)


def _after(neuron, steps):
    """{variable of traces, or local of a spike's code: what it is called for one delay}."""
    names = {*Equations(neuron.trace).names, *written(neuron.source_spike)}
    return {name: f"{name}_after_{steps}" for name in names}


def _steps(projection):
    return f"{line_name(projection)}_steps"


def _unit(projection, word):
    return f"{line_name(projection)}_unit_{word}"
