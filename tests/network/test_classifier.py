"""The readout of a local classifier, against NumPy, in two targets."""

import numpy as np
import pytest

from snn_brian.crossbar.crossbar import Crossbar


def check_readout(net):
    """The hits of each class, where outputs often tie, against NumPy's argmax of the sum over a
    presentation."""
    random = np.random.default_rng(2)
    layers, T, presentations = (
        range(1, len(net.structure.graph.layers) + 1),
        net.structure.steps,
        20,
    )
    J = {
        l: random.integers(-1, 2, net.start[f"classifier_{l}.J"].shape).astype(np.float32)
        for l in layers
    }
    Y = {l: np.zeros((presentations, 5)) for l in layers}
    last_step = np.zeros((presentations, 5))
    for step in range(presentations * T):
        S = net.spikes(step)
        for l in layers:
            S = (S @ net.start[f"synapses_{l}.w"] > 0).astype(np.float32)
            Y[l][step // T] += J[l] @ S
        last_step[step // T] = J[1] @ (net.spikes(step) @ net.start["synapses_1.w"] > 0)
    first = Y[1].argmax(axis=1)
    last = 4 - Y[1][:, ::-1].argmax(axis=1)  # of those that tie
    labels = np.where(np.arange(8) % 2, first[:8], last[:8]).astype(np.int32)
    changes = {f"layer_{l}.learning": 0 for l in layers} | {
        f"classifier_{l}.J": J[l] for l in layers
    }
    wanted = [f"classes_{l}.{name}" for l in layers for name in ("hits", "Y")]
    found = net.run(presentations * T, wanted, changes, tables={"label": labels})
    shown = labels[net.order[:presentations]]
    for l in layers:
        hits = np.bincount(shown[Y[l].argmax(axis=1) == shown], minlength=5)
        np.testing.assert_array_equal(found[f"classes_{l}.hits"], hits)
        np.testing.assert_array_equal(found[f"classes_{l}.Y"], Y[l][-1])
    assert 0 < (first == shown).sum() < presentations  # some ties are won and some are lost
    assert T == 1 or np.any(last_step.argmax(axis=1) != first)


@pytest.mark.parametrize("steps", [1, 2])
def test_hits_are_those_of_argmax_over_the_sum_of_all_steps(small, steps):
    check_readout(small("numpy", steps=steps, batched=True))


def test_compiled_hits_are_those_of_argmax(dense):
    check_readout(dense)


def test_crossbars_of_classes_are_strict_and_hold_no_numbers_of_neurons(small):
    made = small("numpy", layers=(9,)).simulation.groups.values()
    found = {each.name: each for each in made if isinstance(each, Crossbar)}
    assert {"classifier_1", "ranking_1", "competition_1"} < found.keys()
    assert all(each.strict and not each.index_arrays for each in found.values())
