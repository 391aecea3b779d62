"""Devices that wear, stick, drift and forget, against NumPy; off, nothing changes."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import Clock, Network, NeuronGroup, TimedArray, ms, second, seed
from standalone import numpy_target

from snn_brian.check.loading import declarations, load
from snn_brian.check.single_pair import PULSE, programmed
from snn_brian.declarations import Device, Lognormal, Reliability
from snn_brian.device.reliability import as_law, begun, rested
from snn_brian.device.variation import spread
from snn_brian.network.memristive_pair import MemristivePair

TIOX = load("device", "TiOx")
K = TIOX.K
DEVICES = [each for each, _ in declarations("device").values() if isinstance(each, Device)]


def failing(device=TIOX, **numbers):
    return replace(device, reliability=Reliability(**numbers))


def pulsed(device, requests, start=0.5, size=(6, 5), **kwds):
    """A MemristivePair after requests (steps, neurons) of its own clock."""
    clock = Clock(1 * ms)
    inputs = NeuronGroup(size[0], "", threshold="True", clock=clock)
    neurons = NeuronGroup(size[1], "request : 1", clock=clock)
    asked = TimedArray(np.asarray(requests, float), clock.dt)
    neurons.run_regularly("request = asked(t, i)")
    pair = MemristivePair(
        inputs, neurons, device, PULSE, clock=clock, initial=(start, start), **kwds
    )
    seed(1)
    Network(inputs, neurons, pair).run(len(requests) * clock.dt, namespace={"asked": asked})
    return pair


@pytest.mark.parametrize("device", DEVICES, ids=lambda each: each.name)
def test_off_it_is_the_law_as_it_is(device):
    assert as_law(device) is device


@pytest.mark.parametrize("device", DEVICES, ids=lambda each: each.name)
def test_a_device_that_never_fails_answers_as_without(device):
    requests = np.repeat([[1.0], [3], [-2], [1], [-1]], 2, axis=0)
    lasting = failing(replace(device, cycle_to_cycle=0), endurance=1e7, spread=0)
    with numpy_target():
        expected = programmed(replace(device, cycle_to_cycle=0), PULSE, requests, (K, 1))
        np.testing.assert_allclose(programmed(lasting, PULSE, requests, (K, 1)), expected)


def test_pulses_that_devices_have_seen_add_up_to_the_counters():
    requests = np.array([[1, -2, 0, 3, 1], [0, 1, 0, -4, 1]])
    with numpy_target():
        pair = pulsed(failing(endurance=1e6), requests)
        seen = pair.pulses_seen_plus[:] + pair.pulses_seen_minus[:]
        counts = pair.counts()
    total = counts.potentiation_pulses + counts.depression_pulses
    np.testing.assert_array_equal(np.reshape(seen, (6, 5)).sum(0), total)
    np.testing.assert_array_equal(total, 6 * 2 * np.abs(requests).sum(0))


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_after_its_endurance_a_device_is_stuck_where_it_is(noise):
    """4 pulses of 7: three of the second step, whatever the number in a step, and no noise."""
    device = failing(replace(TIOX, cycle_to_cycle=noise), endurance=4.0, spread=0.0)
    with numpy_target():
        there = pulsed(device, [[1] * 5, [3] * 5])
        stuck = pulsed(device, [[1] * 5, [3] * 5, [5] * 5, [-2] * 5])
        for G in ("G_plus", "G_minus"):
            np.testing.assert_array_equal(getattr(stuck, G)[:], getattr(there, G)[:])
        if not noise:
            alpha, G = TIOX.parameters["alpha_P"], K + 0.5 * (1 - K)
            expected = 1 - (1 - G) * np.exp(-alpha * 4)
            np.testing.assert_allclose(stuck.G_plus[:], expected, rtol=1e-6)
            cut = pulsed(device, [[9] * 5])  # the first four of nine
            np.testing.assert_allclose(cut.G_plus[:], expected, rtol=1e-6)


def test_the_range_closes_towards_its_middle():
    device = failing(closing=100.0, spread=0.0)
    with numpy_target():
        pair = pulsed(device, [[40] * 5, [10] * 5])
        G, seen = K + 0.5 * (1 - K), 0
        alpha = {name: TIOX.parameters[f"alpha_{name}"] for name in "PD"}
        up = down = G
        for n in (40, 10):
            shut = 0.5 * (1 - K) * seen / 100
            up += max(0, (1 - shut - up) * -np.expm1(-alpha["P"] * n))
            down -= max(0, (down - K - shut) * -np.expm1(-alpha["D"] * n))
            seen += n
            shut = 0.5 * (1 - K) * seen / 100
            up, down = min(up, 1 - shut), max(down, K + shut)
        np.testing.assert_allclose(pair.G_plus[:], up, rtol=1e-6)
        np.testing.assert_allclose(pair.G_minus[:], down, rtol=1e-6)
        shut = pulsed(device, [[50] * 5, [-60] * 5])
        np.testing.assert_allclose(shut.G_plus[:], K + 0.5 * (1 - K), rtol=1e-5)


def test_shares_of_devices_are_stuck_at_their_ends():
    device = failing(stuck_on=0.1, stuck_off=0.2, stuck=0.3)
    with numpy_target():
        pair = pulsed(device, np.ones((2, 100)), size=(200, 100), seed=5)
        start = MemristivePair(
            NeuronGroup(200, "", threshold="True"), NeuronGroup(100, "request : 1"), device, PULSE,
            initial=(0.5, 0.5), seed=5,
        )  # fmt: skip
        for side in ("plus", "minus"):
            fate = getattr(pair, f"device_fate_{side}")[:]
            shares = [np.mean(fate == each) for each in (-1, -2, 0, 1)]
            np.testing.assert_allclose(shares, [0.1, 0.2, 0.3, 0.4], atol=0.012)
            G, first = getattr(pair, f"G_{side}")[:], getattr(start, f"G_{side}")[:]
            np.testing.assert_array_equal(G == first, fate < 1)
            np.testing.assert_allclose(G[fate == -1], 1)
            np.testing.assert_allclose(G[fate == -2], K)
            np.testing.assert_allclose(first[fate == 0], K + 0.5 * (1 - K))


def test_endurance_is_lognormal_from_device_to_device():
    device = as_law(failing(endurance=1e4, spread=0.5))
    drawn = spread(device, "endurance", 100_000, np.random.default_rng(1))
    logs = np.log(drawn / 1e4)
    assert abs(logs.mean()) < 0.01 and logs.std() == pytest.approx(0.5, abs=0.01)
    assert isinstance(device.device_to_device["endurance"], Lognormal)


def test_drift_is_a_power_law_since_the_last_pulse():
    device = as_law(failing(drift=0.1, drift_from=2 * second))
    G = np.full(3, 0.9, np.float32)
    values = {"G": G, "since": np.zeros(3, np.float32)}
    for wait in (10.0, 90.0, 1000.0):
        values |= rested(device, values, wait)
    np.testing.assert_allclose(values["G"], 0.9 * (1 + 1100 / 2) ** -0.1, rtol=1e-5)
    assert values["G"].dtype == np.float32


def test_the_clock_of_drift_starts_anew_with_a_pulse_and_only_then():
    device = failing(drift=0.1)
    with numpy_target():
        clock = Clock(1 * ms)
        inputs = NeuronGroup(1, "", threshold="True", clock=clock)
        neurons = NeuronGroup(2, "request : 1", clock=clock)
        pair = MemristivePair(inputs, neurons, device, PULSE, clock=clock, initial=(0.5, 0.5))
        pair.since_plus, pair.since_minus = 7, 8
        neurons.request = [1, 0]
        Network(inputs, neurons, pair).run(1 * ms, namespace={})
        np.testing.assert_array_equal(pair.since_plus[:], [0, 7])
        np.testing.assert_array_equal(pair.since_minus[:], [0, 8])


def test_retention_is_exponential_and_stays_in_the_range():
    device = as_law(failing(retention=7200 * second, rest_at=0.25))
    values = {"G": np.array([K, 0.5, 1.0])}
    home = K + 0.25 * (1 - K)
    expected = home + (values["G"] - home) * np.exp(-0.5)
    np.testing.assert_allclose(rested(device, values, 3600.0)["G"], expected, rtol=1e-6)
    forgotten = rested(
        as_law(failing(drift=1.0)), {"G": np.array([0.9]), "since": np.zeros(1)}, 1e9
    )
    assert forgotten["G"] == K


def test_stuck_devices_neither_drift_nor_forget():
    device = as_law(failing(drift=0.1, retention=3600 * second, stuck=0.5))
    values = {"G": np.array([0.9, 0.9]), "since": np.zeros(2), "fate": np.array([0.0, 1.0])}
    G = rested(device, values, 3600.0)["G"]
    assert G[0] == 0.9 and G[1] < 0.5


def test_those_that_work_begin_where_they_are_drawn():
    G = np.full(4, 0.5, np.float32)
    found = begun(G, np.array([1.0, 0.0, -1.0, -2.0]), np.full(4, 0.1), np.full(4, 0.9))
    np.testing.assert_allclose(found, [0.5, 0.5, 0.9, 0.1])
    assert begun(G, None, 0, 1) is G


def test_a_rest_keeps_devices_in_the_range_that_is_left():
    device = as_law(failing(closing=1000.0, spread=0.0, drift=0.5))
    values = {"G": np.full(1, 0.55), "since": np.zeros(1), "pulses_seen": np.full(1, 800.0)}
    low = K + 0.5 * (1 - K) * 0.8
    np.testing.assert_allclose(rested(device, values, 1e9)["G"], low, rtol=1e-6)


def test_statements_before_the_responses_see_the_range_that_is_left():
    law = replace(
        TIOX.law,
        before="left = G_max - G",
        potentiation="left*(1 - exp(-alpha_P*n))",
    )
    one, other = (
        failing(each, closing=100.0, spread=0.0) for each in (TIOX, replace(TIOX, law=law))
    )
    with numpy_target():
        expected, found = (pulsed(each, [[40] * 5, [3] * 5, [-2] * 5]) for each in (one, other))
        np.testing.assert_allclose(found.G_plus[:], expected.G_plus[:], rtol=1e-6)
        np.testing.assert_allclose(found.G_minus[:], expected.G_minus[:], rtol=1e-6)
