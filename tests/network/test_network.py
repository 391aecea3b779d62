"""Spikes, local errors and gradients of a network, against autograd and NumPy, in two targets."""

import numpy as np
import pytest

BOX = (-0.4, 0.7)
LOSSES = ["cross-entropy", "mse"]


def check_gradients(net, gradient, steps):
    """Compare spikes, delta and the accumulated gradient after each time step with autograd's on
    the same spikes."""
    layers = range(1, len(net.structure.graph.layers) + 1)
    still = {f"layer_{l}.learning": 0 for l in layers}
    wanted = [f"layer_{l}.{name}" for l in layers for name in ("U", "delta")]
    wanted += [f"synapses_{l}.grad" for l in layers if net.structure.batched]
    sums, inside, gated = {l: 0.0 for l in layers}, 0, 0
    for step, found in enumerate(net.trajectory(steps, wanted, still)):
        S, label = net.spikes(step), net.labels[net.order[step // net.structure.steps]]
        for l in layers:
            w, J = net.start[f"synapses_{l}.w"], net.start[f"classifier_{l}.J"]
            U, delta, grad = gradient(S, w, J, label, net.structure.loss.name, BOX)
            np.testing.assert_allclose(found[f"layer_{l}.U"], U, rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(found[f"layer_{l}.delta"], delta, rtol=1e-5, atol=1e-6)
            sums[l] = sums[l] + grad
            if net.structure.batched:
                np.testing.assert_allclose(
                    found[f"synapses_{l}.grad"], sums[l], rtol=1e-5, atol=2e-6
                )
            inside, gated, S = inside + (delta != 0).sum(), gated + (delta == 0).sum(), U > 0
    assert inside > 5 and gated > 5


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("loss", LOSSES)
def test_errors_and_gradients_are_those_of_autograd(small, gradient, loss, steps):
    check_gradients(small("numpy", loss=loss, steps=steps, batched=True), gradient, steps=3)


@pytest.mark.parametrize("compiled", ["sampled", "dense"])
def test_compiled_errors_and_gradients_are_those_of_autograd(request, gradient, compiled):
    check_gradients(request.getfixturevalue(compiled), gradient, steps=12)


@pytest.mark.parametrize("loss", LOSSES)
def test_on_line_each_step_carries_out_the_gradient_at_the_weights_before_it(small, gradient, loss):
    net = small("numpy", loss=loss, steps=3)
    before = net.start
    wanted = ["synapses_1.w", "synapses_2.w", "layer_1.request", "layer_2.request"]
    for step, found in enumerate(net.trajectory(4, wanted)):
        S, label = net.spikes(step), net.labels[step // 3]
        for l in (1, 2):
            w, eta = before[f"synapses_{l}.w"], net.start[f"layer_{l}.eta"]
            U, delta, grad = gradient(S, w, net.start[f"classifier_{l}.J"], label, loss, BOX)
            np.testing.assert_allclose(
                found[f"layer_{l}.request"], -eta * delta, rtol=1e-5, atol=1e-7
            )
            np.testing.assert_allclose(
                found[f"synapses_{l}.w"] - w, -eta * grad, rtol=1e-4, atol=1e-7
            )
            S = U > 0
        before = found
    assert np.abs(before["synapses_2.w"] - net.start["synapses_2.w"]).max() > 1e-3


def test_rate_code_spikes_as_often_as_pixels_are_bright(small):
    net = small("numpy", layers=(2,), encoder="rate", steps=3, batched=True, loss="mse")
    grad = silent(net, 3 * 64, ["synapses_1.grad"])["synapses_1.grad"][:, 0]
    brightness = net.images[net.order].sum(axis=0) / 255
    variance = (net.images[net.order] / 255 * (1 - net.images[net.order] / 255)).sum(axis=0)
    assert np.all(np.abs(-grad - 3 * brightness) < 4 * np.sqrt(3 * variance))


def silent(net, steps, wanted):
    """A run in which no neuron fires and delta is always -1."""
    still = {
        "layer_1.learning": 0,
        "synapses_1.w": 0 * net.start["synapses_1.w"],
        "classifier_1.J": np.ones((5, 2)),
    }
    return net.run(steps, wanted, still)


def test_latency_code_spikes_once_and_earlier_for_brighter_pixels(small):
    net = small("numpy", layers=(2,), encoder="latency", steps=6, batched=True, loss="mse")
    brightness = net.images[net.order[0]] / 255
    counts = np.array(
        [-silent(net, step, ["synapses_1.grad"])["synapses_1.grad"][:, 0] for step in range(1, 7)]
    )
    expected = np.where(brightness > 0.1, np.floor((1 - brightness) * 5 + 1e-6), 6)
    np.testing.assert_array_equal(6 - counts.sum(axis=0), expected)
    assert set(np.unique(counts)) == {0, 1} and len(set(expected)) > 4


@pytest.mark.parametrize("batched", [False, True])
def test_a_constant_current_is_the_brightness_times_the_weight_in_every_step(small, batched):
    net = small("numpy", layers=(2,), encoder="current", steps=3, batched=batched, loss="mse")
    brightness = net.images[net.order[0]] / 255
    U = net.run(2, ["layer_1.U"], {"layer_1.learning": 0})["layer_1.U"]
    np.testing.assert_allclose(U, brightness @ net.start["synapses_1.w"], rtol=1e-5)
    if batched:
        grad = silent(net, 3, ["synapses_1.grad"])["synapses_1.grad"][:, 0]
    else:  # a single step: the request is eta
        zero = {
            "synapses_1.w": 0 * net.start["synapses_1.w"],
            "classifier_1.J": np.ones((5, 2)),
            "layer_1.eta": 1.0,
        }
        grad = -3 * net.run(1, ["synapses_1.w"], zero)["synapses_1.w"][:, 0]
    np.testing.assert_allclose(-grad, 3 * brightness, rtol=1e-5)


@pytest.mark.parametrize("compiled", ["sampled", "dense"])
def test_without_learning_nothing_changes(request, compiled):
    net = request.getfixturevalue(compiled)
    state = [f"synapses_1.{name}" for name in net.state]
    for learning in (0, 1):
        found = net.run(
            30,
            state,
            {"layer_1.learning": learning, "layer_1.eta": 1.0, "layer_1.presentations": 10},
        )
        assert all(np.array_equal(found[key], net.start[key]) == (not learning) for key in state)


def test_a_value_of_the_wrong_size_is_refused(sampled):
    with pytest.raises(ValueError, match="synapses_1.w: 15 values were given for 960."):
        sampled.run(1, [], {"synapses_1.w": np.zeros(15)})


def test_compiled_and_interpreted_baselines_are_equal(training, mnist):
    images = mnist(6, 6)
    compiled, interpreted = (
        list(training("baseline", images, target=target, epochs=1).epochs())
        for target in ("cpp_standalone", "numpy")
    )
    for one, other in zip(compiled, interpreted):
        for key in ("w_1", "w_2"):
            np.testing.assert_allclose(one.arrays[key], other.arrays[key], rtol=1e-5, atol=1e-7)
        np.testing.assert_array_equal(one.test_accuracy, other.test_accuracy)
    np.testing.assert_array_equal(compiled[1].train_accuracy, interpreted[1].train_accuracy)
    assert all(
        np.abs(compiled[1].arrays[key] - compiled[0].arrays[key]).max() > 1e-3
        for key in ("w_1", "w_2")
    )
