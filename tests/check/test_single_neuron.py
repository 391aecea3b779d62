"""A neuron by itself answers as its equations say."""

from dataclasses import replace

import numpy as np
from brian2 import prefs

from snn_brian.check.loading import declarations
from snn_brian.check.single_neuron import fires, response
from snn_brian.declarations import Neuron

HALVING = Neuron(
    name="halving",
    reference="",
    equations="U : 1",
    start_of_presentation="U = 8",
    start_of_step="U = U/2",
    synaptic_input="U_post += gain_post*w",
    threshold="U > 5",
    reset="U = 0",
    derivative="1.0",
    parameters=dict(gain=3.0),
)


def test_the_course_of_U_is_that_before_the_reset_and_starts_as_declared():
    target = prefs.codegen.target
    found = response(HALVING, [0, 1, 2], 5)
    np.testing.assert_allclose(
        found.U, [[4, 2, 1, 0.5, 0.25], [7, 3, 4.5, 5.25, 3], [10, 6, 6, 6, 6]]
    )
    assert [list(each) for each in found.spikes] == [[], [0, 3], [0, 1, 2, 3, 4]]
    np.testing.assert_allclose(found.rates, [0, 0.4, 1])
    assert prefs.codegen.target == target


def test_refractoriness_holds():
    found = response(replace(HALVING, refractory="3*ms"), [2], 7)
    assert list(found.spikes[0]) == [0, 3, 6]


def test_a_threshold_that_no_drive_reaches():
    assert fires(declarations("neuron")["integrate_and_fire"][0])
    assert not fires(replace(HALVING, start_of_presentation=None, threshold="U > 601"))
    assert fires(
        replace(HALVING, start_of_presentation=None, threshold="U > 599")
    )  # 300 + 150 + ...
