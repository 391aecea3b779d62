"""How the variables of a compiled crossbar lie in memory while it runs.

Each row begins with a cache line: vectors that lie across two lines take twice as long to read, and
more to write; rows of 500 numbers would begin anywhere. What only the code of pulses uses, one
synapse here and one there, lies together, synapse by synapse, so that a pulse touches few lines.
Where a crossbar's own pathways alone use its variables, they are moved before a run and back after
it.
"""

from brian2.core.variables import ArrayVariable
from brian2.equations.equations import SUBEXPRESSION

from snn_brian.crossbar.order import held_by_neuron, seen_by_others
from snn_brian.crossbar.statements import identifiers

LINE = 16  # numbers of four bytes in a cache line; those of eight begin every second line
NARROW = 4 * LINE  # columns; what is less would take too much memory
SAME_SETS = 512  # rows so far apart, and multiples of it, compete for the same places of a cache


def stride(columns: int) -> int:
    """Numbers from the beginning of a row to that of the next, where rows of so many are spread."""
    if columns < NARROW:
        return columns
    whole = -(-columns // LINE) * LINE
    return whole + LINE * (whole % SAME_SETS == 0)


def spread(synapses) -> list:
    """The variables, one value for each synapse, that are spread in the coming run: all but those
    that are held neuron by neuron, or none."""
    if (
        len(synapses.target) < NARROW
        or synapses.mapped
        or synapses.event_driven is not None
        or any(part not in synapses._pathways for part in synapses.contained_objects)
        or any(path.waiting == "parts" for path in synapses._pathways)
    ):
        return []
    own = {
        name: synapses.variables[name]
        for name in synapses.equations.names
        if synapses.variables.indices[name] == "_idx"
        and isinstance(synapses.variables[name], ArrayVariable)
    }
    if not seen_by_others(synapses).isdisjoint(own):
        return []
    turned = {
        name for path in synapses._pathways if path.at_pulses_alone for name in held_by_neuron(path)
    }
    return [variable for name, variable in sorted(own.items()) if name not in turned]


def together(synapses, variables: list) -> list:
    """Those of the `variables` that are spread which lie together; none if there are less than
    two."""
    rare, often = set(), set()
    for path in synapses._pathways:
        if path.at_pulses_alone:
            rare |= identifiers(path.pulses.code)
            often |= identifiers(
                f"{path.pulses.prepare}\n{path.pulses.number}\n{path.pulses.first}"
            )
        else:
            often |= identifiers(path.code)
    for equation in synapses.equations.values():
        if equation.type == SUBEXPRESSION:
            often |= identifiers(str(equation.expr))
    found = [variable for variable in variables if variable.name in rare - often]
    found = [variable for variable in found if variable.dtype == found[0].dtype]
    return found if len(found) > 1 else []
