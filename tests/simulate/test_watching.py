"""Watching a run changes nothing of it, and tells what the network itself counts."""

import numpy as np
import pytest

LAYERS, STEPS = (9, 7), 3
WANTED = ["synapses_1.w", "layer_2.U", "classes_1.hits", "classes_2.hits"]


@pytest.fixture(scope="module", params=["numpy", "cpp_standalone"])
def net(request, small):
    found = small(request.param, layers=LAYERS, steps=STEPS)
    found.simulation.steps = STEPS
    yield found
    found.simulation.steps = 1  # as the other tests have it


def run(net, presentations, watch, learning=0, first=0):
    values = net.start | {f"layer_{l}.learning": learning for l in (1, 2)}
    tables = {
        "image": (net.images ^ 0x80).view(np.int8),
        "label": net.labels,
        "order": net.order,
    }
    return net.simulation.run(presentations, 5, values, tables, WANTED, first=first, watch=watch)


@pytest.mark.parametrize("first", [0, 4])
def test_a_watched_run_is_the_same_run(net, first):
    alone, classes, spikes = (run(net, 6, what, 1, first) for what in ("", "classes", "spikes"))
    assert alone.answers is None and classes.answers.spikes == {}
    for other in (classes, spikes):
        assert np.array_equal(alone.random_state, other.random_state)
        assert all(np.array_equal(alone.values[key], other.values[key]) for key in WANTED)
    for name in ("classes_1", "classes_2"):
        assert np.array_equal(classes.answers.classes[name], spikes.answers.classes[name])


def test_what_is_right_is_what_is_counted(net):
    outcome = run(net, 40, "classes")
    shown = net.labels[net.order[:40]]
    for name in ("classes_1", "classes_2"):
        right = shown[outcome.answers.classes[name] == shown]
        assert np.array_equal(np.bincount(right, minlength=5), outcome.values[f"{name}.hits"])


def test_spikes_are_those_of_numpy(net):
    """No learning; neurons without memory."""
    spikes = run(net, 8, "spikes").answers.spikes
    assert spikes["layer_1"].shape == (8 * STEPS, 9) and spikes["layer_2"].shape == (8 * STEPS, 7)
    for step in range(8 * STEPS):
        first = net.spikes(step) @ net.start["synapses_1.w"] > 0
        assert np.array_equal(spikes["layer_1"][step], first)
        assert np.array_equal(spikes["layer_2"][step], first @ net.start["synapses_2.w"] > 0)
    assert 0.1 < spikes["layer_1"].mean() < 0.9


def test_classes_are_those_of_numpy(net):
    outcome = run(net, 8, "spikes")
    for l in (1, 2):
        J = net.start[f"classifier_{l}.J"]
        readout = outcome.answers.spikes[f"layer_{l}"].reshape(8, STEPS, -1).sum(axis=1) @ J.T
        assert np.array_equal(outcome.answers.classes[f"classes_{l}"], readout.argmax(axis=1))
