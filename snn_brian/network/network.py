"""The network as Brian2 objects: inputs, layers with their local classifiers, and one schedule for
a time step.

Slots of the schedule, for each layer l: forward_l, fire_l, classify_l, compete_l, error_l,
backward_l, request_l, accumulate_l, batch_l, program_l. A presentation is `steps` time steps;
everything of a presentation happens in them.
"""

from dataclasses import dataclass

import numpy as np
from brian2 import Network, NeuronGroup, defaultclock, get_unit, ms
from brian2.units import Quantity
from brian2.utils.stringtools import word_substitute

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.neurons import Neurons
from snn_brian.declarations import Device, Encoder, Loss, Neuron, Optimizer, Programming, Weight
from snn_brian.network import presentation, traces
from snn_brian.network.lookup import lookup
from snn_brian.network.synapse import accumulates, synapse

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
]

COUNTERS = ("pulses_P", "pulses_D", "load_P", "load_D", "reads")

# Brian2 has no unsigned bytes: the table holds the pixel's value - 128.
INPUTS = """
pixel = (image(order(t_in_timesteps//steps), {place}) + 128)/255.0 : 1
step = t_in_timesteps % steps : integer (shared)
seed : integer (shared, constant)
duration : integer (shared, constant)  # in time steps
"""

LAYER = """
feedback : 1  # sum_k J_ki err_k
delta : 1  # gated local error, (3), (4)
request : 1  # change of weight asked of an input, for each unit of its eligibility, (4)
S = int({spike}) : 1
step = t_in_timesteps % steps : integer (shared)
pulses_P : 1
pulses_D : 1
load_P : 1
load_D : 1
reads : 1
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

CLASSES = """
y : 1  # output of the classifier, (5)
z : 1  # competition between the classes
err : 1  # derivative of the loss, (5)
Y : 1  # readout: sum of y over the presentation
better : 1  # number of classes that the readout prefers to this one
hits : 1
target = int(label(order(t_in_timesteps//steps)) == i) : 1
"""


@dataclass(frozen=True)
class Structure:
    """All that is compiled into a network; everything else is a parameter of a run."""

    layers: tuple[int, ...]
    pixels: int
    classes: int
    images: int  # rows of the image table
    longest: int  # most presentations in one run
    steps: int
    neuron: Neuron
    encoder: Encoder
    weights: Device | Weight
    programming: Programming | None
    optimizer: Optimizer
    batched: bool
    loss: Loss
    frames: int = 1  # pictures in a row of the image table: one, or one for each time step


@dataclass(frozen=True)
class Layer:
    neurons: NeuronGroup
    synapses: Crossbar
    classes: NeuronGroup
    classifier: Crossbar


@dataclass(frozen=True)
class BrianNetwork:
    """The Brian2 objects of one network, not yet run."""

    network: Network
    namespace: dict
    inputs: NeuronGroup
    layers: tuple[Layer, ...]
    tables: dict  # name -> array


def build(structure):
    """All Brian2 objects for a `Structure`, in the current device."""
    defaultclock.dt = 1 * ms
    tables = {
        name: lookup(name, shape, dtype)
        for name, shape, dtype in [
            ("image", (structure.images, structure.pixels * structure.frames), np.int8),
            ("label", (structure.images,), np.int32),
            ("order", (structure.longest,), np.int32),
        ]
    }
    namespace = {name: function for name, (function, _) in tables.items()} | {
        "steps": structure.steps
    }
    inputs = _inputs(structure)
    layers, objects, source = [], [inputs], inputs
    for number, size in enumerate(structure.layers, 1):
        neurons = _neurons(structure, number, size)
        synapses = _synapses(source, neurons, _plastic(structure, number), number)
        classes, classifier, competitors = _classifier(structure, neurons, number)
        layers.append(Layer(neurons, synapses, classes, classifier))
        objects += [neurons, synapses, classes, classifier] + competitors
        source = neurons
    network = Network(objects)
    network.schedule = (
        BRIAN_SLOTS
        + ["encode"]
        + [f"{slot}_{number}" for number in range(1, len(layers) + 1) for slot in LAYER_SLOTS]
        + ["tally", "end"]
    )
    return BrianNetwork(
        network,
        namespace,
        inputs,
        tuple(layers),
        {name: values for name, (_, values) in tables.items()},
    )


def _inputs(structure):
    encoder, neuron = structure.encoder, structure.neuron
    own = {name: f"encoder_{name}" for name in encoder.parameters}
    inputs = Neurons(
        structure.pixels,
        _parameters({own[name]: value for name, value in encoder.parameters.items()})
        + traces.equations(neuron)
        + _parameters(traces.parameters(neuron))
        + INPUTS.format(place="i" if structure.frames == 1 else "i + N*step")
        + ("S : 1" if encoder.signal else ""),
        threshold=word_substitute(encoder.threshold, own),
        reset=_spike_of_size(neuron, "S" if encoder.signal else "1") or None,
        events=traces.events(neuron) | (presentation.events(neuron) if neuron.trace else {}),
        name="inputs",
        **_method(neuron),
    )
    inputs.thresholder["spike"].when = "encode"
    if encoder.signal:
        inputs.run_regularly(
            f"S = {word_substitute(encoder.signal, own)}", when="encode", name="signal"
        )
    if neuron.source_spike:
        inputs.resetter["spike"].when = "forward_1"
        inputs.resetter["spike"].order = -1
    if neuron.eligibility:
        traces.follow(inputs, neuron, 1)
        presentation.begin(inputs, neuron, trace=neuron.trace)
    return inputs


def _neurons(structure, number, size):
    neuron = structure.neuron
    has_next = number < len(structure.layers)
    has_traces = bool(neuron.eligibility) and has_next
    keeps_spikes = has_next and not has_traces and _by_neuron(structure, number + 1)
    events = presentation.events(neuron) | (traces.events(neuron) if has_traces else {})
    events |= {"batch_ends": BATCH_ENDS} if structure.batched else {}
    events |= {"asks": "request != 0"} if _by_neuron(structure, number) else {}
    reset = "\n".join(
        filter(str.strip, [neuron.reset, _spike_of_size(neuron, "1") if has_traces else ""])
    )
    neurons = Neurons(
        size,
        neuron.equations
        + (traces.equations(neuron) if has_traces else "")
        + (traces.SPIKES if keeps_spikes else "")
        + _parameters(neuron.parameters)
        + LAYER.format(spike="lastspike == t" if neuron.refractory else neuron.threshold),
        threshold=neuron.threshold,
        reset=reset or None,
        name=f"layer_{number}",
        events=events,
        dtype={name: np.float64 for name in COUNTERS},
        refractory=neuron.refractory or False,
        **_method(neuron),
    )
    neurons.thresholder["spike"].when = f"fire_{number}"
    if reset:
        neurons.resetter["spike"].when = f"program_{number}"
    for event in ("batch_ends", "asks"):
        if event in events:
            neurons.thresholder[event].when = f"batch_{number}"
    if has_traces:
        traces.follow(neurons, neuron, number + 1)
    if keeps_spikes:
        traces.keep_spikes(neurons, number)
    presentation.begin(neurons, neuron, neuron.equations, neuron.trace if has_traces else "")
    neurons.run_regularly(neuron.start_of_step, when="start", name=f"start_{number}")
    neurons.run_regularly(
        f"delta = feedback*({neuron.derivative})\nrequest = -learning*eta*delta",
        when=f"request_{number}",
        name=f"request_{number}",
    )
    return neurons


def _synapses(source, neurons, plastic, number):
    synapses = Crossbar(
        source,
        neurons,
        plastic.model,
        on_pre=plastic.on_pre,
        on_post=plastic.on_post,
        on_event=plastic.events,
        name=f"synapses_{number}",
        strict=True,
        index_arrays=False,
    )
    for path in [*plastic.on_pre, *plastic.on_post]:
        getattr(synapses, path).when = f"{path}_{number}"
    return synapses


def _classifier(structure, neurons, number):
    """The random, fixed classifier of a layer. J is held class by class, so that both of its sums
    go along rows."""
    loss, own = structure.loss, {name: f"loss_{name}" for name in structure.loss.parameters}
    classes = NeuronGroup(
        structure.classes,
        CLASSES + _parameters({own[name]: value for name, value in loss.parameters.items()}),
        name=f"classes_{number}",
    )
    classes.run_regularly(
        f"Y = Y*int(t_in_timesteps % steps > 0) + y\nerr = {word_substitute(loss.error, own)}",
        when=f"error_{number}",
        name=f"error_{number}",
    )
    classes.run_regularly(
        "hits += int(better == 0)*target*int((t_in_timesteps + 1) % steps == 0)",
        when="tally",
        name=f"tally_{number}",
    )
    classifier = Crossbar(
        classes,
        neurons,
        """J : 1
                                               y_pre = J*S_post : 1 (summed)
                                               feedback_post = J*err_pre : 1 (summed)""",
        name=f"classifier_{number}",
        strict=True,
        index_arrays=False,
    )
    classifier.summed_updaters["y_pre"].when = f"classify_{number}"
    classifier.summed_updaters["feedback_post"].when = f"backward_{number}"
    # Of equal outputs the first counts, as in argmax.
    ranking = Crossbar(
        classes,
        classes,
        "better_post = int(Y_pre > Y_post or (Y_pre == Y_post and i < j)) : 1 (summed)",
        name=f"ranking_{number}",
        strict=True,
        index_arrays=False,
    )
    ranking.summed_updaters["better_post"].when = "tally"
    competitors = [ranking]
    if loss.competition:
        summand = word_substitute(
            loss.competition, {name: f"{name_}_post" for name, name_ in own.items()}
        )
        competition = Crossbar(
            classes,
            classes,
            f"z_post = {summand} : 1 (summed)",
            name=f"competition_{number}",
            strict=True,
            index_arrays=False,
        )
        competition.summed_updaters["z_post"].when = f"compete_{number}"
        competitors.append(competition)
    return classes, classifier, competitors


def _plastic(structure, number):
    """The synapses of a layer; inputs of the first one may have a signal."""
    neuron, by_neuron, analog = (
        structure.neuron,
        _by_neuron(structure, number),
        structure.encoder.signal and number == 1,
    )
    synaptic_input = word_substitute(neuron.synaptic_input, {"w": "(w*S_pre)"} if analog else {})
    eligibility = (
        "eligibility_pre" if neuron.eligibility or by_neuron else "S_pre" if analog else ""
    )
    return synapse(
        structure.weights,
        structure.programming,
        structure.optimizer,
        synaptic_input,
        structure.batched,
        eligibility,
        by_neuron,
    )


def _by_neuron(structure, number):
    """Whether neurons of a layer with a request look at all of their synapses, instead of spiking
    inputs at all of theirs.

    Of the pixels of an image few are bright, but behind a layer half of the inputs spike, and fewer
    neurons have an error. Reads are counted neuron by neuron, which along the synapses of one is no
    vector loop.
    """
    return (
        number > 1
        and not structure.batched
        and structure.programming is not None
        and accumulates(structure.programming)
    )


def _spike_of_size(neuron, size):
    return word_substitute(neuron.source_spike, {"S": size})


def _method(neuron):
    return {"method": neuron.method} if neuron.method else {}  # without one, Brian2 chooses


def _parameters(values):
    """Equations of shared parameters, so that a compiled network takes other values without being
    compiled again."""
    return (
        "".join(
            f"\n{name} : {repr(get_unit(value.dim)) if isinstance(value, Quantity) else 1} "
            "(shared, constant)"
            for name, value in values.items()
        )
        + "\n"
    )
