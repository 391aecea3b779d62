"""How the rows of a compiled crossbar lie in memory while it runs: each at the beginning of a cache
line.

Vectors that lie across two lines take twice as long to read, and more to write. Rows of 500 numbers
would begin anywhere. Where only a crossbar's own pathways use its variables, they are spread before
a run and packed again after it.
"""

from brian2.core.variables import ArrayVariable

from snn_brian.crossbar.order import held_by_neuron, seen_by_others

LINE = 16  # numbers of four bytes in a cache line; those of eight begin every second line
NARROW = 4 * LINE  # columns; what is less would take too much memory
SAME_SETS = 512  # rows so far apart, and multiples of it, compete for the same places of a cache


def stride(synapses) -> int:
    """Numbers from the beginning of a row to that of the next, where rows are spread."""
    columns = len(synapses.target)
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
    turned = {name for path in synapses._pathways if path.can_turn for name in held_by_neuron(path)}
    return [variable for name, variable in sorted(own.items()) if name not in turned]
