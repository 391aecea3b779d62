"""Pulses and conductances: the mean of the rounding, the device's law, the limits, and what the
counters say.

All weights are 0 at the start where requests must be known: then no neuron fires, and J alone sets
each request.
"""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import Clock, NeuronGroup, ms, nsecond, volt
from conftest import Small, declared
from standalone import numpy_target

from snn_brian.crossbar.evaluate import carry_out
from snn_brian.data.images import Images
from snn_brian.declarations import Pulse, Reliability
from snn_brian.network.plasticity import requests
from snn_brian.network.synapse import Connections, IdealWeight

K_LINEAR, N = 33.7 / 674, 100
STEP = (1 - K_LINEAR) / N  # one pulse of the linear device
K, ALPHA_P, ALPHA_D = 32.95 / 674, 0.03058, 0.3534  # TiOx
PULSES = np.array(
    [-3.4, -1.7, -1.0, -0.6, -0.05, -5e-4, 0, 8e-4, 0.03, 0.3, 0.9, 0.999, 1.0, 1.25, 2.5, 3.7]
)
SIZES = np.array([1e-4, 6e-4, 0.004, 0.03, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 0.98, 0.999, 1, 2.5])
REQUESTS = np.r_[0, SIZES, -SIZES, 0.5]


def check_mean(n, mean):
    """Draws n (draws, neurons) of a stochastic rounding have this mean, within 4 standard
    errors."""
    fraction = mean - np.floor(mean)
    variance = fraction * (1 - fraction) / len(n)
    assert np.all((n == np.floor(mean)) | (n == np.floor(mean) + (fraction > 0)))
    assert np.all(np.abs(n.mean(axis=0) - mean) <= 4 * np.sqrt(variance) + 1e-9)
    assert np.abs((n.mean(axis=0) - mean).sum()) <= 4 * np.sqrt(variance.sum())


def check_spread(n, mean):
    """Runs n (runs, inputs, neurons) are as different as independent draws are, and no input is
    left out."""
    fraction = mean - np.floor(mean)
    variance = (fraction * (1 - fraction)).sum()
    surplus = (n - mean).sum(axis=(1, 2)) / np.sqrt(variance * n.shape[1])
    assert 0.4 < surplus.std() < 1.8
    by_input = (n - mean).sum(axis=(0, 2)) / np.sqrt(variance * n.shape[0])
    assert np.abs(by_input).max() < 5 and 0.7 < by_input.std() < 1.3


def rounded(net, J, steps, runs):
    """Pulses (runs, inputs, neurons) of the linear device in a white image of label 2."""
    G = np.full_like(net.start["synapses_1.w"], 0.5)
    changes = {
        "synapses_1.w": 0 * G,
        "synapses_1.G_plus": G,
        "synapses_1.G_minus": G,
        "layer_1.eta": 1.0,
        "layer_1.batch": 2,
        "classifier_1.J": np.outer(np.arange(5) == 2, J),
    }
    tables = {"image": np.full((8, 60), 255, np.uint8), "label": np.full(8, 2, np.int32)}
    numbers = []
    for seed in range(runs):
        found = net.run(
            steps,
            [*changes][:3] + ["synapses_1.pulses_P", "synapses_1.pulses_D"],
            changes,
            seed,
            tables,
        )
        n = (found["synapses_1.G_plus"] - 0.5) / STEP
        np.testing.assert_allclose(n, np.rint(n), atol=1e-3)
        np.testing.assert_allclose(found["synapses_1.G_minus"] - 0.5, -STEP * np.rint(n), atol=1e-6)
        np.testing.assert_allclose(found["synapses_1.w"], 2 * STEP * np.rint(n), atol=1e-6)
        for counter in ("pulses_P", "pulses_D"):
            np.testing.assert_array_equal(
                found[f"synapses_1.{counter}"], np.abs(np.rint(n)).sum(axis=0)
            )
        numbers.append(np.rint(n))
    return np.array(numbers)


def test_on_line_the_mean_number_of_pulses_is_the_request(sampled):
    # A request of 2 STEP is one pulse on each device; the error is softmax(0) - 1 = -0.8.
    n = rounded(sampled, PULSES * 2 * STEP / 0.8, steps=1, runs=40)
    check_mean(n.reshape(-1, 16), PULSES)
    check_spread(n, PULSES)


def test_batched_the_mean_number_of_pulses_is_the_request(dense):
    # A batch of two presentations of three steps each; the error is 0 - 1.
    n = rounded(dense, PULSES * 2 * STEP / 6, steps=6, runs=40)
    check_mean(n.reshape(-1, 16), PULSES)
    check_spread(n, PULSES)


def white(label):
    image = np.full((1, 784), 255, np.uint8)
    return Images(
        image,
        np.array([label], np.int32),
        image,
        np.array([label], np.int32),
        10,
        "white",
        (28, 28),
        "",
    )


def test_on_line_a_ternary_event_has_the_probability_of_the_request(training):
    arm = training("ternary", white(3), eta=1.0, epochs=20)
    J = np.outer(np.arange(10) == 3, REQUESTS).astype(np.float32)
    numbers, epochs = [], arm.epochs()
    for _ in range(21):
        arm.classifiers["classifier_1.J"] = J
        G = np.full((784, 30), 0.5, np.float32)
        arm.state |= {"synapses_1.G_plus": G, "synapses_1.G_minus": G, "synapses_1.w": 0 * G}
        epoch = next(epochs)
        numbers.append(np.sign(epoch.arrays["G_plus_1"] - 0.5))
        np.testing.assert_array_equal(np.sign(epoch.arrays["G_minus_1"] - 0.5), -numbers[-1])
    n = np.array(numbers)
    assert not n[0].any()
    check_mean(n[1:].reshape(-1, 30), np.clip(REQUESTS, -1, 1))
    check_spread(n[1:], np.clip(REQUESTS, -1, 1))


def test_batched_a_ternary_event_has_the_probability_of_the_request(small):
    net = small(
        "numpy", layers=(60,), weights="TiOx", programming="ternary", loss="mse", batched=True
    )
    dw = np.tile(np.array([-2.5, -0.6, -0.01, 0.25, 1.4]), 12)
    G = np.full((60, 60), 0.5)
    changes = {
        "synapses_1.w": 0 * G,
        "synapses_1.G_plus": G,
        "synapses_1.G_minus": G,
        "layer_1.eta": 1.0,
        "classifier_1.J": np.outer(np.arange(5) == 2, dw),
    }
    tables = {"image": np.full((8, 60), 255, np.uint8), "label": np.full(8, 2, np.int32)}
    found = [
        net.run(1, ["synapses_1.G_plus"], changes, seed, tables)["synapses_1.G_plus"]
        for seed in range(4)
    ]
    n = np.sign(np.array(found) - 0.5)
    check_mean(n.reshape(-1, 60), np.clip(dw, -1, 1))


@pytest.mark.parametrize("gammas", [(1, 1), (3, 2)])
def test_one_event_follows_the_law_and_is_counted_and_paid(training, mnist, gammas):
    """In one presentation a device has one event at most: Eq. (10); V^2 t G, G the mean of before
    and after."""
    own = training("ternary", mnist(1, 1)).arm
    gamma_P, gamma_D = gammas
    rule = replace(own.programming, parameters=dict(gamma_P=gamma_P, gamma_D=gamma_D))
    device = replace(
        own.weights,
        potentiation_pulse=Pulse(2 * volt, 50 * nsecond),
        depression_pulse=Pulse(-3 * volt, 20 * nsecond),
    )
    arm = training("ternary", mnist(1, 1), epochs=1, eta=0.5, programming=rule, weights=device)
    before, after = arm.epochs()
    for l in (1, 2):
        plus, minus = (before.arrays[f"{name}_{l}"].astype(float) for name in ("G_plus", "G_minus"))
        new_plus, new_minus = (after.arrays[f"{name}_{l}"] for name in ("G_plus", "G_minus"))
        up, down = new_plus > plus, new_plus < plus
        assert up.any() and down.any() and not (up | down).all()

        def changed(G, potentiated, depressed):
            G = np.where(potentiated, 1 - (1 - G) * np.exp(-ALPHA_P * gamma_P), G)
            return np.where(depressed, K + (G - K) * np.exp(-ALPHA_D * gamma_D), G)

        np.testing.assert_allclose(new_plus, changed(plus, up, down), rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(new_minus, changed(minus, down, up), rtol=1e-6, atol=1e-7)
        events = (up | down).sum()
        assert after.potentiation_pulses[l - 1] == gamma_P * events
        assert after.depression_pulses[l - 1] == gamma_D * events
        G, other = 674e-9 * (plus + new_plus) / 2, 674e-9 * (minus + new_minus) / 2
        energy = 2.0**2 * 50e-9 * gamma_P * (
            G[up].sum() + other[down].sum()
        ) + 3.0**2 * 20e-9 * gamma_D * (G[down].sum() + other[up].sum())
        np.testing.assert_allclose(after.write_energy[l - 1], energy, rtol=1e-6)
    assert not before.potentiation_pulses.any() and not before.write_energy.any()


@pytest.mark.parametrize("compiled", ["sampled", "dense"])
def test_linear_devices_stop_at_the_ends_of_their_range(request, compiled):
    net = request.getfixturevalue(compiled)
    names = ["G_plus", "G_minus", "w"]
    found = net.run(
        180,
        [f"synapses_1.{name}" for name in names],
        {"layer_1.eta": 30.0, "layer_1.presentations": 60},
    )
    plus, minus, w = (found[f"synapses_1.{name}"] for name in names)
    for G in (plus, minus):
        assert G.min() == np.float32(K_LINEAR) and G.max() == 1
    np.testing.assert_array_equal(w, plus - minus)


def test_conductances_stay_in_range_through_thousands_of_presentations(training, mnist):
    own = training("ternary", mnist(1, 1)).arm
    everywhere = replace(own.neuron, parameters=dict(u_lo=-1e6, u_hi=1e6))
    arm = training("ternary", mnist(2000, 1), eta=1000.0, epochs=1, neuron=everywhere)
    before, after = arm.epochs()
    for l in (1, 2):
        plus, minus = after.arrays[f"G_plus_{l}"], after.arrays[f"G_minus_{l}"]
        for G in (plus, minus):
            assert G.min() >= np.float32(K) and G.max() <= 1 and np.isfinite(G).all()
        np.testing.assert_array_equal(
            arm.state[f"synapses_{l}.w"].reshape(plus.shape), plus - minus
        )
        assert after.potentiation_pulses[l - 1] > 10 * plus.size


# Its reset changes nothing, since it forgets its potential anyway; but it hides from later code
# what has fired.
RESETTING = replace(declared("neuron", "integrate_and_fire"), name="resetting", reset="U = -1")


@pytest.mark.parametrize(
    "target, neuron",
    [
        ("numpy", "integrate_and_fire"),
        ("cpp_standalone", "integrate_and_fire"),
        ("numpy", RESETTING),
    ],
    ids=["numpy", "cpp_standalone", "resetting"],
)
def test_the_accumulator_pulses_where_requests_have_added_up(small, gradient, target, neuron):
    """Without any random number: the whole course of two layers is that of NumPy."""
    net = small(
        target, layers=(12, 9), weights="TiOx", programming="accumulator", steps=3, neuron=neuron
    )
    theta = net.start["synapses_1.rule_theta"]
    names = ("chi", "G_plus", "G_minus", "w")
    layers = [[net.start[f"synapses_{l}.{name}"].astype(float) for name in names] for l in (1, 2)]
    etas, events = (0.08, 0.06), [0, 0]
    for step in range(12):
        S, label = net.spikes(step), net.labels[step // 3]
        for l, (chi, plus, minus, w) in enumerate(layers):
            U, _, grad = gradient(
                S, w, net.start[f"classifier_{l + 1}.J"], label, "cross-entropy", (-0.4, 0.7)
            )
            chi = chi - etas[l] * grad
            n = np.trunc(chi / theta) * (S[:, None] > 0)
            up_plus, up_minus = (1 - (1 - G) * np.exp(-ALPHA_P * np.abs(n)) for G in (plus, minus))
            down_plus, down_minus = (
                K + (G - K) * np.exp(-ALPHA_D * np.abs(n)) for G in (plus, minus)
            )
            direction = np.sign(n).astype(int) + 1
            plus, minus = (
                np.choose(direction, (down_plus, plus, up_plus)),
                np.choose(direction, (up_minus, minus, down_minus)),
            )
            layers[l] = [chi - n * theta, plus, minus, plus - minus]
            events[l] += np.abs(n).sum()
            S = (U > 0).astype(float)
    for l in (1, 2):
        found = net.run(
            12,
            [f"synapses_{l}.{name}" for name in names],
            {"layer_1.eta": etas[0], "layer_2.eta": etas[1]},
        )
        for name, value in zip(names, layers[l - 1]):
            np.testing.assert_allclose(found[f"synapses_{l}.{name}"], value, atol=2e-6)
        assert events[l - 1] > 20 and np.abs(layers[l - 1][0]).max() > 0
    if target == "cpp_standalone":
        held = [
            "chi[_by_neuron]"
            in (
                net.simulation.folder / "code_objects" / f"synapses_{l}_program_codeobject.cpp"
            ).read_text()
            for l in (1, 2)
        ]
        assert held == [False, True]


VARIED = dict(alpha_P=0.25, alpha_D=0.25, G_max=0.01, G_min=0.05)


@pytest.fixture
def one_event(training, mnist):
    """one_event(**changes of the device) gives the arm, and its devices before and after one
    presentation."""

    def run(**changes):
        own = training("ternary", mnist(1, 1)).arm
        arm = training(
            "ternary", mnist(1, 1), epochs=1, eta=0.5, weights=replace(own.weights, **changes)
        )
        before, after = (
            {side: epoch.arrays[f"G_{side}_1"].astype(float) for side in ("plus", "minus")}
            for epoch in arm.epochs()
        )
        return arm, before, after

    return run


def law(G, potentiated, depressed, alpha_P=ALPHA_P, alpha_D=ALPHA_D, G_max=1.0, G_min=K):
    """Eq. (10) for one pulse."""
    G = np.where(potentiated, G_max - (G_max - G) * np.exp(-alpha_P), G)
    return np.clip(np.where(depressed, G_min + (G - G_min) * np.exp(-alpha_D), G), G_min, G_max)


def test_every_device_of_a_pair_has_its_own_parameters(one_event):
    arm, before, after = one_event(device_to_device=VARIED)
    up = after["plus"] > before["plus"]
    for side, potentiated in (("plus", up), ("minus", after["minus"] > before["minus"])):
        own = {
            name: arm.devices[
                f"synapses_1.{name if name.startswith('G') else 'device_' + name}_{side}"
            ]
            for name in VARIED
        }
        for name, relative in VARIED.items():
            nominal = dict(alpha_P=ALPHA_P, alpha_D=ALPHA_D, G_max=1.0, G_min=K)[name]
            assert own[name].shape == (784, 30)
            assert own[name].std() == pytest.approx(
                0.986 * relative * nominal, rel=0.03
            )  # of a Gaussian cut at 3
        assert (before[side] >= own["G_min"]).all()
        expected = law(before[side], potentiated, after[side] < before[side], **own)
        np.testing.assert_allclose(after[side], expected, rtol=1e-6, atol=1e-7)
        assert potentiated.any()
    assert not np.array_equal(
        arm.devices["synapses_1.device_alpha_P_plus"],
        arm.devices["synapses_1.device_alpha_P_minus"],
    )


def test_each_pulse_differs_from_cycle_to_cycle(one_event):
    """Where the end of the range does not cut it: mean of the law, normal, of the declared spread;
    1 % of the range."""
    arm, before, after = one_event(cycle_to_cycle=0.01)
    scores = []
    for side, other in (("plus", "minus"), ("minus", "plus")):
        moved = after[side] != before[side]
        np.testing.assert_array_equal(moved, after[other] != before[other])
        inside = moved & (
            before[side] > K + 0.06
        )  # whose mean after a depressing pulse is 4 spreads from the end
        up = np.abs(after[side] - law(before[side], True, False)) < np.abs(
            after[side] - law(before[side], False, True)
        )
        scores.append(((after[side] - law(before[side], up, ~up)) / (0.01 * (1 - K)))[inside])
    scores = np.concatenate(scores)
    assert len(scores) > 500
    assert abs(scores.mean()) < 4.5 / np.sqrt(len(scores)) and scores.std() == pytest.approx(
        1, abs=4 / np.sqrt(2 * len(scores))
    )


def test_every_read_is_noisy(private_builds):
    """U = sum S (G_plus - G_minus), with the variance of independent noise of each device, in every
    step anew."""
    patch = private_builds()
    try:
        net = Small(
            "cpp_standalone",
            layers=(40,),
            programming="ternary",
            weights=replace(declared("device", "TiOx"), read_noise=0.1),
        )
    finally:
        patch.undo()
    S = net.spikes(0)
    U = np.array(
        [
            net.run(1, ["layer_1.U"], {"layer_1.learning": 0}, seed)["layer_1.U"]
            for seed in range(30)
        ]
    )
    plus, minus = (net.start[f"synapses_1.{name}"].astype(float) for name in ("G_plus", "G_minus"))
    scores = (U - S @ (plus - minus)) / (0.1 * np.sqrt(S @ (plus**2 + minus**2)))
    assert abs(scores.mean()) < 4.5 / np.sqrt(scores.size)
    assert scores.std() == pytest.approx(1, abs=4.5 / np.sqrt(2 * scores.size))
    assert abs((scores[1:] * scores[:-1]).mean()) < 4.5 / np.sqrt(scores.size)


@pytest.mark.parametrize("target", ["numpy", "cpp_standalone"])
def test_cancelling_reads_each_device_and_moves_it_by_half_of_the_request(small, target):
    """Eq. (11), (12): in the mean over draws, as far as whole pulses follow the law."""
    net = small(target, layers=(24,), weights="TiOx", programming="cancelling", loss="mse")
    dw = np.resize([-0.06, -0.02, -0.003, 0.0, 0.001, 0.015, 0.04, 0.08], 24)
    G = np.full((60, 24), 0.5)
    changes = {
        "synapses_1.w": 0 * G,
        "synapses_1.G_plus": G,
        "synapses_1.G_minus": G,
        "layer_1.eta": 1.0,
        "classifier_1.J": np.outer(np.arange(5) == 2, dw),
    }
    tables = {"image": np.full((8, 60), 255, np.uint8), "label": np.full(8, 2, np.int32)}
    names = [
        "synapses_1.G_plus",
        "synapses_1.G_minus",
        "synapses_1.w",
        "synapses_1.reads",
        "synapses_1.pulses_P",
        "synapses_1.pulses_D",
    ]
    runs = [net.run(1, names, changes, seed, tables) for seed in range(12)]
    np.testing.assert_array_equal(runs[0]["synapses_1.reads"], np.where(dw != 0, 2 * 60, 0))
    for side, direction in (("plus", 1), ("minus", -1)):
        up = direction * dw > 0
        exact = np.where(
            up,
            -np.log(1 - np.abs(dw) / 2 / 0.5) / ALPHA_P,
            -np.log(1 - np.abs(dw) / 2 / (0.5 - K)) / ALPHA_D,
        )
        moved = np.array([run[f"synapses_1.G_{side}"] for run in runs]) - 0.5
        n = np.where(
            up, -np.log(1 - moved / 0.5) / ALPHA_P, -np.log(1 + moved / (0.5 - K)) / ALPHA_D
        )
        np.testing.assert_allclose(n, np.rint(n), atol=1e-3)
        check_mean(np.rint(n).reshape(-1, 24), exact)
    for run in runs:
        np.testing.assert_allclose(
            run["synapses_1.w"], run["synapses_1.G_plus"] - run["synapses_1.G_minus"], atol=1e-7
        )


def test_write_and_verify_brings_the_pair_as_near_as_pulses_come(small):
    """Where both devices are amid their range, what stays owed is less than half a pulse of each;
    what is read is counted."""
    net = small("numpy", layers=(12,), weights="TiOx", programming="write_verify", loss="mse")
    dw = np.linspace(-0.05, 0.05, 12)
    G = np.full((60, 12), 0.3)
    changes = {
        "synapses_1.w": 0 * G,
        "synapses_1.G_plus": G,
        "synapses_1.G_minus": G,
        "layer_1.eta": 1.0,
        "classifier_1.J": np.outer(np.arange(5) == 2, dw),
    }
    tables = {"image": np.full((8, 60), 255, np.uint8), "label": np.full(8, 2, np.int32)}
    found = net.run(
        1,
        [
            "synapses_1.w",
            "synapses_1.owed",
            "synapses_1.reads",
            "synapses_1.pulses_P",
            "synapses_1.pulses_D",
        ],
        changes,
        0,
        tables,
    )
    np.testing.assert_allclose(found["synapses_1.owed"], dw - found["synapses_1.w"], atol=1e-6)
    half_a_pulse = 0.5 * 0.7 * ALPHA_P * np.exp(ALPHA_P) + 0.5 * (0.3 - K) * ALPHA_D * np.exp(
        ALPHA_D / 2
    )
    assert np.abs(found["synapses_1.owed"]).max() < half_a_pulse
    np.testing.assert_array_equal(
        found["synapses_1.reads"], 120 + found["synapses_1.pulses_P"] + found["synapses_1.pulses_D"]
    )
    assert found["synapses_1.pulses_P"].any()


def test_the_counter_pulses_when_it_is_full(small):
    """All requests up, each certain: every M-th count is one pulse on each device, and the counter
    starts again."""
    net = small(
        "cpp_standalone", layers=(16,), weights="TiOx", programming="counter", loss="mse", steps=3
    )
    J = np.outer(np.arange(5) == 2, np.full(16, 1.0))
    tables = {"image": np.full((8, 60), 255, np.uint8), "label": np.full(8, 2, np.int32)}
    changes = {
        "layer_1.eta": 1.0,
        "classifier_1.J": J,
        "layer_1.u_lo": -1e6,
        "layer_1.u_hi": 1e6,
        "synapses_1.w": np.zeros((60, 16)),
        "synapses_1.G_plus": np.full((60, 16), 0.2),
        "synapses_1.G_minus": np.full((60, 16), 0.2),
        "synapses_1.rule_M": 3.0,
    }
    for steps in (2, 3, 4):
        found = net.run(
            steps, ["synapses_1.c", "synapses_1.pulses_P", "synapses_1.w"], changes, 1, tables
        )
        full = steps >= 3
        counted = np.sign(found["synapses_1.w"]) if full else found["synapses_1.c"]
        assert (found["synapses_1.pulses_P"] == 60 * full).all()
        assert (np.abs(found["synapses_1.c"]) == steps - 3 * full).all() and (counted > 0).all()


def test_limited_weights_stay_in_their_range(training, mnist):
    own = training("baseline", mnist(1, 1)).arm
    arm = training(
        "baseline", mnist(300, 1), epochs=1, eta=5.0, weights=replace(own.weights, limit=0.3)
    )
    *_, last = arm.epochs()
    assert np.abs(last.arrays["w_1"]).max() == np.float32(0.3) and np.abs(
        last.arrays["w_2"]
    ).max() == np.float32(0.3)


def test_what_an_optimizer_keeps_for_each_weight_outlives_an_epoch_of_batches():
    """On-line it makes no request, and has nothing to keep."""
    adam, ideal = declared("optimizer", "adam"), declared("device", "ideal")
    assert Connections(ideal, optimizer=adam, batched=True).state == ("w", "m", "v")
    assert Connections(ideal, optimizer=adam).state == ("w",)


@pytest.mark.parametrize("limit, expected", [(None, [-0.9, 0.4, 1.5]), (0.8, [-0.8, 0.4, 0.8])])
def test_an_ideal_weight_takes_a_request_as_it_is_within_its_limit(limit, expected):
    weight = IdealWeight(replace(declared("device", "ideal"), limit=limit))
    code = weight.program("asked", "asked = 2*given")
    found = carry_out(code, {"w": np.array([-1.0, 0.3, 1.4]), "given": 0.05})["w"]
    np.testing.assert_allclose(found, expected)
    assert weight.state == ("w",) and weight.parameters == weight.spreads == {}
    assert not (weight.relaxes or weight.refreshes or weight.transfers)


IDEAL, TIOX, PCM = (declared("device", name) for name in ("ideal", "TiOx", "PCM"))
DRIFTING = replace(TIOX, reliability=Reliability(drift=0.1))
TERNARY, TIKI, ONLY_UP = (
    declared("programming", name) for name in ("ternary", "tiki_taka", "potentiation_only")
)
STDP = replace(declared("plasticity", "stdp"), normalisation=3.0)
LEARNS = {"program_pre": "spike", "program_post": "spike", "weigh": "begins"}


@pytest.mark.parametrize(
    "given, expected",
    [
        (dict(weights=None), {}),
        (dict(weights=IDEAL), {"program": "spike"}),
        (dict(weights=IDEAL, eligibility="eligibility_pre"), {"program": "active"}),
        (dict(weights=IDEAL, by_neuron=True), {"program": "asks"}),
        (dict(weights=IDEAL, batched=True), {"accumulate": "spike", "program": "batch_ends"}),
        (dict(weights=IDEAL, batched=True, eligibility="2*eligibility_pre"),
         {"accumulate": "active", "program": "batch_ends"}),
        (dict(weights=DRIFTING, programming=TERNARY), {"program": "spike", "relax": "rests"}),
        (dict(weights=PCM, programming=ONLY_UP, batched=True),
         {"accumulate": "spike", "program": "batch_ends", "refresh": "refreshes"}),
        (dict(weights=TIOX, programming=TIKI), {"program": "spike", "transfer": "transfers"}),
        (dict(weights=IDEAL, requests=requests(STDP, 1)), LEARNS | {"scale": "begins"}),
        (dict(weights=DRIFTING, programming=TERNARY, requests=requests(STDP, 1)),
         LEARNS | {"relax": "rests"}),
    ],
)  # fmt: skip
def test_pathways_run_at_the_events_that_they_need(given, expected):
    own = Connections(optimizer=declared("optimizer", "adam"), **given)
    assert own.events == {"forward": "spike"} | expected
    assert own.learns == (given["weights"] is not None)
    for each in ("relaxes", "refreshes", "transfers"):
        assert getattr(own, each) == (each[:5] in {path[:5] for path in own.events})
    assert bool(own.places) == ("requests" in given)


def test_an_optimizer_s_names_are_its_own_and_what_it_makes_of_a_gradient_is_its_own():
    """Adam's first step is eta, whatever the gradient; the gradient starts again."""
    own = Connections(TIOX, TERNARY, declared("optimizer", "adam"), batched=True)
    parameters = {k: v for k, v in own.parameters.items() if k.startswith("optimizer_")}
    assert parameters == {
        f"optimizer_{name}": value for name, value in own.optimizer.parameters.items()
    }
    assert set(own.parameters) == {*parameters, *own.carrier.parameters}
    assert own.state == (*own.carrier.state, "m", "v")
    values = parameters | dict(grad=np.array([-3.0, 0.2]), m=0.0, v=0.0, batch_size_post=1)
    found = carry_out(own.batch_update(), values | dict(batches_post=1, eta_post=0.01))
    np.testing.assert_allclose(found["dw"], [0.01, -0.01], rtol=1e-4)
    assert found["grad"] == 0 and "optimizer_" in "".join(found.keys() - values.keys())
    assert {line.split(" : ")[0].strip() for line in own.batch_equations().splitlines()} == {
        *parameters, "grad", "m", "v"
    }  # fmt: skip
    online = Connections(TIOX, TERNARY, declared("optimizer", "adam"))
    assert online.parameters == online.carrier.parameters


@pytest.mark.parametrize("rule", [None, STDP])
@pytest.mark.parametrize("weights, programming", [(IDEAL, None), (DRIFTING, TERNARY)])
def test_a_crossbar_of_a_network_is_strict_and_waits_for_its_values(weights, programming, rule):
    """And sees the time that its devices were left alone, if they drift."""
    own = Connections(
        weights, programming, synaptic_input="U_post += w",
        requests=rule and requests(rule, 1, weights),
    )  # fmt: skip
    with numpy_target():
        variables = ["U", "request", "rest", "x", "y", "learning", "total", "gain"]
        variables += [f"plasticity_{name}" for name in STDP.parameters]
        model, clock = "".join(f"{name} : 1\n" for name in variables), Clock(1 * ms)
        own_events = (dict(begins="False", rests="False") for _ in range(2))
        groups = [
            NeuronGroup(3, model, threshold="U > 1", reset="U = 0", events=each, clock=clock)
            for each in own_events
        ]
        made = own.connect(*groups, name="made")
        assert made.strict and not made.index_arrays and not np.any(made.w[:])
        assert hasattr(made, "relax") == (weights is DRIFTING)
        if weights is DRIFTING:
            assert not np.any(made.G_plus[:]) and "rest_post" in made.relax.code
