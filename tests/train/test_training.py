"""A whole arm: its arithmetic repeated in NumPy, its random numbers, its tests, and what changes
without compiling."""

from dataclasses import replace

import numpy as np
import pytest

from snn_brian.base.errors import SimulationFailed
from snn_brian.check.loading import load
from snn_brian.train.training import Training

LAYERS = (1, 2)
VARIED = replace(
    load("device", "TiOx"), device_to_device={"G_max": 0.05, "alpha_P": 0.2}, cycle_to_cycle=0.02
)
BY_SPIKE_TIMES = dict(
    plasticity=load("plasticity", "stdp"),
    neuron=load("neuron", "leaky_integrate_and_fire"),
    encoder=load("encoder", "rate"),
    steps=5,
)


def different(one, other):
    """The arrays in which two checkpoints differ by any bit, but for the time that they took."""
    return one.keys() ^ other.keys() or {
        name
        for name in one
        if "seconds" not in name
        and np.asarray(one[name]).tobytes() != np.asarray(other[name]).tobytes()
    }


def forward(S, w, J):
    """Spikes, U and classifier outputs of each layer for one image."""
    for l in LAYERS:
        U = S @ w[l]
        yield S, U, (U > 0) @ J[l]
        S = (U > 0).astype(float)


def accuracy(images, labels, w, J):
    right = [
        [np.argmax(y) == label for _, _, y in forward((image > 127).astype(float), w, J)]
        for image, label in zip(images, labels)
    ]
    return np.mean(right, axis=0)


def weights(epoch):
    if "w_1" in epoch.arrays:
        return {l: epoch.arrays[f"w_{l}"].astype(float) for l in LAYERS}
    return {
        l: (epoch.arrays[f"G_plus_{l}"] - epoch.arrays[f"G_minus_{l}"]).astype(float)
        for l in LAYERS
    }


def classifiers(epoch):
    return {l: epoch.arrays[f"J_{l}"].astype(float) for l in LAYERS}


@pytest.fixture(scope="module")
def ten(mnist):
    return mnist(10, 40)


@pytest.fixture(scope="module")
def baseline(training, ten):
    return list(training("baseline", ten).epochs())


@pytest.fixture(scope="module")
def ternary(training, ten):
    return list(training("ternary", ten).epochs())


def test_the_baseline_is_that_of_numpy(baseline, ten):
    """Ten presentations of an epoch, twice: Eq. (1) to (5), with half the learning rate in the
    second."""
    w, J = weights(baseline[0]), classifiers(baseline[0])
    for epoch in baseline[1:]:
        right = np.zeros(2)
        for image in epoch.arrays["order"]:
            label = ten.train_labels[image]
            for l, (S, U, y) in zip(
                LAYERS, list(forward((ten.train_images[image] > 127).astype(float), w, J))
            ):
                right[l - 1] += np.argmax(y) == label
                err = np.exp(y) / np.exp(y).sum() - np.eye(10)[label]
                delta = (J[l] @ err) * ((U > -0.4) & (U < 0.6))
                w[l] = w[l] - 0.05 * (1.0, 0.6)[l - 1] * 0.5 ** (epoch.number - 1) * np.outer(
                    S, delta
                )
        for l in LAYERS:
            np.testing.assert_allclose(epoch.arrays[f"w_{l}"], w[l], rtol=1e-5, atol=1e-6)
            assert np.abs(w[l] - baseline[0].arrays[f"w_{l}"]).max() > 0.01
        np.testing.assert_allclose(epoch.train_accuracy, right / 10)


def test_accuracies_are_those_of_numpy_with_the_weights_of_the_epoch(baseline, ternary, ten):
    for epoch in baseline + ternary:
        expected = accuracy(ten.test_images, ten.test_labels, weights(epoch), classifiers(epoch))
        np.testing.assert_allclose(epoch.test_accuracy, expected)
        assert np.all((epoch.test_accuracy >= 0) & (epoch.test_accuracy <= 1))
    assert len({tuple(epoch.test_accuracy) for epoch in baseline + ternary}) > 3


def test_epoch_0_is_a_test_of_the_initial_state(baseline, ternary):
    for first in (baseline[0], ternary[0]):
        assert (
            first.number == first.arrays["epoch"] == 0
            and first.train_accuracy is None
            and first.seconds == 0
        )
        assert len(first.arrays["order"]) == first.arrays["batches"] == 0
        assert not np.any([first.potentiation_pulses, first.depression_pulses, first.write_energy])
    for arrays, name, low, high in (
        (baseline[0].arrays, "w", -0.05, 0.05),
        (ternary[0].arrays, "G_plus", 0.1, 0.3),
        (ternary[0].arrays, "G_minus", 0.1, 0.3),
    ):
        for l, shape in ((1, (784, 30)), (2, (30, 20))):
            values = arrays[f"{name}_{l}"]
            assert values.shape == shape and low <= values.min() < values.max() <= high
            assert abs(values.mean() - (low + high) / 2) < 4 * (high - low) / np.sqrt(
                12 * values.size
            )
    assert np.any(ternary[0].arrays["G_plus_1"] != ternary[0].arrays["G_minus_1"])


@pytest.mark.parametrize(
    "arm, changes", [("baseline", {}), ("ternary", {}), ("ternary", BY_SPIKE_TIMES)]
)
def test_it_starts_from_what_it_is_given(training, ten, arm, changes):
    """Weights of pairs follow from the conductances, also where a rule's requests see them."""
    own = training(arm, ten, target="numpy", **changes)
    sides = ("w",) if arm == "baseline" else ("G_plus", "G_minus")
    random = np.random.default_rng(4)
    given = {f"{side}_1": random.uniform(0.1, 0.3, (784, 30)).astype("f4") for side in sides}
    begun, (first, *second) = Training(own.arm, ten, given), given.values()
    expected = first - second[0] if second else first
    np.testing.assert_array_equal(begun.state["synapses_1.w"], expected)
    np.testing.assert_array_equal(begun.state["synapses_2.w"], own.state["synapses_2.w"])


def test_classifiers_are_uniform_and_fixed(baseline):
    for l, neurons in ((1, 30), (2, 20)):
        J, limit = baseline[0].arrays[f"J_{l}"], 3 / np.sqrt(neurons)
        assert (
            J.shape == (neurons, 10)
            and -limit <= J.min() < -0.9 * limit
            and 0.9 * limit < J.max() <= limit
        )
        for epoch in baseline:
            np.testing.assert_array_equal(epoch.arrays[f"J_{l}"], J)


def test_each_epoch_shows_every_image_once_in_another_order(baseline):
    orders = [epoch.arrays["order"] for epoch in baseline[1:]]
    assert all(sorted(order) == list(range(10)) for order in orders)
    assert not np.array_equal(*orders) and not np.array_equal(orders[0], np.arange(10))


def test_both_arms_share_classifiers_and_orders(baseline, ternary):
    for one, other in zip(baseline, ternary):
        for name in ("J_1", "J_2", "order"):
            np.testing.assert_array_equal(one.arrays[name], other.arrays[name])


def test_the_same_seed_gives_the_same_bits_and_another_gives_others(training, ten, ternary):
    again, other = (list(training("ternary", ten, seed=seed).epochs()) for seed in (3, 4))
    for epoch, repeated, unlike in zip(ternary, again, other):
        assert not different(epoch.arrays, repeated.arrays)
        for name in ("G_plus_1", "G_minus_2", "J_1", "J_2"):
            assert np.any(epoch.arrays[name] != unlike.arrays[name])
        np.testing.assert_array_equal(epoch.test_accuracy, repeated.test_accuracy)
    assert np.any(ternary[1].arrays["order"] != other[1].arrays["order"])


def test_each_epoch_draws_numbers_of_its_own(training, mnist):
    """The same image from the same state, in two epochs."""
    arm = training("ternary", mnist(1, 1))
    epochs = arm.epochs()
    next(epochs)
    start = dict(arm.state)
    first = next(epochs)
    arm.state = start
    second = next(epochs)
    np.testing.assert_array_equal(first.train_accuracy, second.train_accuracy)
    pulsed = [
        epoch.arrays["G_plus_1"].ravel() != start["synapses_1.G_plus"].ravel()
        for epoch in (first, second)
    ]
    assert np.any(pulsed[0] != pulsed[1])


@pytest.mark.parametrize(
    "arm, changes",
    [
        ("ternary", {}),  # on-line, pulses drawn
        ("ternary", dict(piece=3)),
        (
            "ternary",
            dict(
                piece=4,
                optimizer="adam",
                batch=4,
                weights=VARIED,
                programming=load("programming", "ternary"),
            ),
        ),
        ("adam", dict(piece=8)),
    ],
    ids=["epochs", "pieces", "batches of devices that differ", "weights"],
)
def test_a_training_that_is_resumed_is_the_same_bit_for_bit(training, ten, arm, changes):
    """From every checkpoint that an uninterrupted training gives."""
    training = training(arm, ten, **changes)

    def go_on():
        kept = []
        for epoch in training.epochs(keep=lambda number, arrays: kept.append(arrays)):
            kept.append(epoch.arrays)
        return kept

    whole = go_on()
    for done in reversed(range(len(whole))):
        training.resume({name: values.copy() for name, values in whole[done].items()})
        rest = go_on()
        assert [different(*pair) for pair in zip(rest, whole[done + 1 :], strict=True)] == [
            set()
        ] * len(rest)
    assert len(whole) == {None: 3, 3: 9, 4: 7, 8: 5}[changes.get("piece")]
    assert len(
        {arrays["G_plus_1" if arm == "ternary" else "w_1"].tobytes() for arrays in whole}
    ) == len(whole)


def test_numbers_change_without_compiling_again(training, ten, mnist):
    """Learning rate, batch, device, rule, neuron, encoder and the number of images are arguments of
    a run."""
    adam, ternary = training("adam", ten), training("ternary", ten)
    own = ternary.arm
    device, neuron = own.weights, replace(own.neuron, parameters=dict(u_lo=-2.0, u_hi=0.5))
    other = training(
        "ternary",
        mnist(3, 5),
        eta=0.7,
        seed=9,
        epochs=7,
        neuron=neuron,
        encoder=replace(own.encoder, parameters=dict(theta=0.2)),
        programming=replace(own.programming, parameters=dict(gamma_P=4.0, gamma_D=2.0)),
        weights=replace(device, parameters=dict(alpha_P=0.1, alpha_D=0.2), G_min=device.G_min / 2),
    )
    assert other.simulation.folder == ternary.simulation.folder
    assert (
        training("adam", mnist(3, 5), eta=0.7, batch=7, neuron=neuron).simulation.folder
        == adam.simulation.folder
    )
    assert adam.simulation.folder != ternary.simulation.folder


@pytest.mark.parametrize(
    "arm, said",
    [
        ("ternary", "synapses_1.G_plus is out of its device's range after epoch 1"),
        ("baseline", "layer_1.U is not finite after epoch 1"),
    ],
)
def test_a_program_that_leaves_nonsense_ends_the_training(training, ten, monkeypatch, arm, said):
    arm = training(arm, ten)
    run = arm.simulation.run

    def wrong(*given):
        outcome = run(*given)
        for key, value in (("synapses_1.G_plus", 1.0001), ("layer_1.U", np.nan)):
            if key in outcome.values:
                outcome.values[key][3] = value
        return outcome

    monkeypatch.setattr(arm.simulation, "run", wrong)
    with pytest.raises(SimulationFailed, match=said):
        list(arm.epochs())


def test_a_state_that_is_not_finite_ends_the_training(training, ten):
    arm = training("baseline", ten)
    epochs = arm.epochs()
    next(epochs)
    arm.state["synapses_2.w"][4, 4] = np.inf
    with pytest.raises(
        SimulationFailed, match="synapses_2.w is not finite after epoch 1; a smaller --eta may help"
    ):
        next(epochs)


@pytest.mark.parametrize(
    "arm, changes",
    [("ternary", {}), ("ternary", dict(optimizer="adam", batch=10))],
    ids=["on-line", "mini-batch"],
)
def test_the_result_does_not_depend_on_threads(training, mnist, arm, changes):
    """One layer wide enough that threads share its columns."""
    rule = load("programming", "ternary")
    results = []
    for threads in (1, 2):
        *_, last = training(
            arm,
            mnist(20, 5),
            layers=(1200,),
            programming=rule,
            epochs=1,
            threads=threads,
            **changes,
        ).epochs()
        results.append(last)
    assert results[0].potentiation_pulses[0] > 1000
    assert not different(results[0].arrays, results[1].arrays)


@pytest.mark.parametrize("batched", [False, True])
@pytest.mark.parametrize("target", ["numpy", "cpp_standalone"])
def test_pulses_beyond_32_bits_end_the_training(training, ten, target, batched):
    """At eta = 1e9, most requests ask for more."""
    changes = dict(optimizer="adam", batch=5) if batched else {}
    arm = training(
        "ternary",
        ten,
        weights=load("device", "linear"),
        programming=load("programming", "stochastic_rounding"),
        eta=1e12,
        target=target,
        **changes,
    )
    with pytest.raises(SimulationFailed, match="is no count after epoch 1: .*smaller --eta.$"):
        list(arm.epochs())


@pytest.mark.parametrize("target", ["numpy", "cpp_standalone"])
def test_a_huge_request_keeps_its_direction(small, target):
    """Ternary pulses go where the request does, however large it is."""
    network = small(target, layers=(16,), steps=3, weights="TiOx", programming="ternary")
    wanted = ["synapses_1.w", "layer_1.request"]
    found = network.run(1, wanted, {"layer_1.eta": 1e12})
    moved = found["synapses_1.w"] - network.start["synapses_1.w"]
    request = found["layer_1.request"]
    assert (request > 0).any() and (request < 0).any()
    spiking = network.spikes(0) > 0
    np.testing.assert_array_equal(
        np.sign(moved[spiking]), np.tile(np.sign(request), (spiking.sum(), 1))
    )
