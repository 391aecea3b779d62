"""Labels from responses: classes that were shown more often, never, and neurons that never spiked.

What a layer answers by them is tested in tests/train/test_plasticity.py.
"""

import numpy as np
from brian2 import Clock, NeuronGroup, ms
from standalone import numpy_target
from two_layers import structure

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.network.readout import assigned, assignments

RESPONSES = np.array(  # spikes by (class, neuron), the third class was not shown
    [[8, 1, 0, 4, 8], [3, 1, 0, 4, 1], [0, 0, 0, 0, 0]]
)
PRESENTED = np.array([8, 2, 0])


def test_a_neuron_counts_for_the_class_that_it_responds_to_most_on_average():
    """The first spikes more often for class 0, but each image of class 1 makes it spike more."""
    found = assignments(RESPONSES, PRESENTED)["classifier"]
    expected = [[0, 0, 0, 0, 1], [1 / 3, 1 / 3, 0, 1 / 3, 0], [0, 0, 0, 0, 0]]
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert found.dtype == np.float32


def test_votes_are_in_proportion_to_mean_responses():
    """Each neuron shares one vote among the classes, and each class is the mean of its votes."""
    found = assignments(RESPONSES, PRESENTED)["votes"]
    votes = np.array([[0.4, 0.2, 0, 0.2, 2 / 3], [0.6, 0.8, 0, 0.8, 1 / 3]])
    expected = [*(votes / votes.sum(axis=1, keepdims=True)), np.zeros(5)]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_crossbars_of_classes_are_strict_and_hold_no_numbers_of_neurons():
    with numpy_target():
        made = assigned(structure(), NeuronGroup(9, "", threshold="True", clock=Clock(1 * ms)), 1)
    found = [each for each in made if isinstance(each, Crossbar)]
    assert len(found) == 6
    assert all(each.strict and not each.index_arrays for each in found)


def test_classes_that_were_shown_once_and_never():
    """Mean responses are those to one image; what nobody saw has none."""
    responses, presented = np.array([[3, 1], [1, 1], [0, 0]]), np.array([1, 2, 0])
    found = assignments(responses, presented)
    np.testing.assert_allclose(found["classifier"], [[0.5, 0.5], [0, 0], [0, 0]])
    shares = np.array([[3 / 3.5, 1 / 1.5], [0.5 / 3.5, 0.5 / 1.5]])
    np.testing.assert_allclose(
        found["votes"], [*(shares / shares.sum(axis=1, keepdims=True)), [0, 0]], rtol=1e-6
    )
