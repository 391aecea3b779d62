"""The names of a network's variables."""


def test_neurons_tell_their_state(sampled):
    """All real numbers of neurons and classes, none of them shared, whatever the target."""
    found = set(sampled.simulation.neuron_state)
    assert {"layer_1.U", "layer_1.delta", "layer_1.request", "classes_1.err"} <= found
    assert not found & {"layer_1.eta", "layer_1.i", "synapses_1.w"}
