"""A symbol that a neuron and an optimizer or rule both have is the neuron's own under another
name."""

from dataclasses import replace

import numpy as np

from snn_brian.check.loading import load
from snn_brian.declarations import Neuron
from snn_brian.network.clashes import without_clashes

ADAM, COUNTER = load("optimizer", "adam"), load("programming", "counter")
GATED = Neuron(
    name="gated",
    reference="",
    equations="U : 1\nm : 1",
    start_of_step="m = 0.5*m",
    synaptic_input="U_post += c_post*w + 0*m_post",
    threshold="U > 1 + m",
    reset="U = 0; m += 1",
    derivative="int(U > m)",
    parameters=dict(c=2.0),
)


def test_all_mentions_are_renamed_and_nothing_else():
    found = without_clashes(GATED, COUNTER, ADAM)
    assert found.equations == "U : 1\nm_own : 1" and found.parameters == {"c_own": 2.0}
    assert found.synaptic_input == "U_post += c_own_post*w + 0*m_own_post"
    assert found.reset == "U = 0; m_own += 1" and found.name == "gated"
    assert without_clashes(GATED, None, load("optimizer", "sgd")) is GATED


def test_numbers_are_those_of_a_neuron_without_the_clash(training, mnist):
    images = mnist(6, 6)
    for kind, own in (("adam", dict(steps=2)),):
        clean = replace(
            GATED,
            equations="U : 1\nx : 1",
            start_of_step="x = 0.5*x",
            synaptic_input="U_post += c_post*w + 0*x_post",
            threshold="U > 1 + x",
            reset="U = 0; x += 1",
            derivative="int(U > x)",
        )
        found = [
            list(training(kind, images, target="numpy", neuron=neuron, **own).epochs())[-1].arrays
            for neuron in (GATED, clean)
        ]
        np.testing.assert_array_equal(found[0]["w_1"], found[1]["w_1"])
