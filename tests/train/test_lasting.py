"""State that a neuron keeps lasts: from epoch to epoch, into tests and back out, in checkpoints,
and however an epoch is cut into pieces."""

from dataclasses import replace

import numpy as np
import pytest
from test_digests import images

from snn_brian.check.loading import declarations, load
from snn_brian.declarations import Network, Neuron, Projection
from snn_brian.network.lasting import lasting_state
from snn_brian.network.presentation import lasting
from snn_brian.train.arm import Arm
from snn_brian.train.training import Training

NEURONS = {name: found for name, (found, _) in declarations("neuron").items()}
LEAKY = NEURONS["leaky_integrate_and_fire"]
RISING = Neuron(
    name="rising",
    reference="a threshold that rises with each spike and never falls",
    equations="U : 1\ntheta : 1",
    start_of_presentation="U = 0",
    start_of_step="",
    synaptic_input="U_post += w",
    threshold="U > theta",
    reset="U = 0; theta += 0.01",
    derivative="int(abs(U - theta) < 1)",
)
# Nothing is set anew: membrane, traces and the time of the last spike go on.
GOING_ON = Neuron(
    name="going_on",
    reference="",
    equations="dU/dt = -U/(20*ms) : 1 (unless refractory)",
    start_of_presentation="",
    start_of_step="",
    synaptic_input="U_post += w",
    threshold="U > 0.05",
    reset="U = 0",
    refractory="3*ms",
    derivative="int(U > -1)",
    trace="dp/dt = -p/(20*ms) : 1",
    source_spike="p += S",
    eligibility="p",
)
AGAIN = Network("again", "", [Projection("again", "layer_1", "layer_1")])
DELAYED = Network(
    "delayed",
    "",
    [
        Projection("again", "layer_1", "layer_1", delay="2 + 4*j"),
        Projection("skip", "inputs", "layer_2", delay=40),
        Projection("far", "inputs", "layer_2", delay="3 + 9*(i % 5)"),
        Projection("2", "layer_1", "layer_2", delay="j % 4"),
        Projection("1", "inputs", "layer_1"),
    ],
    chain=False,
)
SHORT = Network(
    "short",
    "",
    [
        Projection("skip", "inputs", "layer_2", delay=2),
        Projection("far", "inputs", "layer_2", delay="i % 3"),
    ],
)


def training(neuron, target="numpy", start=None, **changes):
    own = dict(
        layers=(12, 8), neuron=neuron, encoder=load("encoder", "rate"),
        weights=load("device", "TiOx"), programming=load("programming", "ternary"),
        optimizer=load("optimizer", "sgd"), loss=load("loss", "mse"), batch=1, steps=3, eta=None,
        epochs=2, seed=6, target=target,
    )  # fmt: skip
    return Training(Arm(**own | changes), images(), start)


def test_what_lasts_is_what_nothing_sets_anew():
    assert lasting(RISING) == ["theta"] and lasting(GOING_ON) == ["U"]
    assert {name: lasting(each) for name, each in NEURONS.items()} == (
        dict.fromkeys(NEURONS, []) | {"conductance_adaptive": ["theta"]}
    )
    own = training(GOING_ON, network=AGAIN)
    layers = {f"layer_{l}.{name}" for l in (1, 2) for name in ("U", "lastspike", "not_refractory")}
    traces = {"inputs.p", "layer_1.p", "layer_1_before.p"}
    assert set(lasting_state(own.structure)) == layers | traces | {"layer_1.fired"}
    own = training(GOING_ON, network=DELAYED)
    lines = {f"delayed_{name}" for name in ("again", "skip", "2")}
    past = {f"{name}.past_0" for name in (*lines, "delayed_far")}
    past |= {f"delayed_{name}.past_1" for name in ("again", "skip", "far")}
    traces = {f"{name}.p" for name in ("inputs", *lines)}
    traces |= {f"delayed_far.p_after_{steps}" for steps in (3, 12, 21, 30, 39)}
    assert set(lasting_state(own.structure)) == layers | traces | past


def test_a_threshold_goes_on_from_epoch_to_epoch_and_comes_out_of_tests_as_it_went_in():
    """Each spike in training adds 0.01, and no other does."""
    own = training(RISING, epochs=3)
    epochs, means = own.epochs(), []
    for epoch in epochs:
        means.append(epoch.arrays["layer_1.theta"].mean())
        np.testing.assert_array_equal(own.lasting["layer_1.theta"], epoch.arrays["layer_1.theta"])
    assert means[0] == 0 and np.all(np.diff(means) > 0.01)
    steps = np.array(epoch.arrays["layer_1.theta"]) / 0.01
    np.testing.assert_allclose(steps, np.rint(steps), atol=1e-3)


@pytest.mark.parametrize("name", [*NEURONS, "rising", "going_on"])
def test_pieces_of_an_epoch_change_no_bit(name):
    neuron = NEURONS.get(name) or {"rising": RISING, "going_on": GOING_ON}[name]
    whole, cut = ([*training(neuron, piece=piece).epochs()][-1].arrays for piece in (None, 7))
    assert whole.keys() == cut.keys()
    for key in whole:
        if "seconds" not in key:
            np.testing.assert_array_equal(whole[key], cut[key], err_msg=key)


@pytest.mark.parametrize("neuron", ["going_on", "integrate_and_fire"])
def test_what_is_under_way_outlives_a_piece_where_the_neuron_does(neuron):
    """Delays longer than a presentation need neurons that go on."""
    network = DELAYED if neuron == "going_on" else SHORT
    neuron = NEURONS.get(neuron, GOING_ON)
    whole, cut = (
        [*training(neuron, network=network, piece=piece).epochs()][-1].arrays for piece in (None, 4)
    )
    for key in whole:
        if "seconds" not in key:
            np.testing.assert_array_equal(whole[key], cut[key], err_msg=key)
    assert ("delayed_skip.past_1" in whole) == (network is DELAYED)
    if network is DELAYED:
        assert whole["delayed_skip.past_1"].any() and whole["delayed_far.p_after_39"].any()
        assert np.any(whole["layer_1.lastspike"] > -1)


@pytest.mark.parametrize("target", ["numpy", "cpp_standalone"])
def test_a_training_that_is_resumed_within_an_epoch_keeps_what_lasts(target, private_builds):
    patch = private_builds()
    try:
        pieces, changes = [], dict(network=DELAYED, piece=7)
        one = training(GOING_ON, target, **changes)
        *_, expected = one.epochs(keep=lambda number, arrays: pieces.append(arrays))
        other = training(GOING_ON, target, **changes)
        other.resume(pieces[-2])  # 7 presentations into the second epoch
        *_, found = other.epochs()
        for key, values in expected.arrays.items():
            if "seconds" not in key:
                np.testing.assert_array_equal(found.arrays[key], values, err_msg=key)
        assert np.any(expected.arrays["layer_1.lastspike"] > -1)
        *_, whole = training(GOING_ON, target, network=DELAYED).epochs()
        for key, values in whole.arrays.items():
            if "seconds" not in key:
                np.testing.assert_array_equal(expected.arrays[key], values, err_msg=key)
    finally:
        patch.undo()


def test_equations_see_whether_there_is_learning(small):
    counting = replace(RISING, equations="U : 1\ntheta : 1", start_of_step="theta += learning")
    net = small("numpy", neuron=replace(counting, reset="U = 0", name="counting"))
    for learning, expected in ((1, 4), (0, 0)):
        found = net.run(4, ["layer_1.theta"], {"layer_1.learning": learning})
        np.testing.assert_array_equal(found["layer_1.theta"], expected)


def test_two_epochs_are_one_of_twice_as_many_presentations():
    """Of the same image, from which nothing is learned: neurons that are refractory at the end of
    an epoch are so for what is left of their time."""
    ends = []
    for epochs, count in ((1, 10), (2, 5)):
        own = training(GOING_ON, encoder=load("encoder", "threshold"), epochs=epochs, eta=0.0)
        one = images()
        shown = replace(
            one,
            train_images=np.repeat(one.train_images[:1], count, axis=0),
            train_labels=np.repeat(one.train_labels[:1], count),
        )
        *_, last = Training(own.arm, shown).epochs()
        ends.append({key: last.arrays[key] for key in own.lasting})
    whole, halves = ends
    assert np.any(whole["layer_1.lastspike"] > -3e-3) and not whole["layer_1.not_refractory"].all()
    for key in whole:
        np.testing.assert_allclose(halves[key], whole[key], rtol=1e-6, atol=1e-9, err_msg=key)


def test_a_prediction_within_an_epoch_knows_the_time_of_the_last_spikes():
    """Neurons that go on are refractory for 3 ms, not since the epoch's time."""
    given = dict(piece=10, epochs=1, encoder=load("encoder", "threshold"))  # draws nothing
    own, found = training(GOING_ON, **given), []

    def later(number, arrays):
        other = training(GOING_ON, **given)
        other.adopt(arrays)
        found.extend((own.predict(), other.predict()))

    *_, _ = own.epochs(keep=later)
    one, other = found
    assert all(fired.any() for fired in one.spikes)
    for here, there in zip(one.spikes, other.spikes):
        np.testing.assert_array_equal(here, there)


def test_what_lasts_is_0_of_its_type_and_a_neuron_is_free_and_has_never_spiked():
    neuron = replace(GOING_ON, equations=f"{GOING_ON.equations}\nflag : boolean\nk : 1")
    found = lasting_state(training(neuron).structure)
    assert found["layer_2.flag"].dtype == bool and not found["layer_2.flag"].any()
    assert found["layer_2.not_refractory"].dtype == bool and found["layer_2.not_refractory"].all()
    assert np.all(found["layer_1.lastspike"] < -1e3) and found["layer_1.lastspike"].dtype == float
    for key in ("layer_1.U", "layer_2.k", "inputs.p", "layer_1.p"):
        assert found[key].dtype == np.float32 and not found[key].any()
