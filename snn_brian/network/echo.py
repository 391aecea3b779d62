"""Spikes of the step before: what a layer fired comes back a step later, as the spikes of another
group.

So a projection within a layer, or back to an earlier one, sees a source like any other, which
spikes before all layers and keeps the traces that belong to it.
"""

from brian2 import NeuronGroup, linked_var

from snn_brian.crossbar.neurons import Neurons
from snn_brian.network import presentation, traces, transfer
from snn_brian.network.equations import parameters, spike_of_size
from snn_brian.network.pair import lines
from snn_brian.network.source_state import SourceState
from snn_brian.network.structure import Structure, echo_name

FIRED = "\nfired : 1\n"  # 1 where a layer has fired in the last step, until it fires again


def keep_fired(layer: NeuronGroup, number: int) -> None:
    """Let a layer keep what it has fired, which a reset would hide from the next step."""
    layer.run_regularly("fired = S", when=f"fire_{number}", order=2, name=f"fired_{number}")


def echo(structure: Structure, layer: NeuronGroup) -> NeuronGroup:
    """The group that fires one step after a layer; a presentation begins in silence, unless the
    neuron goes on from one to the next."""
    neuron, kept = structure.neuron, SourceState(structure.synapse)
    begins = presentation.events(neuron, kept.anew)
    turn, turns = transfer.turns(structure, echo_name(layer.name))
    group = Neurons(
        len(layer),
        traces.equations(neuron, leads=True)
        + kept.equations
        + parameters(traces.parameters(neuron))
        + "before : 1 (linked)\nstep = t_in_timesteps % steps : integer (shared)\n"
        + turn,
        threshold="before != 0" if presentation.goes_on(neuron) else "before != 0 and step > 0",
        reset=lines([kept.spike, spike_of_size(neuron, "1")]) or None,
        events=traces.events(neuron) | (begins if neuron.trace or kept.anew else {}) | turns,
        name=echo_name(layer.name),
        **traces.options(neuron),
    )
    group.before = linked_var(layer, "fired")
    group.thresholder["spike"].when = "encode"
    traces.lead(group, neuron, kept)
    return group
