"""Convolutional layers learn as PyTorch's conv2d and autograd say, and as a dense network does that
is summed over the places of the kernel; interpreted and compiled."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from snn_brian.check.loading import load
from snn_brian.declarations import Learning
from snn_brian.network.layers import Conv
from snn_brian.train.recording import Recording, recorded
from snn_brian.train.training import Training

LAYERS = (Conv(4, kernel=5, stride=3), Conv(6, kernel=3, stride=2), 20)
STRIDES = {1: 3, 2: 2}
TIOX = load("device", "TiOx")
ACCUMULATOR = replace(
    load("programming", "accumulator"),
    learning=dict(
        sgd=Learning(eta=0.1, decay=1.0, layer_factors=(1.0, 0.6, 0.3), initial=(0.0, 0.3))
    ),
)
STRONG = replace(
    load("device", "ideal"),
    learning=dict(sgd=Learning(eta=0.05, decay=1.0, layer_factors=(1.0,), initial=(-0.3, 0.3))),
)


@pytest.fixture(scope="module")
def images(mnist):
    return mnist(12, 6)


class Ideal:
    """Weights of each layer."""

    def __init__(self, arrays):
        self.w = {l: torch.tensor(arrays[f"w_{l}"], dtype=torch.float64) for l in (1, 2, 3)}

    def change(self, l, dw):
        self.w[l] = self.w[l] + dw

    def check(self, epoch):
        for l, w in self.w.items():
            np.testing.assert_allclose(epoch.arrays[f"w_{l}"], w, rtol=1e-5, atol=2e-6)


class Pairs:
    """Pairs of devices of each layer under the rule `accumulator`; Eq. (2), (10)."""

    def __init__(self, arrays):
        self.G = {
            l: [
                torch.tensor(arrays[f"{G}_{l}"], dtype=torch.float64) for G in ("G_plus", "G_minus")
            ]
            for l in (1, 2, 3)
        }
        self.chi = {l: 0 * plus for l, (plus, _) in self.G.items()}
        self.begin()

    def begin(self):
        self.pulses = np.zeros(3)

    @property
    def w(self):
        return {l: plus - minus for l, (plus, minus) in self.G.items()}

    def change(self, l, dw):
        chi = self.chi[l] + dw
        n = torch.trunc(chi / 0.05)
        self.chi[l] = chi - 0.05 * n
        self.pulses[l - 1] += float(n.abs().sum())
        alpha_P, alpha_D = TIOX.parameters["alpha_P"], TIOX.parameters["alpha_D"]

        def moved(G, n):
            up, down = n.clamp(min=0), (-n).clamp(min=0)
            G = G + (1 - G) * -torch.expm1(-alpha_P * up)
            return G + (G - TIOX.K) * torch.expm1(-alpha_D * down)

        plus, minus = self.G[l]
        self.G[l] = [moved(plus, n), moved(minus, -n)]

    def check(self, epoch):
        for l, (plus, minus) in self.G.items():
            np.testing.assert_allclose(epoch.arrays[f"G_plus_{l}"], plus, rtol=1e-5, atol=2e-6)
            np.testing.assert_allclose(epoch.arrays[f"G_minus_{l}"], minus, rtol=1e-5, atol=2e-6)
            np.testing.assert_allclose(epoch.arrays[f"chi_{l}"], self.chi[l], rtol=1e-4, atol=5e-6)
        np.testing.assert_array_equal(epoch.potentiation_pulses, self.pulses)
        np.testing.assert_array_equal(epoch.depression_pulses, self.pulses)
        assert np.all(self.pulses > 0)
        self.begin()


def weighted(l, S, w):
    """U of layer l, (images, height, width, maps), or (images, neurons), by PyTorch."""
    if l not in STRIDES:
        return S.reshape(len(S), -1) @ w
    size = int(np.sqrt(len(w) / S.shape[-1]))
    filters = w.reshape(size, size, S.shape[-1], -1).permute(3, 2, 0, 1)
    maps = torch.nn.functional.conv2d(S.permute(0, 3, 1, 2), filters, stride=STRIDES[l])
    return maps.permute(0, 2, 3, 1)


def learn(weights, J, S, labels, etas, box, hits):
    """One request of every weight: the gradient of each layer's own cross-entropy, summed over
    images and places."""
    for l, w in weights.w.items():
        w = w.clone().requires_grad_()
        U = weighted(l, S, w)
        S = (U > 0).double()
        y = S.reshape(len(S), -1) @ J[l]
        hits[l - 1] += int((y.argmax(1) == labels).sum())
        err = torch.softmax(y, 1) - torch.nn.functional.one_hot(labels, 10)
        delta = (err @ J[l].T).reshape(U.shape) * ((U > box[0]) & (U < box[1]))
        (U * delta.detach()).sum().backward()
        weights.change(l, -etas[l - 1] * w.grad)


def repeat(training, weights_of, images, batch, box):
    """The epochs of a training of 1 time step, compared with PyTorch's."""
    first, *epochs = training.epochs()
    weights = weights_of(first.arrays)
    J = {l: torch.tensor(first.arrays[f"J_{l}"], dtype=torch.float64) for l in (1, 2, 3)}
    for epoch in epochs:
        hits, order = np.zeros(3), epoch.arrays["order"]
        for start in range(0, len(order), batch):
            shown = order[start : start + batch]
            S = torch.tensor((images.train_images[shown] > 127).reshape(-1, 28, 28, 1)).double()
            labels = torch.tensor(images.train_labels[shown].astype(int))
            learn(weights, J, S, labels, training.arm.etas(epoch.number), box, hits)
        weights.check(epoch)
        np.testing.assert_allclose(epoch.train_accuracy, hits / len(order))
    return epochs


@pytest.mark.parametrize("batch", [1, 5])
def test_ideal_weights_learn_as_in_pytorch(training, images, batch):
    made = training("baseline", images, layers=LAYERS, batch=batch, target="numpy")
    (*_, last) = repeat(made, Ideal, images, batch, (-0.4, 0.6))
    shapes = [last.arrays[f"w_{l}"].shape for l in (1, 2, 3)]
    assert shapes == [(25, 4), (9 * 4, 6), (3 * 3 * 6, 20)]
    assert last.arrays["J_1"].shape == (8 * 8 * 4, 10)


@pytest.mark.parametrize("target, batch", [("numpy", 1), ("numpy", 5), ("cpp_standalone", 1)])
def test_devices_learn_as_in_pytorch(training, images, target, batch):
    own = dict(programming=ACCUMULATOR, loss="cross-entropy", batch=batch, layers=LAYERS)
    made = training("ternary", images, target=target, **own)
    repeat(made, Pairs, images, batch, (-1, 1))
    assert made.history.counters()["synapses_1.pulses_P"] == (4, np.float64)


@pytest.mark.parametrize("neuron", ["integrate_and_fire", "leaky_integrate_and_fire"])
def test_on_line_a_kernel_with_one_place_is_a_dense_layer(training, images, neuron):
    """Devices that are programmed in every time step, by spikes or by traces."""
    own = dict(programming=ACCUMULATOR, steps=3, epochs=1, target="numpy", eta=1.0)
    own |= dict(neuron=load("neuron", neuron), encoder=load("encoder", "latency"))
    both = []
    for layer in (Conv(8, kernel=28), 8):
        made = training("ternary", images, layers=(layer, 6), **own)
        before, after = made.epochs()
        both.append((before.arrays, after.arrays, after.potentiation_pulses, after.train_accuracy))
    (before, after, pulses, accuracy), (begun, ended, expected, right) = both
    for name in ("G_plus_1", "G_minus_1", "G_plus_2", "chi_1", "J_1"):
        np.testing.assert_array_equal(before[name], begun[name])
        np.testing.assert_allclose(after[name], ended[name], rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(pulses, expected)
    np.testing.assert_array_equal(accuracy, right)
    assert pulses[0] > 10


def test_a_training_that_is_resumed_is_the_same_bit_for_bit(training, images):
    """From a checkpoint within an epoch; devices differ, reads and pulses are drawn."""
    varied = replace(TIOX, device_to_device={"G_max": 0.05}, cycle_to_cycle=0.02, read_noise=0.02)
    own = dict(weights=varied, layers=LAYERS[:1], piece=6, batch=3, target="numpy")
    made, kept = training("ternary", images, **own), []
    whole = [each.arrays for each in made.epochs(keep=lambda _, arrays: kept.append(arrays))]
    made.resume({name: values.copy() for name, values in kept[0].items()})
    again = [each.arrays for each in made.epochs()]
    assert len(kept) == 2 and len(again) == 2
    for one, other in zip(whole[1:], again, strict=True):
        assert one.keys() == other.keys()
        for name in one:
            if "seconds" not in name:
                assert np.asarray(one[name]).tobytes() == np.asarray(other[name]).tobytes(), name
    assert np.any(whole[1]["G_plus_1"] != whole[0]["G_plus_1"])


def unrolled(kernel, w):
    """The weights of a dense layer that does the same."""
    source, target, weight = kernel.unrolled()
    dense = np.zeros((kernel.source, kernel.target), np.float32)
    dense[source, target] = w.ravel()[weight]
    return dense


def summed(kernel, dense):
    source, target, weight = kernel.unrolled()
    values = dense.astype(float)[source, target]
    return np.bincount(weight, values, kernel.rows * kernel.maps).reshape(kernel.shape)


@pytest.mark.parametrize("neuron", ["integrate_and_fire", "leaky_integrate_and_fire"])
def test_it_learns_as_a_dense_network_that_is_summed_over_places(training, images, neuron):
    """One batch of presentations of several steps, with traces, without; and of analog inputs."""
    own = dict(
        neuron=load("neuron", neuron),
        encoder=load("encoder", "latency" if neuron == "integrate_and_fire" else "current"),
        steps=4,
        batch=12,
        epochs=1,
        weights=STRONG,
        target="numpy",
    )
    made = training("baseline", images, layers=LAYERS[:2], **own)
    kernels = [each.kernel for each in made.structure.graph.projections]
    before, after = (epoch.arrays for epoch in made.epochs())
    start = {f"J_{l}": before[f"J_{l}"] for l in (1, 2)}
    start |= {f"w_{l}": unrolled(kernel, before[f"w_{l}"]) for l, kernel in enumerate(kernels, 1)}
    dense = Training(replace(made.arm, layers=tuple(kernel.target for kernel in kernels)), images)
    dense._begin_with(start)
    one, other = dense.epochs()
    for l, kernel in enumerate(kernels, 1):
        moved = summed(kernel, other.arrays[f"w_{l}"] - one.arrays[f"w_{l}"])
        own = after[f"w_{l}"] - before[f"w_{l}"]
        np.testing.assert_allclose(own, moved, rtol=1e-3, atol=1e-6 + 1e-4 * np.abs(moved).max())
        assert np.abs(moved).max() > 1e-4
    np.testing.assert_array_equal(other.train_accuracy, made.history.epochs[-1].train_accuracy)


def test_each_read_of_a_device_has_its_own_noise(training, images):
    """U of the first layer, which sees 12 images twice: its spread over reads is that of the sum of
    its devices' (Eq. 2)."""
    own = dict(programming=ACCUMULATOR, layers=LAYERS[:1], target="numpy", epochs=0)
    silent = training("ternary", images, **own)
    noisy = training("ternary", images, weights=replace(TIOX, read_noise=0.1), **own)
    record = [Recording("layer_1.U", (0, 256), (0, 6))]
    values = []
    for made in (silent, noisy):
        list(made.epochs())
        values.append(recorded(made, record)["layer_1.U"][:, 0])
    (kernel,) = [each.kernel for each in silent.structure.graph.projections]
    squares = sum(silent.state[f"synapses_1.{G}"] ** 2 for G in ("G_plus", "G_minus"))
    spikes = (images.test_images > 127).astype(float)
    spread = 0.1 * np.sqrt(spikes @ unrolled(kernel, squares))
    difference = (values[1] - values[0])[spread > 0] / spread[spread > 0]
    assert len(difference) > 500 and abs(difference.mean()) < 4 / np.sqrt(len(difference))
    assert abs(difference.std() - 1) < 4 / np.sqrt(2 * len(difference))
