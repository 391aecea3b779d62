"""Shipped learning rules, as they are declared, on trains of spikes, against the equations of their
papers in NumPy; on ideal weights, and on a pair of devices whose pulses are small."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import ms, nS, nsecond, volt
from test_digests import images

from snn_brian.check.loading import load
from snn_brian.declarations import Device, Encoder, Law, Learning, Neuron, Programming, Pulse
from snn_brian.train.arm import Arm
from snn_brian.train.training import Training

STEPS, DT = 40, 0.5
TIMES = 0.004  # of the triplets' amplitudes, since neurons here spike that often
FINE = 1e-6  # of the range, by one pulse
trains = Encoder("trains", "", "pixel > 0.3 and (7*step + 5*i + step*step // 9) % 17 < 2")
leaky = Neuron("leaky", "", "U : 1", "U = 0.97*U", "U_post += w", "U > 1.2", "U = 0", "1")
small_pulses = Device(
    name="small_pulses",
    reference="",
    law=Law("step", "", "alpha*n", "alpha*n", ("alpha",)),
    G_max=1 * nS,
    G_min=1e-3 * nS,
    parameters={"alpha": FINE},
    potentiation_pulse=Pulse(1 * volt, 1 * nsecond),
    depression_pulse=Pulse(-1 * volt, 1 * nsecond),
)
whole = Programming(
    name="whole",
    reference="",
    number=f"int(floor(dw/{FINE} + 0.5))",  # G_plus goes up, or G_minus: both have room for it
    devices="the one that moves",
    learning=dict(sgd=Learning(eta=1.0, decay=1.0, layer_factors=(1.0,), initial=(0.5, 0.5))),
)


class Triplets:
    """Pfister and Gerstner, Eq. (1) to (4), with the numbers for visual cortex."""

    name = "triplet_stdp"
    A = {"A2_plus": 5e-10, "A3_plus": 6.2e-3, "A2_minus": 7e-3, "A3_minus": 2.3e-4}
    tau_x, tau_y = 101, 125
    more = {name: TIMES * value for name, value in A.items()}

    def __init__(self, w):
        self.w = w.astype(float)
        self.changes = [0.0, 0.0]

    def begin(self):
        self.r1, self.r2 = np.zeros((2, self.w.shape[0]))
        self.o1, self.o2 = np.zeros((2, self.w.shape[1]))

    def spikes(self, pre, post):
        taus = (self.r1, 16.8), (self.r2, self.tau_x), (self.o1, 33.7), (self.o2, self.tau_y)
        for trace, tau in taus:
            trace *= np.exp(-DT / tau)
        pairs, triplets = self.more["A2_minus"], self.more["A3_minus"] * self.r2[pre][:, None]
        minus = self.o1 * (pairs + triplets)
        self.r1[pre] += 1
        self.r2[pre] += 1
        pairs, triplets = self.more["A2_plus"], self.more["A3_plus"] * self.o2[post]
        plus = self.r1[:, None] * (pairs + triplets)
        self.w[pre] = np.clip(self.w[pre] - minus, 0, 1)
        self.w[:, post] = np.clip(self.w[:, post] + plus, 0, 1)
        self.o1[post] += 1
        self.o2[post] += 1
        self.changes[0] += minus.sum()
        self.changes[1] += plus.sum()

    def end(self, label):
        pass


class Hippocampus(Triplets):
    """The same, with numbers of which each matters."""

    tau_x, tau_y = 946, 27
    more = {"A2_plus": 2e-5, "A3_plus": 3e-5, "A2_minus": 4e-5, "A3_minus": 1e-5}
    more |= {"tau_x": tau_x * ms, "tau_y": tau_y * ms}


class Dopamine:
    """Izhikevich, Eq. (1) to (3), without spikes after the reward: c and d step by step until they
    are gone, as in the program, in steps so small that they are the integral."""

    name = "dopamine_stdp"
    more = {"A_minus": 0.09, "dopamine": 0.02}  # changes of both signs that leave room for others

    def __init__(self, w):
        self.w = w.astype(float)
        self.changes = [0.0, 0.0]

    def begin(self):
        self.c, self.x, self.y = np.zeros(self.w.shape), *map(np.zeros, self.w.shape)

    def spikes(self, pre, post):
        self.x *= np.exp(-DT / 20)
        self.y *= np.exp(-DT / 20)
        self.c *= np.exp(-DT / 1000)
        self.c[pre] -= 0.09 * self.y
        self.x[pre] = 1
        self.c[:, post] += 0.025 * self.x[:, None]
        self.y[post] = 1

    def end(self, label):
        own = np.arange(self.w.shape[1]) % 4 == label
        at = np.arange(0.0005, 8, 0.001)  # s
        worth = np.sum(0.02 * np.exp(-at / 0.2) * np.exp(-at)) * 0.001 / 0.01
        dw = worth * self.c * own
        self.w = np.clip(self.w + dw, 0, 1)
        self.changes[0] -= dw.clip(max=0).sum()
        self.changes[1] += dw.clip(min=0).sum()


def by_hand(rule, presentations, data):
    """The layer in NumPy, step by step, with the spikes that its weights give."""
    i, n = np.arange(rule.w.shape[0]), rule.w.shape[1]
    for image in presentations:
        rule.begin()
        U, bright = np.zeros(n), data.train_images[image].ravel() / 255 > 0.3
        for t in range(STEPS):
            pre = bright & ((7 * t + 5 * i + t * t // 9) % 17 < 2)
            U = 0.97 * U + rule.w[pre].sum(axis=0)
            post = U > 1.2
            rule.spikes(pre, post)
            U[post] = 0
        rule.end(data.train_labels[image])


@pytest.mark.parametrize(
    "kind, weights, programming, target",
    [
        (Triplets, "ideal", None, "numpy"),
        (Hippocampus, small_pulses, whole, "numpy"),
        (Dopamine, "ideal", None, "numpy"),
        (Dopamine, small_pulses, whole, "cpp_standalone"),
    ],
)
def test_weights_are_those_of_the_equations(kind, weights, programming, target):
    declared, data = load("plasticity", kind.name), images()
    rule = replace(declared, parameters={**declared.parameters, **kind.more}, initial=(0.2, 0.5))
    training = Training(
        Arm(
            layers=(7,), neuron=leaky, encoder=trains, programming=programming,
            weights=weights if programming else load("device", weights),
            optimizer=load("optimizer", "sgd"), loss=load("loss", "mse"), batch=1, steps=STEPS,
            eta=None, epochs=1, seed=6, target=target, dt=DT * ms, plasticity=rule,
        ),
        data,
    )  # fmt: skip
    state = training.state
    pair = ("synapses_1.G_plus", "synapses_1.G_minus")
    first = state[pair[0]] - state[pair[1]] if programming else state["synapses_1.w"].copy()
    *_, last = training.epochs()
    end = last.arrays
    found = end["G_plus_1"] - end["G_minus_1"] if programming else end["w_1"]
    first = first.reshape(found.shape)
    hand = kind(first)
    by_hand(hand, end["order"], data)
    assert min(hand.changes) > 1 and np.abs(hand.w - first).max() > 0.1
    tolerance = 2e-3 if programming else 1e-5  # roundings to pulses add up
    np.testing.assert_allclose(found, hand.w, rtol=1e-4, atol=tolerance)
    assert not programming or (last.reads.sum() > 0) and last.potentiation_pulses.sum() > 0
