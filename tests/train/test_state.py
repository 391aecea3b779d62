"""The start of all that learning moves: in its range, by its stream, and whole again after a
run."""

from dataclasses import replace

import numpy as np
import pytest

from snn_brian.base.checkpoints import Damaged
from snn_brian.base.errors import SimulationFailed
from snn_brian.check.loading import load
from snn_brian.declarations import Reliability
from snn_brian.network.pair import internal
from snn_brian.network.synapse import Connections
from snn_brian.train.arm import Arm
from snn_brian.train.state import Plastic

SHAPES = {"1": (40, 30), "2": (30, 20)}


def stream(name, number):
    return np.random.default_rng([len(name), number])


def plastic(device, rule="ternary", **changes):
    weights = load("device", device) if isinstance(device, str) else device
    rule = load("programming", rule) if isinstance(rule, str) else rule
    arm = Arm(
        layers=(30, 20),
        neuron=load("neuron", "integrate_and_fire"),
        encoder=load("encoder", "threshold"),
        weights=weights,
        programming=rule,
        optimizer=load("optimizer", "adam"),
        batch=10,
        loss=load("loss", "mse"),
        steps=1,
        eta=None,
        epochs=1,
        seed=0,
        **changes,
    )
    return Plastic(
        arm, Connections(weights, rule, load("optimizer", "adam"), batched=True), SHAPES, stream
    )


@pytest.mark.parametrize(
    "device, rule", [("TiOx", "ternary"), ("TiOx_varied", "ternary"), ("ideal", None)]
)
def test_a_start_passes_its_own_check_and_is_the_same_again(device, rule):
    own = plastic(device, rule)
    one, two = own.start(), own.start()
    assert set(one) == set(own.keys) and all(np.array_equal(one[key], two[key]) for key in own.keys)
    own.check({key: array.ravel() for key, array in one.items()}, "at the start", Damaged)
    assert {array.shape for key, array in one.items() if key.startswith("synapses_1")} == {
        SHAPES["1"]
    }
    assert not np.array_equal(one["synapses_1.w"][:30, :20], one["synapses_2.w"])


def test_a_pair_is_kept_without_the_weight_that_follows_from_it():
    own = plastic("TiOx")
    start = own.start()
    kept = {key: start[key].ravel() for key in own.independent}
    assert not [key for key in kept if key.endswith(".w")]
    again = own.whole(kept)
    assert all(np.array_equal(again[key], start[key]) for key in start)


STDP = load("plasticity", "stdp")


@pytest.mark.parametrize("seen", [False, True])
def test_a_weight_follows_from_conductances_unless_it_is_kept_since_requests_see_it(seen):
    """Of a learning rule; also in its last bit, and without it where it is not given."""
    own = plastic("TiOx", **(dict(plasticity=STDP) if seen else {}))
    start = own.start()
    for p, shape in SHAPES.items():
        w, plus, minus = (start[f"synapses_{p}.{name}"] for name in ("w", "G_plus", "G_minus"))
        assert w.shape == shape and np.array_equal(w, plus - minus) and np.any(w != 0)
        if seen:
            np.testing.assert_array_equal(minus, np.float32(own.weights.K))
    assert own.keeps_w == seen == ("synapses_1.w" in own.independent)
    other = {key: values + np.float32(1e-3) for key, values in start.items()}
    found = own.whole({key: values.ravel() for key, values in other.items()})
    expected = (
        other["synapses_1.w"]
        if seen
        else other["synapses_1.G_plus"] - start["synapses_1.G_minus"] - np.float32(1e-3)
    )
    np.testing.assert_allclose(found["synapses_1.w"], expected, atol=1e-7)
    del other["synapses_1.w"]
    assert np.array_equal(
        own.whole(other)["synapses_1.w"],
        other["synapses_1.G_plus"] - other["synapses_1.G_minus"],
    )


def test_ideal_weights_are_what_is_kept():
    own = plastic("ideal", None)
    assert own.independent == own.keys and not own.keeps_w and own.sides == ()
    start = own.start()
    assert (
        set(np.unique(start["synapses_1.m"])) == {0} and len(np.unique(start["synapses_1.w"])) > 9
    )
    low, high = own.interval
    assert low <= start["synapses_1.w"].min() < start["synapses_1.w"].max() <= high
    assert own.devices == own.references == {}


def test_devices_of_each_projection_are_drawn_apart_in_units_of_the_network():
    own = plastic("TiOx_varied")
    for p, shape in SHAPES.items():
        ends = [own.devices[f"synapses_{p}.{name}"] for name in ("G_max_plus", "G_min_minus")]
        assert [each.shape for each in ends] == [shape] * 2
        assert [each.dtype for each in ends] == [np.float32] * 2
        assert abs(ends[0].mean() - 1) < 0.01 and abs(ends[1].mean() - own.weights.K) < 0.001
    assert not np.array_equal(
        own.devices["synapses_1.G_max_plus"][:30, :20], own.devices["synapses_2.G_max_plus"]
    )


@pytest.mark.parametrize("device", ["TiOx", "TiOx_varied"])
def test_a_device_that_is_read_in_turn_starts_at_its_symmetry_point(device):
    rule = load("programming", "tiki_taka")
    own = plastic(device, replace(rule, learning=dict(adam=rule.learning["sgd"])))
    start = own.start()
    for p in SHAPES:
        assert np.array_equal(start[f"synapses_{p}.G_A"], own.references[p])
        varied = device == "TiOx_varied"
        assert (f"synapses_{p}.reference_A" in own.devices) == varied
        assert (len(np.unique(own.references[p])) > 9) == varied
    assert plastic(device).references == {}


def test_devices_that_are_stuck_stay_where_they_are_and_others_drift():
    reliability = Reliability(stuck_on=0.2, stuck_off=0.3, drift=0.1)
    own = plastic(replace(load("device", "TiOx"), reliability=reliability))
    state = own.start()
    fate, G = own.devices["synapses_1.device_fate_plus"], state["synapses_1.G_plus"]
    on, off = fate == -1, fate == -2
    assert on.mean() == pytest.approx(0.2, abs=0.05) and off.mean() == pytest.approx(0.3, abs=0.05)
    assert np.all(G[on] == 1) and np.all(G[off] == np.float32(own.weights.K))
    after = own.rested(state, 3.0)
    drifted = np.where(on | off, G, np.maximum(G * 4**-0.1, own.weights.K))
    np.testing.assert_allclose(after["synapses_1.G_plus"], drifted, rtol=1e-6)
    works = ~(on | off)
    assert np.all(after["synapses_1.since_plus"][works] == 3)
    np.testing.assert_array_equal(
        after["synapses_1.w"], after["synapses_1.G_plus"] - after["synapses_1.G_minus"]
    )


@pytest.mark.parametrize(
    "key, value, told",
    [
        ("synapses_1.G_plus", 1.001, "is out of its device's range"),
        ("synapses_2.G_minus", 0.04, "is out of its device's range"),
        ("synapses_2.w", np.nan, "is not finite"),
        ("synapses_1.m", np.inf, "is not finite"),
        ("layer_1.U", np.nan, "is not finite"),
    ],
)
def test_what_cannot_be_is_told(key, value, told):
    own = plastic("TiOx")
    state = own.start() | {"layer_1.U": np.zeros(30, np.float32)}
    own.check(
        state | {"layer_1.U": np.full(30, np.inf, np.float32)}, "", Damaged
    )  # a neuron without a limit
    state[key].flat[5] = value
    with pytest.raises(Damaged, match=f"{key} {told} after epoch 3"):
        own.check(state, "after epoch 3", Damaged)


@pytest.mark.parametrize("end, within, beyond", [("G_max", min, 1.001), ("G_min", max, 0.999)])
@pytest.mark.parametrize("side", ["plus", "minus"])
def test_the_range_is_that_of_each_device(side, end, within, beyond):
    """Also where a device that is declared, and the other one of the pair, go further."""
    own = plastic("TiOx_varied")
    state, ends = own.start(), own.devices[f"synapses_1.{end}_{side}"].ravel()
    place = list(ends).index(within(ends))
    for factor in (1, beyond):
        state[f"synapses_1.G_{side}"].flat[place] = ends[place] * np.float32(factor)
        if factor == 1:
            own.check(state, "", Damaged)
    with pytest.raises(Damaged, match=f"synapses_1.G_{side} is out of its device's range at once"):
        own.check(state, "at once", Damaged)


@pytest.mark.parametrize(
    "name",
    ["pulses_P", "pulses_D", "load_P", "load_D", "reads", "load_R"]
    + ["erasing_pulses", "refresh_pulses", "refresh_reads"],
)
def test_a_count_that_is_none_has_overflowed(name):
    own = plastic("linear", "stochastic_rounding")
    values = {f"layer_2.{name}": np.array([0.0, 3e9, 7])}
    own.check(values, "after epoch 1", SimulationFailed)
    for wrong in (-(2.0**31), np.inf, np.nan):
        values[f"layer_2.{name}"][1] = wrong
        with pytest.raises(
            SimulationFailed, match=rf"^layer_2.{name} is no count after epoch 1: .*smaller --eta.$"
        ):
            own.check(values, "after epoch 1", SimulationFailed)


def test_projections_are_numbered_from_1_in_the_streams():
    asked, own = [], plastic("TiOx_varied")
    own.stream = lambda name, number: asked.append((name, number)) or stream(name, number)
    own.start()
    parts = own.weights, load("programming", "ternary"), load("optimizer", "adam")
    own._devices(Connections(*parts, batched=True))
    assert asked == [(name, number) for name in ("initial", "devices") for number in (1, 2)]


def test_parameters_of_a_law_differ_around_their_own_value():
    own = plastic("TiOx_varied")
    for side in ("plus", "minus"):
        for symbol in ("alpha_P", "alpha_D"):
            drawn = own.devices[f"synapses_1.{internal(symbol, side)}"]
            value = own.weights.parameters[symbol]
            # 25 % in each of 1200 devices: within 5 of the mean's own deviations
            assert drawn.mean() == pytest.approx(value, rel=5 * 0.25 / np.sqrt(1200))
