"""How each projection of a network sends spikes on, and learns."""

from brian2.utils.stringtools import word_substitute

from snn_brian.network import plasticity, target_delays
from snn_brian.network.joined import connection_variables, size_of_spike
from snn_brian.network.structure import INPUTS, Projection, Structure
from snn_brian.network.synapse import Connections

# Presentations after which what wires do follows the conductances of all others.
WIRES_EVERY = 200


def connections(structure: Structure, projection: Projection) -> Connections:
    """How a projection of a network learns; inputs may have a signal, which has no delay."""
    neuron, gate = structure.neuron, target_delays.gate(structure, projection)
    analog = structure.encoder.signal and projection.source == INPUTS
    synaptic_input = word_substitute(neuron.synaptic_input, {"w": "(w*S_pre)"} if analog else {})
    synaptic_input = target_delays.gated(synaptic_input, gate) if gate else synaptic_input
    own = connection_variables(structure.synapse)
    worth = [gate] if gate else ["S_pre"] if analog else []
    worth += [size] if (size := size_of_spike(structure.synapse)) else []
    wired = dict(wires=structure.wires, wires_every=WIRES_EVERY * structure.steps)
    wired |= dict(signal="*".join(worth))
    if projection.fixed:
        return Connections(None, synaptic_input=synaptic_input, variables=own)
    if structure.rule:
        return Connections(
            structure.weights,
            structure.programming,
            synaptic_input=synaptic_input,
            requests=plasticity.requests(structure.rule, projection.layer, structure.weights),
            **wired,
        )
    along_neurons = by_neuron(structure, projection)
    if gate and neuron.eligibility:
        factor = target_delays.eligibility(structure, projection)
    elif gate:
        factor = gate
    elif neuron.eligibility:
        factor = "eligibility_pre"
    elif along_neurons:
        factor = f"eligibility_pre*{size}" if size else "eligibility_pre"
    else:
        factor = "S_pre" if analog else size
    return Connections(
        structure.weights,
        structure.programming,
        structure.optimizer,
        synaptic_input,
        structure.batched,
        factor,
        along_neurons,
        own,
        **wired,
    )


def by_neuron(structure: Structure, projection: Projection) -> bool:
    """Whether neurons of a layer with a request look at all of their synapses, instead of spiking
    inputs at all of theirs.

    Of the pixels of an image few are bright, but behind a layer half of the inputs spike, and fewer
    neurons have an error. Reads are counted neuron by neuron, which along the synapses of one is no
    vector loop.
    """
    rule = structure.programming
    behind_a_layer = projection.source != INPUTS and projection.is_direct
    return (
        behind_a_layer
        and not projection.kernel
        and not structure.batched
        and not structure.rule
        and rule is not None
        and rule.accumulates
    )
