"""Spikes through one synapse, against the arithmetic of Tsodyks and Markram."""

import numpy as np

from snn_brian.check.loading import load
from snn_brian.check.single_synapse import effect


def test_jumps_are_those_of_the_recursion():
    arrivals = np.zeros(200, bool)
    arrivals[[0, 5, 20, 180]] = True
    found = effect(
        load("synapse", "tsodyks_markram"), load("neuron", "leaky_integrate_and_fire"), arrivals
    )
    u, x, before, expected = 0.0, 1.0, 0, []
    for time in np.flatnonzero(arrivals):
        u *= np.exp(-(time - before) / 1)
        x = 1 + (x - 1) * np.exp(-(time - before) / 800)
        u, before = u + 0.5 * (1 - u), time
        expected.append(8 * u * x)
        x -= u * x
    np.testing.assert_allclose(found.jumps["I"], np.outer([1, -1], expected), rtol=1e-9)
    assert found.values["I"].shape == (2, 200)
