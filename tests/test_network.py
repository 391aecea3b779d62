"""Spikes, local errors, gradients and the readout of a network, against autograd and NumPy, in two targets."""
import numpy as np
import pytest

BOX = (-0.4, 0.7)
LOSSES = ["cross-entropy", "mse"]


def check_gradients(net, gradient, steps):
    """Compare spikes, delta and the accumulated gradient after each time step with autograd's on the same spikes."""
    layers = range(1, len(net.structure.layers) + 1)
    still = {f"layer_{l}.learning": 0 for l in layers}
    wanted = ["inputs._spikespace"] + [f"layer_{l}.{name}" for l in layers for name in ("_spikespace", "delta")]
    wanted += [f"synapses_{l}.grad" for l in layers if net.structure.batched]
    sums, inside, gated = {l: 0.0 for l in layers}, 0, 0
    for step, found in enumerate(net.trajectory(steps, wanted, still)):
        S, label = found["inputs._spikespace"], net.labels[net.order[step // net.structure.steps]]
        for l in layers:
            w, J = net.start[f"synapses_{l}.w"], net.start[f"classifier_{l}.J"]
            fired, delta, grad = gradient(S, w, J, label, net.structure.loss.name, BOX)
            np.testing.assert_array_equal(found[f"layer_{l}._spikespace"], fired)
            np.testing.assert_allclose(found[f"layer_{l}.delta"], delta, rtol=1e-5, atol=1e-6)
            sums[l] = sums[l] + grad
            if net.structure.batched:
                np.testing.assert_allclose(found[f"synapses_{l}.grad"], sums[l], rtol=1e-5, atol=2e-6)
            inside, gated, S = inside + (delta != 0).sum(), gated + (delta == 0).sum(), fired
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
    wanted = ["inputs._spikespace", "synapses_1.w", "synapses_2.w", "layer_1.request", "layer_2.request"]
    for step, found in enumerate(net.trajectory(4, wanted)):
        S, label = found["inputs._spikespace"], net.labels[step // 3]
        for l in (1, 2):
            w, eta = before[f"synapses_{l}.w"], net.start[f"layer_{l}.eta"]
            fired, delta, grad = gradient(S, w, net.start[f"classifier_{l}.J"], label, loss, BOX)
            np.testing.assert_allclose(found[f"layer_{l}.request"], -eta * delta, rtol=1e-5, atol=1e-7)
            np.testing.assert_allclose(found[f"synapses_{l}.w"] - w, -eta * grad, rtol=1e-4, atol=1e-7)
            S = fired
        before = found
    assert np.abs(before["synapses_2.w"] - net.start["synapses_2.w"]).max() > 1e-3


def check_readout(net, steps):
    """The hits of each class, where outputs often tie, against NumPy's argmax of the sum over a presentation."""
    random = np.random.default_rng(2)
    presentations, per_step = 20, net.structure.steps
    still, found = {}, {}
    for l, neurons in enumerate(net.structure.layers, 1):
        J = random.integers(-1, 2, (len(net.start[f"classifier_{l}.J"]), neurons)).astype(np.float32)
        J[3] = J[1]  # class 3 never wins
        still |= {f"layer_{l}.learning": 0, f"classifier_{l}.J": J}
    wanted = [f"classes_{l}.{name}" for l in range(1, len(net.structure.layers) + 1) for name in ("hits", "Y")]
    found = net.run(presentations * per_step, wanted, still)
    for l in range(1, len(net.structure.layers) + 1):
        expected, ties, changed = np.zeros(5), 0, 0
        for label, image in zip(net.labels[net.order[:presentations]], net.images[net.order[:presentations]]):
            each = []
            for step in range(per_step):
                S = (image / 255 > (1 + step) / (1 + per_step)).astype(np.float32)
                for m in range(1, l + 1):
                    S = (S @ net.start[f"synapses_{m}.w"] > 0).astype(np.float32)
                each.append(still[f"classifier_{l}.J"] @ S)
            Y = sum(each)
            expected[label] += np.argmax(Y) == label
            ties += Y[label] == Y.max() and (Y == Y.max()).sum() > 1
            changed += np.argmax(Y) != np.argmax(each[-1])
        np.testing.assert_array_equal(found[f"classes_{l}.hits"], expected)
        np.testing.assert_array_equal(found[f"classes_{l}.Y"], Y)
        assert expected.sum() > 0 and ties > 0 and (changed > 0 or per_step == 1)
        assert expected[3] == 0


@pytest.mark.parametrize("steps", [1, 2])
def test_hits_are_those_of_argmax_over_the_sum_of_all_steps(small, steps):
    check_readout(small("numpy", steps=steps, batched=True), steps)


def test_compiled_hits_are_those_of_argmax(dense):
    check_readout(dense, 3)


def test_compiled_and_interpreted_baselines_are_equal(training, mnist):
    images = mnist(6, 6)
    compiled, interpreted = (list(training("baseline", images, target=target, epochs=1).epochs())
                             for target in ("cpp_standalone", "numpy"))
    for one, other in zip(compiled, interpreted):
        for key in ("w_1", "w_2"):
            np.testing.assert_allclose(one.arrays[key], other.arrays[key], rtol=1e-5, atol=1e-7)
        np.testing.assert_array_equal(one.test_accuracy, other.test_accuracy)
    np.testing.assert_array_equal(compiled[1].train_accuracy, interpreted[1].train_accuracy)
    assert all(np.abs(compiled[1].arrays[key] - compiled[0].arrays[key]).max() > 1e-3 for key in ("w_1", "w_2"))
