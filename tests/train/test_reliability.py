"""Devices that wear, drift and forget in a training: by NumPy, cut, resumed, compiled."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import second
from test_lasting import training

from snn_brian.check.loading import load
from snn_brian.declarations import Reliability
from snn_brian.network.layers import Conv
from snn_brian.network.pair import SIDES
from snn_brian.train.training import Training

TIOX = load("device", "TiOx")
EVERYTHING = replace(
    TIOX,
    reliability=Reliability(
        endurance=60.0, closing=400.0, stuck_on=0.02, stuck_off=0.02, stuck=0.02,
        drift=0.05, drift_spread=0.2, drift_from=0.01 * second, retention=20 * second,
    ),
    relaxes_every=3,
)  # fmt: skip
NEURON = load("neuron", "integrate_and_fire")
FORGETFUL = replace(TIOX, reliability=Reliability(retention=0.1 * second), relaxes_every=4)


def arrays(own, **kwds):
    *_, last = own.epochs(**kwds)
    return last.arrays


@pytest.mark.parametrize(
    "changes", [dict(), dict(batch=4), dict(optimizer=load("optimizer", "adam"))]
)
def test_pieces_and_resuming_change_no_bit(changes):
    changes = dict(weights=EVERYTHING) | changes
    whole, pieces = arrays(training(NEURON, **changes)), []
    cut = training(NEURON, piece=8, **changes)
    found = arrays(cut, keep=lambda number, kept: pieces.append(kept))
    resumed = training(NEURON, piece=8, **changes)
    resumed.resume(pieces[-2])
    for other in (found, arrays(resumed)):
        for key in whole:
            if "seconds" not in key:
                np.testing.assert_array_equal(whole[key], other[key], err_msg=key)
    assert whole["since_plus_1"].max() > 0
    seen = sum(whole[f"pulses_seen_{side}_{p}"].sum() for side in SIDES for p in (1, 2))
    assert seen > 0


def test_pulses_seen_are_those_that_were_counted():
    own = training(NEURON, weights=replace(TIOX, reliability=Reliability(endurance=1e6)))
    *_, last = own.epochs()
    seen = [sum(last.arrays[f"pulses_seen_{side}_{p}"].sum() for side in SIDES) for p in (1, 2)]
    counted = own.history.epochs
    counted = own.history.epochs[1:]
    total = sum(each.potentiation_pulses + each.depression_pulses for each in counted)
    np.testing.assert_array_equal(total, seen)


@pytest.mark.parametrize(
    "target, layers, every",
    [
        ("numpy", (12, 8), 4),
        ("numpy", (12, 8), 3),
        ("numpy", (12, 8), 50),
        ("cpp_standalone", (12, 8), 4),
        ("numpy", (Conv(3, kernel=3, stride=2), 8), 3),
    ],
)
def test_without_a_request_devices_forget_as_time_passes(target, layers, every, private_builds):
    """No learning rate, so no pulse: after all presentations, exp(-time/0.1 s) is left, also where
    an epoch of 20 presentations ends between two times."""
    patch = private_builds()
    try:
        device = replace(FORGETFUL, relaxes_every=every)
        own = training(NEURON, target, weights=device, eta=1e-30, epochs=1, layers=layers)
        before = {key: values.copy() for key, values in own.state.items()}
        arrays(own)
    finally:
        patch.undo()
    K, seconds = TIOX.K, own.n_train * own.arm.steps * 1e-3
    for key in ("synapses_1.G_plus", "synapses_2.G_minus"):
        expected = K + (before[key] - K) * np.exp(-seconds / 0.1)
        np.testing.assert_allclose(own.state[key], expected, rtol=1e-5)


def test_a_rest_before_the_test_is_seen_by_the_test_alone(monkeypatch):
    seen = {}
    run = Training._run

    def spy(self, phase, epoch, *args, **kwds):
        inner = self.simulation.run

        def remember(count, seed, values, *further):
            seen.setdefault((phase, epoch), {}).update(values)
            return inner(count, seed, values, *further)

        self.simulation.run = remember
        try:
            return run(self, phase, epoch, *args, **kwds)
        finally:
            self.simulation.run = inner

    monkeypatch.setattr(Training, "_run", spy)
    plain = arrays(training(NEURON, weights=FORGETFUL))
    seen.clear()
    own = training(NEURON, weights=FORGETFUL, rest=0.2 * second)
    rested = arrays(own)
    for key in plain:
        if not key.startswith(("measured_", "seconds")):
            np.testing.assert_array_equal(plain[key], rested[key], err_msg=key)
    G, tested = own.state["synapses_1.G_plus"], seen["test", 2]["synapses_1.G_plus"]
    np.testing.assert_allclose(tested, TIOX.K + (G - TIOX.K) * np.exp(-2), rtol=1e-5)
    w = seen["test", 2]["synapses_1.w"]
    minus = seen["test", 2]["synapses_1.G_minus"]
    np.testing.assert_array_equal(w, tested - minus)


def test_devices_that_are_stuck_begin_at_their_ends():
    own = training(NEURON, weights=EVERYTHING)
    for side in SIDES:
        fate = own.devices[f"synapses_1.device_fate_{side}"]
        G = own.state[f"synapses_1.G_{side}"]
        assert np.all(G[fate == -1] == 1) and np.all(G[fate == -2] == np.float32(TIOX.K))
        assert (fate == -1).any() and (fate == 0).any()


def test_devices_that_are_stuck_are_at_their_ends_also_with_a_start():
    """Faults of trained devices: what was learned is not where a device cannot be."""
    start = training(NEURON).plastic.start()
    start = {
        f"{name}_{p}": start[f"synapses_{p}.{name}"] for name in ("G_plus", "G_minus") for p in "12"
    }
    failing = replace(TIOX, reliability=Reliability(stuck_on=0.3, stuck_off=0.3))
    own = training(NEURON, weights=failing, start=start)
    for side in SIDES:
        fate, G = own.devices[f"synapses_1.device_fate_{side}"], own.state[f"synapses_1.G_{side}"]
        assert np.all(G[fate == -1] == 1) and np.all(G[fate == -2] == np.float32(TIOX.K))
        np.testing.assert_array_equal(G[fate == 1], start[f"G_{side}_1"][fate == 1])
    np.testing.assert_array_equal(
        own.state["synapses_1.w"], own.state["synapses_1.G_plus"] - own.state["synapses_1.G_minus"]
    )
