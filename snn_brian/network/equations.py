"""What the groups of a network have in common: parameters, the method of integration, spikes of a
size."""

from collections.abc import Mapping

from brian2 import get_dimensions, get_unit
from brian2.units.fundamentalunits import DIMENSIONLESS
from brian2.utils.stringtools import word_substitute

from snn_brian.declarations import Neuron
from snn_brian.network.heterogeneity import Value, differs


def parameters(values: Mapping[str, Value]) -> str:
    """Equations of parameters, shared where neurons do not differ, so that a compiled network takes
    other values without being compiled again."""
    lines = []
    for name, value in values.items():
        dimensions = get_dimensions(value)
        unit = 1 if dimensions is DIMENSIONLESS else repr(get_unit(dimensions))
        lines.append(f"\n{name} : {unit} ({'' if differs(value) else 'shared, '}constant)")
    return "".join(lines) + "\n"


def method(neuron: Neuron) -> dict[str, str]:
    """The argument of a NeuronGroup for it; without one, Brian2 chooses."""
    return {"method": neuron.method} if neuron.method else {}


def spike_of_size(neuron: Neuron, size: str) -> str:
    """What a spike of a source does to its traces."""
    return word_substitute(neuron.source_spike, {"S": size})
