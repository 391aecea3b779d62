"""Eligibility: the traces of presynaptic spikes that a source keeps for all of its synapses, and
where they count.

A neuron's trace follows from the source's spikes alone, so one value for each input serves a whole
row of the crossbar.
"""

from brian2 import NeuronGroup
from brian2.utils.stringtools import get_identifiers

from snn_brian.declarations import Neuron
from snn_brian.network import presentation, substeps
from snn_brian.network.equations import method
from snn_brian.network.joined import PREFIX
from snn_brian.network.source_state import SourceState

# below it an eligibility counts as none, so that rows of inputs that fell silent are left out
LEAST = 1e-3
SPIKES = "\neligibility : 1\n"  # without traces: 1 for a source that spikes in this step, else 0


def equations(neuron: Neuron, leads: bool = False) -> str:
    """Equations that a source gets from the neurons behind it, one of them or one that spikes
    before all layers."""
    if not neuron.eligibility:
        return f"\n{neuron.trace}\n" if neuron.trace else ""
    own = substeps.equations(neuron, spikes=False) if leads else ""
    return f"\n{neuron.trace}\neligibility : 1\n{own}"


def options(neuron: Neuron) -> dict[str, object]:
    """Arguments of a NeuronGroup that spikes before all layers and keeps their traces."""
    return method(neuron) | (substeps.types(neuron) if neuron.eligibility else {})


def events(neuron: Neuron) -> dict[str, str]:
    """`active`: the source's synapses learn in this step."""
    return {"active": "eligibility != 0"} if neuron.eligibility else {}


def parameters(neuron: Neuron) -> dict:
    """The neuron's parameters that its traces use, and those of its synapses, which the inputs
    need too."""
    used = get_identifiers("\n".join([neuron.trace, neuron.source_spike, neuron.eligibility]))
    return {
        name: value
        for name, value in neuron.parameters.items()
        if name in used or name.startswith(PREFIX)
    }


def follow(source: NeuronGroup, neuron: Neuron, number: int) -> None:
    """Let a source evaluate its eligibility just before layer `number` programs."""
    source.run_regularly(
        f"eligibility = {neuron.eligibility}\neligibility *= int(abs(eligibility) > {LEAST})",
        when=f"request_{number}",
        name=f"eligibility_{source.name}",
    )
    source.thresholder["active"].when = f"request_{number}"
    source.thresholder["active"].order = 1


def lead(source: NeuronGroup, neuron: Neuron, kept: SourceState, number: int = 1) -> None:
    """Let a source that spikes before layer `number` keep its traces for it and those behind it,
    and what else its synapses need."""
    kept.advance(source)
    if "spike" in source.resetter:
        source.resetter["spike"].when = f"forward_{number}"
        source.resetter["spike"].order = -1
    if neuron.eligibility:
        substeps.advance(source, neuron)
        follow(source, neuron, number)
    presentation.begin(source, neuron, trace=neuron.trace, anew=kept.anew)


def keep_spikes(layer: NeuronGroup, number: int) -> None:
    """Let a layer without traces keep what it has fired, which a reset would hide from the layer
    behind it."""
    layer.run_regularly(
        "eligibility = S", when=f"fire_{number}", order=1, name=f"eligibility_{layer.name}"
    )
