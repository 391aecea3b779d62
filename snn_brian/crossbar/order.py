"""The order in which a compiled crossbar holds a state variable: input by input, or, during a run,
neuron by neuron."""

from brian2 import StateMonitor
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
    return deciding if movable and deciding.keys().isdisjoint(_used_elsewhere(pathway)) else {}


def _used_elsewhere(pathway):
    """Names in the equations of the synapses, in all of their code but the pathway's, and of what
    monitors record."""
    synapses = pathway.synapses
    code = [str(equation.expr) for equation in synapses.equations.values()]
    for other in synapses.contained_objects:
        if other is not pathway:
            code.append(other.code if hasattr(other, "code") else str(other.abstract_code))
    monitors = [reference() for reference in StateMonitor.__instances__()]
    recorded = [
        monitor.record_variables
        for monitor in monitors
        if monitor is not None and monitor.source.variables is synapses.variables
    ]
    return identifiers("\n".join(code)).union(*recorded)
