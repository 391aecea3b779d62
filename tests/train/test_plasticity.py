"""Layers that learn from the times of spikes: the numbers of NumPy, step by step, and a training
that goes on as if nothing had come in between."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import ms
from test_digests import images

from snn_brian.check.loading import load
from snn_brian.declarations import Network, Neuron, Projection
from snn_brian.train.arm import Arm
from snn_brian.train.assignment import Assignment
from snn_brian.train.training import Training

leaky = Neuron(
    name="leaky",
    reference="",
    equations="U : 1",
    start_of_step="U = 0.9*U",
    synaptic_input="U_post += w",
    threshold="U > 1.5",
    reset="U = 0",
    derivative="int(abs(U) < 1)",
)
STEPS, DT = 6, 1.0
INHIBITION = Projection("inhibition", "layer_1", "layer_1", fixed="-0.3*int(i != j)")
LATERAL = Network("lateral", "", (INHIBITION,))


def arm(rule="stdp", weights="ideal", programming=None, neuron=leaky, **more):
    fields = dict(
        layers=(7,), neuron=neuron, encoder=load("encoder", "threshold"),
        weights=load("device", weights),
        programming=load("programming", programming) if programming else None,
        optimizer=load("optimizer", "sgd"), loss=load("loss", "cross-entropy"), batch=1,
        steps=STEPS, eta=None, epochs=1, seed=6, target="numpy", dt=DT * ms,
        plasticity=load("plasticity", rule), network=LATERAL,
    )  # fmt: skip
    return Arm(**fields | more)


class ByHand:
    """The same layer in NumPy. `ask` gives the changes of w at spikes of inputs, and of neurons."""

    def __init__(self, w, total=0.0):
        self.w, self.total = w.astype(float), total

    def present(self, pixels, learning):
        """Spikes of each neuron in a presentation."""
        inputs = pixels / 255 > 0.5
        x, y = np.zeros(len(self.w)), np.zeros(self.w.shape[1])
        U, before, count = np.zeros(len(y)), np.zeros(len(y)), np.zeros(len(y))
        if self.total and learning:
            self.w = np.clip(self.w * self.total / self.w.sum(axis=0), 0, 1)
        for _ in range(STEPS):
            U, x, y = 0.9 * U, x * np.exp(-DT / 20), y * np.exp(-DT / 20)
            x[inputs] += 1
            U += self.w[inputs].sum(axis=0) - 0.3 * (before.sum() - before)
            fired = U > 1.5
            if learning:
                self.w[inputs] = np.clip(self.w[inputs] - 0.0105 * y, 0, 1)
                self.w[:, fired] = np.clip(self.w[:, fired] + 0.01 * x[:, None], 0, 1)
            U[fired], y[fired] = 0, y[fired] + 1
            before, count = fired.astype(float), count + fired
        return count


@pytest.mark.parametrize("total", [0.0, 4.0])
def test_pairs_of_spikes_and_labels_are_those_of_numpy(total):
    data = images()
    rule = replace(load("plasticity", "stdp"), normalisation=total)
    training = Training(arm(plasticity=rule), data)
    hand = ByHand(training.state["synapses_1.w"], total)
    *_, last = training.epochs()
    for image in last.arrays["order"]:
        hand.present(data.train_images[image].ravel(), learning=True)
    assert np.abs(hand.w - training.plastic.start()["synapses_1.w"]).max() > 0.05
    np.testing.assert_allclose(last.arrays["w_1"], hand.w, rtol=1e-4, atol=1e-5)
    # labels by the responses to training images, answers to test images by labels
    responses = np.zeros((4, 7))
    for image, label in zip(data.train_images, data.train_labels):
        responses[label] += hand.present(image.ravel(), learning=False)
    mean = responses / np.bincount(data.train_labels, minlength=4)[:, None]
    label = mean.argmax(axis=0)
    J = np.array(
        [[(label[i] == k) / max(1, (label == k).sum()) for k in range(4)] for i in range(7)]
    )
    J[responses.sum(axis=0) == 0] = 0
    np.testing.assert_allclose(last.arrays["J_1"], J, rtol=1e-5)
    share = mean / np.maximum(mean.sum(axis=0), 1e-9)
    votes = share / share.sum(axis=1, keepdims=True)
    for name, readout in (("classes", J.T), ("voters", votes)):
        confusion = np.zeros((4, 4), int)
        for image, truth in zip(data.test_images, data.test_labels):
            found = readout @ hand.present(image.ravel(), learning=False)
            confusion[truth, np.argmax(np.round(found, 5))] += 1
        np.testing.assert_array_equal(last.arrays[f"confusion_{name}_1"], confusion)
        if name == "classes":
            assert last.test_accuracy[0] == pytest.approx(np.trace(confusion) / 5)


RULES = [
    ("diehl_cook", "ideal", None),
    ("stdp", "TiOx", "ternary"),
    ("target_trace", "TiOx", "counter"),
    ("reward_stdp", "TiOx", "accumulator"),
    ("triplet_stdp", "TiOx", "counter"),
    ("dopamine_stdp", "TiOx", "ternary"),
    ("diehl_cook", "EpiRAM", "ternary"),
]


@pytest.mark.parametrize("rule, weights, programming", RULES)
def test_a_training_that_goes_on_is_the_same_bit_for_bit(rule, weights, programming):
    neuron = load("neuron", "adaptive_threshold")
    neuron = replace(neuron, parameters=neuron.parameters | {"strength": 4.0})
    own = dict(
        rule=rule, weights=weights, programming=programming, neuron=neuron, epochs=2,
        encoder=load("encoder", "rate"), steps=8,
    )  # fmt: skip
    pieces, data = [], images()
    whole = list(Training(arm(**own), data).epochs())
    cut = Training(arm(**own, piece=10), data)
    for _ in cut.epochs(keep=lambda number, arrays: pieces.append(arrays)):
        pass
    again = Training(arm(**own, piece=10), data)
    again.resume(pieces[-1])
    *_, last = again.epochs()
    for name, values in whole[-1].arrays.items():
        if "seconds" not in name:
            np.testing.assert_array_equal(last.arrays[name], values, err_msg=name)
    moved = [key for key in again.state if key.endswith((".w", ".G_plus"))]
    start = again.plastic.start()
    assert all(np.any(again.state[key] != start[key]) for key in moved)
    if programming:
        # a pair is read, and goes on below 0 by no more than what waits for its pulse
        assert last.reads.sum() > 0 and last.reads[0] % 2 == 0
        w = last.arrays["G_plus_1"] - last.arrays["G_minus_1"]
        assert w.min() > -0.45 and np.mean(w < -0.1) < 0.1
        assert last.potentiation_pulses.sum() > 0 and last.depression_pulses.sum() > 0
        assert whole[0].arrays["G_minus_1"].max() < 0.06  # all at G_min


@pytest.mark.parametrize("weights, programming", [("ideal", None), ("TiOx", "ternary")])
def test_nothing_is_learned_in_a_test(weights, programming, monkeypatch):
    training = Training(arm("stdp", weights, programming), images())
    if programming:  # outside the bounds of the rule: no reason to program it now
        training.state["synapses_1.G_minus"][:] = 0.9
        del training.state["synapses_1.w"]
        training.state = training.plastic.whole(training.state)
    kept = training.plastic.keys
    monkeypatch.setattr(Assignment, "wanted", kept)
    before = {key: training.state[key].copy() for key in kept}
    shown = np.arange(20, dtype=np.int32)
    outcome = training._run("test", 0, shown, 3, lambda done: None)
    for key in kept:
        np.testing.assert_array_equal(outcome.values[key], before[key].ravel())


def test_reward_has_the_sign_of_the_neurons_class():
    """Neurons of the image's class are strengthened where inputs spike, all others are weakened."""
    rule = replace(
        load("plasticity", "reward_stdp"), normalisation=0.0,
        on_post="eta*(reward_post + 0*x_pre + 0*punishment + 0*x_tar)",
    )  # fmt: skip
    training = Training(arm(plasticity=rule), images())
    before = training.plastic.start()["synapses_1.w"]
    data = images()
    *_, last = training.epochs()
    hand = before.astype(float)
    for image in last.arrays["order"]:
        hand_layer = ByHand(hand)
        count = np.zeros(7)
        # rewards change all weights of a neuron alike, at each of its spikes
        U, fired_before = np.zeros(7), np.zeros(7)
        inputs = data.train_images[image].ravel() / 255 > 0.5
        sign = 2.0 * (np.arange(7) % 4 == data.train_labels[image]) - 1
        for _ in range(STEPS):
            U = 0.9 * U + hand_layer.w[inputs].sum(axis=0)
            U -= 0.3 * (fired_before.sum() - fired_before)
            fired = U > 1.5
            hand_layer.w[:, fired] = np.clip(hand_layer.w[:, fired] + 0.01 * sign[fired], 0, 1)
            U[fired], fired_before, count = 0, fired.astype(float), count + fired
        hand = hand_layer.w
    np.testing.assert_allclose(last.arrays["w_1"], hand, rtol=1e-4, atol=1e-5)
