"""What the groups of a network have in common: parameters, the method of integration, spikes of a
size."""

from collections.abc import Mapping

from brian2 import get_unit
from brian2.units import Quantity
from brian2.utils.stringtools import word_substitute

from snn_brian.declarations import Neuron


def parameters(values: Mapping[str, Quantity | float]) -> str:
    """Equations of shared parameters, so that a compiled network takes other values without being
    compiled again."""
    units = {
        name: repr(get_unit(value.dim)) if isinstance(value, Quantity) else 1
        for name, value in values.items()
    }
    return "".join(f"\n{name} : {unit} (shared, constant)" for name, unit in units.items()) + "\n"


def method(neuron: Neuron) -> dict[str, str]:
    """The argument of a NeuronGroup for it; without one, Brian2 chooses."""
    return {"method": neuron.method} if neuron.method else {}


def spike_of_size(neuron: Neuron, size: str) -> str:
    """What a spike of a source does to its traces."""
    return word_substitute(neuron.source_spike, {"S": size})
