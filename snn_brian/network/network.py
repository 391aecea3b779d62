"""The network as Brian2 objects: inputs, layers with their local classifiers, and one schedule for
a time step.

Slots of the schedule, for each layer l: forward_l, fire_l, classify_l, compete_l, error_l,
backward_l, request_l, accumulate_l, batch_l, program_l, transfer_l, relax_l, refresh_l. A
presentation is `steps` time steps; everything of a presentation happens in them.
"""

from dataclasses import dataclass

import numpy as np
from brian2 import Network, NeuronGroup
from brian2.utils.stringtools import word_substitute

from snn_brian.crossbar.neurons import Neurons
from snn_brian.network import (
    delays,
    event_inputs,
    plasticity,
    presentation,
    readout,
    substeps,
    target_delays,
    traces,
    transfer,
)
from snn_brian.network.classifier import classifier
from snn_brian.network.convolve import convolve
from snn_brian.network.echo import FIRED, echo, keep_fired
from snn_brian.network.equations import method, parameters, spike_of_size
from snn_brian.network.lookup import lookup
from snn_brian.network.pair import lines
from snn_brian.network.projections import by_neuron, connections
from snn_brian.network.source_state import SourceState, source_state
from snn_brian.network.structure import INPUTS, Structure, layer_name

BRIAN_SLOTS = ["start", "groups", "thresholds", "synapses", "resets"]
LAYER_SLOTS = [
    "forward",
    "fire",
    "classify",
    "compete",
    "error",
    "backward",
    "request",
    "accumulate",
    "batch",
    "program",
    "transfer",
    "relax",
    "refresh",
]

# Brian2 has no unsigned bytes: the table holds the pixel's value - 128.
PIXEL = "(image(order(t_in_timesteps//steps), i) + 128)/255.0"
INPUT = """
pixel = {pixel} : 1
step = t_in_timesteps % steps : integer (shared)
seed : integer (shared, constant)
duration : integer (shared, constant)  # of the run, in time steps
first : integer (shared, constant)  # time step at which it begins
"""

LAYER = """
feedback : 1  # sum_k J_ki err_k
delta : 1  # gated local error, (3), (4)
request : 1  # change of weight asked of an input, for each unit of its eligibility, (4)
S = int({spike}) : 1
step = t_in_timesteps % steps : integer (shared)
eta : 1 (shared, constant)
learning : 1 (shared, constant)
batch : integer (shared, constant)
batches_before : integer (shared, constant)
presentations : integer (shared, constant)
batch_size = (t_in_timesteps//steps) % batch + 1 : integer (shared)
batches = batches_before + (t_in_timesteps//steps)//batch + 1 : integer (shared)
"""
BATCH_ENDS = (
    "learning > 0 and (t_in_timesteps + 1) % steps == 0 and "
    "(((t_in_timesteps + 1)//steps) % batch == 0 or (t_in_timesteps + 1)//steps == presentations)"
)
# Of devices that change without pulses: how long since they last did, in s.
REST = """
relaxes_every : integer (shared, constant)  # presentations
rest = ((t_in_timesteps//steps) % relaxes_every + 1)*steps*dt/second : 1 (shared)
"""
RESTS = (
    "learning > 0 and (t_in_timesteps + 1) % steps == 0 and (((t_in_timesteps + 1)//steps) % "
    "relaxes_every == 0 or (t_in_timesteps + 1)//steps == presentations)"
)
# Of pairs that are refreshed: every so many presentations of the whole training.
REFRESH = """
refresh_every : integer (shared, constant)
presented_before : integer (shared, constant)  # since the last refresh, in earlier epochs
"""
REFRESHES = (
    "learning > 0 and (t_in_timesteps + 1) % steps == 0 and "
    "(presented_before + (t_in_timesteps + 1)//steps) % refresh_every == 0"
)


@dataclass(frozen=True)
class BrianNetwork:
    """The Brian2 objects of one network, not yet run."""

    network: Network
    namespace: dict
    groups: dict  # name -> inputs and layers
    synapses: dict  # name of a projection -> its crossbar
    tables: dict  # name -> array

    @property
    def inputs(self) -> NeuronGroup:
        """The group of inputs."""
        return self.groups[INPUTS]


def build(structure: Structure) -> BrianNetwork:
    """All Brian2 objects for a `Structure`, in the current device and on its default clock."""
    tables = {
        name: lookup(name, shape, dtype)
        for name, shape, dtype in [
            ("image", (structure.images, structure.pixels), np.int8),
            ("label", (structure.images,), np.int32),
            ("order", (structure.longest,), np.int32),
        ]
        if name != "image" or not structure.events
    }
    if structure.events:
        tables |= event_inputs.tables(structure.pixels, structure.events)
    namespace = {name: function for name, (function, _) in tables.items() if function}
    namespace |= {"steps": structure.steps, "classes": structure.classes}
    graph = structure.graph
    groups = {INPUTS: _inputs(structure)}
    objects = [groups[INPUTS]]
    for number in graph.numbers:
        groups[layer_name(number)] = neurons = _neurons(structure, number)
        reads = readout.assigned if structure.rule else classifier
        objects += [neurons, *reads(structure, neurons, number)]
    late = sorted({each.source for each in graph.projections if each.is_late})
    echoes = {name: echo(structure, groups[name]) for name in late}
    synapses = {}
    for each in graph.projections:
        source = (echoes if each.is_late else groups)[each.source]
        if each.is_delayed:
            source = delays.line(structure, source, each)
            objects.append(source)
        target = groups[each.target]
        if each.kernel:
            ends = BATCH_ENDS if structure.batched else "learning > 0"
            conditions = {"program": ends, "relax": RESTS, "refresh": REFRESHES}
            synapses[each.name], *more = convolve(
                connections(structure, each), each, source, target, conditions
            )
            objects += more
        else:
            synapses[each.name] = _synapses(structure, source, target, each)
    network = Network([*objects, *echoes.values(), *synapses.values()])
    network.schedule = (
        BRIAN_SLOTS
        + ["encode"]
        + [f"{slot}_{number}" for number in graph.numbers for slot in LAYER_SLOTS]
        + ["tally", "end"]
    )
    tables = {name: values for name, (_, values) in tables.items()}
    return BrianNetwork(network, namespace, groups, synapses, tables)


def _inputs(structure):
    encoder, neuron, kept = structure.encoder, structure.neuron, SourceState(structure.synapse)
    own = {name: f"encoder_{name}" for name in encoder.parameters}
    is_kept = structure.graph.is_kept(INPUTS)
    turn, turns = transfer.turns(structure, INPUTS)
    traced = spike_of_size(neuron, "S" if encoder.signal else "1")
    inputs = Neurons(
        structure.pixels,
        parameters({own[name]: value for name, value in encoder.parameters.items()})
        + traces.equations(neuron, leads=True)
        + kept.equations
        + parameters(traces.parameters(neuron))
        + INPUT.format(pixel=event_inputs.PIXEL if structure.events else PIXEL)
        + ("presented : integer (shared)\n" if structure.events else "")
        + ("S : 1" if encoder.signal else "")
        + (FIRED if is_kept else "")
        + turn,
        threshold=word_substitute(encoder.threshold, own),
        reset=lines([kept.spike, traced, "fired = 1" if is_kept else ""]) or None,
        events=traces.events(neuron)
        | (presentation.events(neuron, kept.anew) if neuron.trace or kept.anew else {})
        | turns,
        name=INPUTS,
        **traces.options(neuron),
    )
    inputs.thresholder["spike"].when = "encode"
    if structure.events:
        event_inputs.present(inputs)
    if encoder.signal:
        inputs.run_regularly(
            f"S = {word_substitute(encoder.signal, own)}", when="encode", name="signal"
        )
    traces.lead(inputs, neuron, kept)
    if is_kept:
        delays.keep_fired(inputs)
    return inputs


def _neurons(structure, number):
    neuron, graph, name = structure.neuron, structure.graph, layer_name(number)
    ahead = graph.ahead(name)
    is_kept = graph.is_kept(name)
    has_traces = bool((neuron.trace or neuron.eligibility) and ahead)
    keeps_spikes = not has_traces and any(by_neuron(structure, each) for each in ahead)
    asks = any(by_neuron(structure, each) for each in graph.into(number))
    kept = source_state(structure, name)
    events = presentation.events(neuron, kept.anew) | (traces.events(neuron) if has_traces else {})
    events |= {"batch_ends": BATCH_ENDS} if structure.batched else {}
    events |= {"asks": "request != 0"} if asks else {}
    rests = any(connections(structure, each).relaxes for each in graph.into(number))
    events |= {"rests": RESTS} if rests else {}
    refreshes = any(connections(structure, each).refreshes for each in graph.into(number))
    events |= {"refreshes": REFRESHES} if refreshes else {}
    turn, turns = transfer.turns(structure, name)
    events |= turns
    rewarded = structure.rule and structure.rule.eligibility.strip()
    events |= {"rewarded": plasticity.REWARDED} if rewarded else {}
    spike = lines([kept.spike, spike_of_size(neuron, "1") if has_traces else ""])
    reset = substeps.reset(neuron)
    if neuron.substeps == 1:
        reset = lines([reset, spike])
    elif spike:
        events |= {"spiked": substeps.HAS_CROSSED}
    neurons = Neurons(
        graph.layers[number - 1],
        neuron.equations
        + (traces.equations(neuron) if has_traces else "")
        + (traces.SPIKES if keeps_spikes else "")
        + (FIRED if is_kept else "")
        + kept.equations
        + (REST if rests else "")
        + (REFRESH if refreshes else "")
        + turn
        + target_delays.equations(structure, number)
        + (plasticity.NEURON if structure.rule else "")
        + parameters(neuron.parameters)
        + substeps.equations(neuron)
        + LAYER.format(spike=substeps.has_spiked(neuron)),
        threshold=neuron.threshold,
        reset=reset or None,
        name=name,
        events=events,
        refractory=neuron.refractory or False,
        **substeps.types(neuron),
        **method(neuron),
    )
    neurons.thresholder["spike"].when = f"fire_{number}"
    if reset:
        neurons.resetter["spike"].when = f"program_{number}"
    substeps.spike(neurons, neuron, when=f"fire_{number}")
    if "spiked" in events:
        neurons.run_on_event("spiked", spike, when=f"program_{number}")
        neurons.thresholder["spiked"].when = f"fire_{number}"
    for event in ("batch_ends", "asks", "rests", "refreshes", "rewarded"):
        if event in events:
            neurons.thresholder[event].when = f"batch_{number}"
    if has_traces and neuron.eligibility:
        traces.follow(neurons, neuron, number + 1)
    if keeps_spikes:
        traces.keep_spikes(neurons, number)
    if is_kept:
        keep_fired(neurons, number)
    kept.advance(neurons)
    trace = neuron.trace if has_traces else ""
    anew = lines([kept.anew, plasticity.BEGIN if structure.rule else ""])
    presentation.begin(neurons, neuron, neuron.equations, trace, anew)
    start = substeps.start_of_step(neuron)
    neurons.run_regularly(start, when="start", name=f"start_{number}")
    if structure.rule:
        plasticity.begin(neurons, structure.rule)
        return neurons
    neurons.run_regularly(
        f"delta = feedback*({neuron.derivative})\nrequest = -learning*eta*delta",
        when=f"request_{number}",
        name=f"request_{number}",
    )
    return neurons


def _synapses(structure, source, neurons, projection):
    made = connections(structure, projection)
    synapses = made.connect(source, neurons, name=projection.synapses)
    for path in made.events:
        slot, order = made.places.get(path, (f"{path}_{projection.layer}", None))
        getattr(synapses, path).when = slot
        if order is not None:
            getattr(synapses, path).order = order
    return synapses
