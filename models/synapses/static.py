"""Nothing between a spike and the neuron: a spike does what the neuron's `synaptic_input` says."""

from snn_brian.declarations import Synapse

static = Synapse(
    name="static",
    reference="a weight and no state, as static_synapse in NEST",
)
