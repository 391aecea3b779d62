"""From the gradients of a batch to the change of weight, against written-out SGD and
torch.optim.Adam."""

import numpy as np
import pytest
import torch

BOX = (-0.4, 0.7)
LAYERS = (1, 2)


def batches_of_three(presentations):
    own = {"batch": 3, "presentations": presentations}
    return {f"layer_{l}.{name}": value for l in LAYERS for name, value in own.items()}


def replay(net, gradient, presentations, batch, step):
    """Weights of all layers after the presentations; `step(l, w, gradients of a batch)` gives the
    new weights."""
    w = {l: net.start[f"synapses_{l}.w"].astype(np.float64) for l in LAYERS}
    for first in range(0, presentations, batch):
        gradients = {l: [] for l in LAYERS}
        for number in range(first, min(first + batch, presentations)):
            S = net.spikes(number)
            for l in LAYERS:
                U, _, grad = gradient(
                    S,
                    w[l],
                    net.start[f"classifier_{l}.J"],
                    net.labels[net.order[number]],
                    net.structure.loss.name,
                    BOX,
                )
                gradients[l].append(grad)
                S = U > 0
        w = {l: step(l, w[l], np.array(gradients[l])) for l in LAYERS}
    return w


class Adam:
    """PyTorch's Adam on the mean gradient of each batch, one optimizer for each layer."""

    def __init__(self, w, etas):
        self.w = {l: torch.tensor(w[l], dtype=torch.float64) for l in w}
        self.optimizers = {l: torch.optim.Adam([self.w[l]], lr=etas[l]) for l in w}

    def step(self, l, w, gradients):
        self.w[l].grad = torch.tensor(gradients.mean(axis=0))
        self.optimizers[l].step()
        return self.w[l].numpy().copy()


@pytest.mark.parametrize("presentations", [3, 8])
def test_sgd_takes_the_sum_over_a_batch(small, gradient, presentations):
    net = small("numpy", batched=True)
    found = net.run(
        presentations, [f"synapses_{l}.w" for l in LAYERS], batches_of_three(presentations)
    )
    expected = replay(
        net,
        gradient,
        presentations,
        3,
        lambda l, w, gradients: w - net.start[f"layer_{l}.eta"] * gradients.sum(axis=0),
    )
    for l in LAYERS:
        np.testing.assert_allclose(found[f"synapses_{l}.w"], expected[l], rtol=1e-5, atol=1e-6)
        assert np.abs(expected[l] - net.start[f"synapses_{l}.w"]).max() > 0.01


def test_no_batch_ends_before_its_last_presentation(small):
    net = small("numpy", batched=True)
    before, after = (
        net.run(presentations, ["synapses_1.w"], batches_of_three(8)) for presentations in (2, 3)
    )
    np.testing.assert_array_equal(before["synapses_1.w"], net.start["synapses_1.w"])
    assert np.any(after["synapses_1.w"] != net.start["synapses_1.w"])


def test_a_batch_of_one_is_on_line_learning(small):
    changes = {"layer_1.presentations": 6, "layer_2.presentations": 6}
    batched, on_line = (
        small("numpy", batched=batched).run(6, ["synapses_1.w", "synapses_2.w"], changes)
        for batched in (True, False)
    )
    for key, w in batched.items():
        np.testing.assert_allclose(w, on_line[key], rtol=1e-6, atol=1e-7)
        assert np.any(w != small("numpy", batched=True).start[key])


@pytest.mark.parametrize(
    "presentations", [3, 6, 13]
)  # 1, 2 and 5 batches, the last of these with one presentation
def test_adam_is_that_of_torch(small, gradient, presentations):
    net = small("numpy", batched=True, optimizer="adam")
    found = net.run(
        presentations, [f"synapses_{l}.w" for l in LAYERS], batches_of_three(presentations)
    )
    etas = {l: net.start[f"layer_{l}.eta"] for l in LAYERS}
    adam = Adam({l: net.start[f"synapses_{l}.w"] for l in LAYERS}, etas)
    expected = replay(net, gradient, presentations, 3, adam.step)
    for l in LAYERS:
        start = net.start[f"synapses_{l}.w"]
        np.testing.assert_allclose(
            found[f"synapses_{l}.w"] - start, expected[l] - start, atol=1e-3 * etas[l]
        )
        assert np.abs(expected[l] - start).max() > 0.9 * etas[l]


def test_compiled_adam_goes_on_from_epoch_to_epoch_as_that_of_torch(training, gradient, mnist):
    """Ten presentations in batches of 4, 4 and 2, twice; the learning rate halves."""
    images = mnist(10, 4)
    epochs = list(training("adam", images).epochs())
    w = {l: epochs[0].arrays[f"w_{l}"].astype(np.float64) for l in LAYERS}
    adam = Adam(w, {1: 0.004, 2: 0.6 * 0.004})
    for epoch in epochs[1:]:
        for first in range(0, 10, 4):
            gradients = {l: [] for l in LAYERS}
            for image in epoch.arrays["order"][first : first + 4]:
                S = images.train_images[image] > 127
                for l in LAYERS:
                    U, _, grad = gradient(
                        S,
                        w[l],
                        epoch.arrays[f"J_{l}"].T,
                        images.train_labels[image],
                        "cross-entropy",
                        (-0.4, 0.6),
                    )
                    gradients[l].append(grad)
                    S = U > 0
            w = {l: adam.step(l, w[l], np.array(gradients[l])) for l in LAYERS}
        for l in LAYERS:
            np.testing.assert_allclose(epoch.arrays[f"w_{l}"], w[l], atol=1e-5)
            assert np.abs(w[l] - epochs[0].arrays[f"w_{l}"]).max() > 0.001
            adam.optimizers[l].param_groups[0]["lr"] /= 2


def test_momentum_and_rmsprop_are_those_of_torch_and_sign_is_of_one_size(small, gradient):
    def steps(optimizer, l, start, etas):
        w = torch.tensor(start, dtype=torch.float64)
        if optimizer == "momentum":
            found = torch.optim.SGD([w], lr=etas[l], momentum=0.9)
        else:
            found = torch.optim.RMSprop([w], lr=etas[l], alpha=0.99, eps=1e-8)

        def step(gradients):
            total = gradients.sum(axis=0) if optimizer == "momentum" else gradients.mean(axis=0)
            w.grad = torch.tensor(total)
            found.step()
            return w.numpy().copy()

        return step

    for optimizer in ("momentum", "rmsprop", "sign"):
        net = small("numpy", batched=True, optimizer=optimizer)
        declared = net.structure.optimizer
        given = {
            f"synapses_{l}.optimizer_{name}": value
            for l in LAYERS
            for name, value in declared.parameters.items()
        }
        found = net.run(9, [f"synapses_{l}.w" for l in LAYERS], batches_of_three(9) | given)
        etas = {l: net.start[f"layer_{l}.eta"] for l in LAYERS}
        if optimizer == "sign":
            step = lambda l, w, gradients: w - etas[l] * np.sign(gradients.sum(axis=0))
        else:
            own = {l: steps(optimizer, l, net.start[f"synapses_{l}.w"], etas) for l in LAYERS}
            step = lambda l, w, gradients, own=own: own[l](gradients)
        expected = replay(net, gradient, 9, 3, step)
        for l in LAYERS:
            np.testing.assert_allclose(found[f"synapses_{l}.w"], expected[l], atol=2e-4 * etas[l])
            assert np.abs(expected[l] - net.start[f"synapses_{l}.w"]).max() > 0.5 * etas[l]
