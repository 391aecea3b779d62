"""Delays: what a source fires arrives some steps later, as the spikes of another group, its line.

A line keeps for each neuron of the source what it has fired in the last steps, as bits of whole
numbers. It fires when a spike arrives, and keeps the traces of what has arrived: synapses see a
source like any other. What is under way at the end of a presentation is dropped, as an echo drops
it, or goes on with the neuron.
"""

import numpy as np
from brian2 import NeuronGroup, linked_var

from snn_brian.crossbar.neurons import Neurons
from snn_brian.declarations import Projection
from snn_brian.network import presentation, target_delays, traces, transfer
from snn_brian.network.delay_values import BITS, delay, delays
from snn_brian.network.equations import parameters, spike_of_size
from snn_brian.network.pair import lines as joined_lines
from snn_brian.network.source_state import SourceState
from snn_brian.network.structure import Structure, layer_number, line_name


def lines(structure: Structure) -> dict[str, np.ndarray]:
    """{variable of a line, or of a target whose neurons listen to one: its values} that a run
    needs, from the `delays`."""
    found, values = delays(structure), {}
    for each in structure.graph.projections:
        if each.is_delayed and found[each.name].by_target:
            target_delays.refuse(structure, each, found[each.name])
            values |= target_delays.values(structure, each)
        elif each.is_delayed:
            steps = found[each.name].steps - each.is_back
            for word in range(target_delays.words(steps)):
                bit = np.where(steps // BITS == word, steps % BITS, BITS)
                values[f"{line_name(each)}.unit_{word}"] = (2**bit).astype(np.int32)
    return values


def line(structure: Structure, source: NeuronGroup, projection: Projection) -> NeuronGroup:
    """The group that fires when a spike of the source arrives, at any neuron of the target."""
    neuron = target_delays.traces_of(structure, projection)
    kept, own = SourceState(structure.synapse), delay(structure, projection)
    begins = presentation.events(neuron, kept.anew)
    words = range(target_delays.words(own.steps - projection.is_back))
    if own.by_target:
        unit, arrives = "", f"{' + '.join(target_delays.arrivals(projection, own).values())} > 0"
    else:
        unit = "unit_{k} : integer (constant)\n"
        arrives = f"({' + '.join(f'past_{k}//unit_{k}' for k in words)}) % 2 == 1"
    turn, turns = transfer.turns(structure, line_name(projection))
    group = Neurons(
        len(source),
        traces.equations(neuron, leads=True)
        + target_delays.line_equations(structure, projection)
        + kept.equations
        + parameters(traces.parameters(structure.neuron))
        + "fired : 1 (linked)\nstep = t_in_timesteps % steps : integer (shared)\n"
        + "".join(f"past_{k} : integer\n{unit.format(k=k)}" for k in words)
        + turn,
        threshold=arrives,
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
    group.thresholder["spike"].order = 5
    if own.by_target:
        now = "\n".join(f"now_{k} = past_{k}" for k in words)
        when = group.thresholder["spike"].when
        group.run_regularly(now, when=when, order=4, name=f"{group.name}_now")
    if not presentation.goes_on(neuron):
        emptied = "\n".join(f"past_{word} *= int(step > 0)" for word in words)
        group.run_regularly(emptied, when="start", name=f"{group.name}_emptied")
    before = 1 if projection.is_back else number + 1
    traces.lead(group, neuron, kept, before)
    target_delays.follow(group, structure, projection, before)
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
            words = range(target_delays.words(delay(structure, each).steps - each.is_back))
            empty = np.zeros(sizes[each.source], np.int32)
            found |= {f"{line_name(each)}.past_{word}": empty for word in words}
    return found


def _shifted(words):
    """Every spike is a step older; the oldest falls out at the end of the last number."""
    half = 2 ** (BITS - 1)
    code = [f"past_{k} = (past_{k} % {half})*2 + past_{k - 1}//{half}" for k in words[:0:-1]]
    return "\n".join([*code, f"past_0 = (past_0 % {half})*2 + int(fired != 0)"])
