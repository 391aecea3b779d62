"""The order in which a compiled crossbar holds a state variable: input by input, or, during a run,
neuron by neuron."""

from brian2 import BrianObject, StateMonitor
from brian2.core.variables import ArrayVariable
from brian2.equations.equations import PARAMETER

from snn_brian.crossbar.statements import identifiers


def held_by_neuron(pathway):
    """Variables, by name, that a compiled program holds neuron by neuron while it runs; none if not
    all can be.

    `Pulses` at events of neurons go along the synapses of one neuron after another, which are far
    apart where each row belongs to an input. What decides over the pulses changes places if nothing
    else than this pathway uses it.
    """
    if pathway.prepost == "pre" or not pathway.pulses:
        return {}
    synapses = pathway.synapses
    deciding = {
        name: synapses.variables[name]
        for name in identifiers(f"{pathway.pulses.prepare}\n{pathway.pulses.number}")
        if name in synapses.equations.names and synapses.variables.indices[name] == "_idx"
    }
    movable = all(
        synapses.equations[name].type == PARAMETER and isinstance(variable, ArrayVariable)
        for name, variable in deciding.items()
    )
    alone = deciding.keys().isdisjoint(used_elsewhere(synapses, (pathway,)))
    return deciding if movable and alone else {}


def used_elsewhere(synapses, paths: tuple) -> set[str]:
    """Names in the equations of the synapses, in all of their code but that of some pathways, and
    of what other objects refer to."""
    code = [str(equation.expr) for equation in synapses.equations.values()]
    for part in synapses.contained_objects:
        if part not in paths:
            code.append(part.code if hasattr(part, "code") else str(part.abstract_code))
    return identifiers("\n".join(code)) | seen_by_others(synapses)


def seen_by_others(synapses) -> set[str]:
    """Names of state variables that monitors record, or that other objects refer to: connections
    to these synapses, linked variables."""
    own = {id(part) for part in synapses.contained_objects}
    names = {id(variable): name for name, variable in synapses.variables.items()}
    found = set()
    for reference in BrianObject.__instances__():
        other = reference()
        if other is None or id(other) in own or other.name == synapses.name:
            continue
        if isinstance(other, StateMonitor) and other.source.variables is synapses.variables:
            found.update(other.record_variables)
        variables = getattr(other, "variables", {}).values()
        found |= {names[id(variable)] for variable in variables if id(variable) in names}
    return found
