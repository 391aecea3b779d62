"""The start of all that learning moves: in its range, by its stream, and whole again after a
run."""

import numpy as np
import pytest

from snn_brian.base.checkpoints import Damaged
from snn_brian.base.errors import SimulationFailed
from snn_brian.check.loading import load
from snn_brian.network.synapse import Connections
from snn_brian.train.arm import Arm
from snn_brian.train.state import Plastic

SHAPES = {"1": (40, 30), "2": (30, 20)}


def stream(name, number):
    return np.random.default_rng([len(name), number])


def plastic(device, rule="ternary"):
    weights, rule = load("device", device), rule and load("programming", rule)
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
