"""Delays: what a source fires arrives some steps later, as the spikes of another group, its line.

A line keeps for each neuron of the source what it has fired in the last steps, as bits of whole
numbers. It fires when a spike arrives, and keeps the traces of what has arrived: synapses see a
source like any other. What is under way at the end of a presentation is dropped, as an echo drops
it, or goes on with the neuron.
"""

import numpy as np
from brian2 import NeuronGroup, Quantity, linked_var, second
from brian2.units.fundamentalunits import DIMENSIONLESS

from snn_brian.base.errors import UserError
from snn_brian.crossbar.neurons import Neurons
from snn_brian.declarations import INPUTS, Projection
from snn_brian.network import presentation, traces, transfer
from snn_brian.network.equations import parameters, spike_of_size
from snn_brian.network.numbered import numbered
from snn_brian.network.pair import lines as joined_lines
from snn_brian.network.source_state import SourceState
from snn_brian.network.structure import Structure, layer_number, line_name

BITS = 30  # of a whole number that are used, so that none has a sign
WORDS = 20  # whole numbers for each neuron, at most


def delays(structure: Structure) -> dict[str, np.ndarray]:
    """{name of a delayed projection: whole time steps for each neuron of its source}.

    Raises
    ------
    UserError
        For a delay that is no whole number of steps, or too short or too long for its projection;
        where spikes of an earlier step never arrive, since the presentation has ended; and for
        delays of analog inputs.
    """
    shortest = {each.name: np.array([int(each.is_back)]) for each in structure.graph.projections}
    found = {}
    for each in structure.graph.projections:
        if each.is_delayed:
            found[each.name] = _steps(structure, each)
            _refuse_signals(structure, each)
        _check(structure, each, (shortest | found)[each.name])
    return found


def lines(structure: Structure) -> dict[str, np.ndarray]:
    """{variable of a line: its values} that a run needs, from the `delays`."""
    found, values = delays(structure), {}
    for each in structure.graph.projections:
        if each.is_delayed:
            steps = found[each.name] - each.is_back
            for word in range(_words(steps)):
                bit = np.where(steps // BITS == word, steps % BITS, BITS)
                values[f"{line_name(each)}.unit_{word}"] = (2**bit).astype(np.int32)
    return values


def line(structure: Structure, source: NeuronGroup, projection: Projection) -> NeuronGroup:
    """The group that fires when a spike of the source arrives."""
    neuron, kept = structure.neuron, SourceState(structure.synapse)
    begins = presentation.events(neuron, kept.anew)
    words = range(_words(delays(structure)[projection.name] - projection.is_back))
    arrived = " + ".join(f"past_{word}//unit_{word}" for word in words)
    turn, turns = transfer.turns(structure, line_name(projection))
    group = Neurons(
        len(source),
        traces.equations(neuron, leads=True)
        + kept.equations
        + parameters(traces.parameters(neuron))
        + "fired : 1 (linked)\nstep = t_in_timesteps % steps : integer (shared)\n"
        + "".join(f"past_{k} : integer\nunit_{k} : integer (constant)\n" for k in words)
        + turn,
        threshold=f"({arrived}) % 2 == 1",
        reset=joined_lines([kept.spike, spike_of_size(neuron, "1")]) or None,
        events=traces.events(neuron) | (begins if neuron.trace or kept.anew else {}) | turns,
        name=line_name(projection),
        **traces.options(neuron),
    )
    group.fired = linked_var(source, "fired")
    number = layer_number(projection.source)
    fires = f"fire_{number}" if number else "encode"
    group.run_regularly(_shifted(words), when=fires, order=3, name=f"{group.name}_shift")
    group.thresholder["spike"].when = "encode" if projection.is_back else fires
    group.thresholder["spike"].order = 4
    if not presentation.goes_on(neuron):
        emptied = "\n".join(f"past_{word} *= int(step > 0)" for word in words)
        group.run_regularly(emptied, when="start", name=f"{group.name}_emptied")
    traces.lead(group, neuron, kept, 1 if projection.is_back else number + 1)
    return group


def keep_fired(inputs: NeuronGroup) -> None:
    """Let inputs keep what they fire, by their reset, until the next step."""
    inputs.run_regularly("fired = 0", when="start", name="fired_0")
    inputs.resetter["spike"].when = "encode"
    inputs.resetter["spike"].order = 2


def lasting(structure: Structure) -> dict[str, np.ndarray]:
    """{variable of a line: 0} of all that is under way."""
    sizes, found = structure.graph.sizes(structure.pixels), {}
    for each in structure.graph.projections:
        if each.is_delayed:
            words = range(_words(delays(structure)[each.name] - each.is_back))
            empty = np.zeros(sizes[each.source], np.int32)
            found |= {f"{line_name(each)}.past_{word}": empty for word in words}
    return found


def _words(steps):
    return int(steps.max()) // BITS + 1


def _shifted(words):
    """Every spike is a step older; the oldest falls out at the end of the last number."""
    half = 2 ** (BITS - 1)
    code = [f"past_{k} = (past_{k} % {half})*2 + past_{k - 1}//{half}" for k in words[:0:-1]]
    return "\n".join([*code, f"past_0 = (past_0 % {half})*2 + int(fired != 0)"])


def _told(projection):
    return f"projection '{projection.name}': delay={projection.delay!r}"


def _steps(structure, projection):
    """Whole time steps for each neuron of the source."""
    value, what, shape = projection.delay, _told(projection), structure.shapes[projection.name]
    if isinstance(value, str):
        what = what.removesuffix(f"={value!r}")
        values, dimensions = numbered(what, value, shape, structure.graph.parameters)
        what += f"={value!r}"
        if values.ndim == 2 and values.shape[1] > 1:
            raise UserError(f"{what} depends on i; one delay for each j is possible, or for all.")
        values = values.ravel()
    else:
        values = np.array([float(each) for each in value] if isinstance(value, tuple) else [value])
        first = value[0] if isinstance(value, tuple) else value
        dimensions = first.dim if isinstance(first, Quantity) else DIMENSIONLESS
    if dimensions is second.dim:
        values = values / structure.dt
    elif dimensions is not DIMENSIONLESS:
        raise UserError(f"{what} is no time; give a number of time steps, or a time as 3*ms.")
    steps = np.rint(values)
    wrong = np.abs(values - steps) > 1e-6 * np.maximum(1, np.abs(values))
    if wrong.any():
        raise UserError(
            f"{what} is {values[wrong][0]:g} time steps of {structure.dt * second}; give a whole "
            "number of them."
        )
    if len(steps) not in (1, shape[0]):
        raise UserError(
            f"{what} has {len(steps)} values, but '{projection.source}' has {shape[0]} neurons; "
            "give one for each, or one for all."
        )
    return np.broadcast_to(steps.astype(np.int64), shape[0])


def _check(structure, projection, steps):
    least, most = int(projection.is_back), BITS * WORDS - 1
    what = _told(projection) if projection.is_delayed else f"projection '{projection.name}'"
    if steps.min() < least or steps.max() > most:
        wrong = steps.min() if steps.min() < least else steps.max()
        raise UserError(f"{what} is {wrong} steps for a neuron; give {least} to {most}.")
    if steps.max() >= structure.steps and not presentation.goes_on(structure.neuron):
        after = f"{steps.max()} time step" + ("s" if steps.max() > 1 else "")
        raise UserError(
            f"{what}: a spike arrives {after} after the one in which it was fired, but "
            f"presentations of --steps {structure.steps} have ended then; give at least "
            f"{steps.max() + 1}."
        )


def _refuse_signals(structure, projection):
    if projection.source == INPUTS and structure.encoder.signal:
        raise UserError(
            f"{_told(projection)}: what comes from the encoder '{structure.encoder.name}' are no "
            "spikes, which alone can be delayed; choose another encoder, or delay a layer."
        )
