"""With an eligibility, requests and pulses go to every input with a trace, whether it spikes or
not."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import ms

from snn_brian.declarations import Neuron
from snn_brian.network.traces import LEAST

# Its trace halves in each step; a spike adds 0.7. No neuron fires: the request is known from J
# alone.
HALVING = Neuron(
    name="halving",
    reference="",
    equations="U : 1",
    start_of_presentation="U = 0",
    start_of_step="U = -1",
    synaptic_input="U_post += 0*w",
    threshold="U > 0",
    reset="",
    derivative="1.0",
    trace="dp/dt = -p/tau : 1",
    source_spike="p += 0.7*S",
    eligibility="-p",
    parameters=dict(tau=1 * ms / np.log(2)),
)


def traces(net, steps):
    """p of each input in each time step, where it is above the least that counts."""
    p, found = np.zeros(60), []
    for step in range(steps):
        p = (p / 2 if step % net.structure.steps else 0) + 0.7 * net.spikes(step)
        found.append(p * (p > LEAST))
    return np.array(found)


@pytest.mark.parametrize("batched", [False, True])
def test_the_eligibility_multiplies_request_and_gradient(small, batched):
    net = small("numpy", layers=(9,), neuron=HALVING, steps=4, loss="mse", batched=batched)
    error = -1.0 * (np.arange(5) == net.labels[0])  # the outputs are 0
    delta = net.start["classifier_1.J"].T @ error
    expected = np.outer(-traces(net, 3).sum(0), delta)
    if batched:
        np.testing.assert_allclose(
            net.run(3, ["synapses_1.grad"])["synapses_1.grad"], expected, rtol=1e-5, atol=1e-6
        )
    else:
        w = net.run(3, ["synapses_1.w"])["synapses_1.w"]
        np.testing.assert_allclose(
            w - net.start["synapses_1.w"], -0.02 * expected, rtol=1e-3, atol=1e-6
        )
    assert (traces(net, 3)[-1] > 0).sum() > net.spikes(2).sum() + 5


def test_behind_a_layer_the_eligibility_of_every_input_multiplies_the_request(small):
    """Neuron i fires in step 13 - i, the first in step 0; a trace that has become too small counts
    as none."""
    firing = replace(HALVING, start_of_step="U = int((i + step) % 13 == 0) - 0.5")
    net = small(
        "numpy",
        layers=(12, 9),
        neuron=firing,
        steps=12,
        loss="mse",
        weights="TiOx",
        programming="accumulator",
    )
    J, target = net.start["classifier_2.J"].astype(float), np.arange(5) == net.labels[0]
    p, chi = np.zeros(12), np.zeros((12, 9))
    for step in range(12):
        S = (np.arange(12) + step) % 13 == 0
        p = p / 2 + 0.7 * S
        chi -= 0.02 * np.outer(-p * (p > LEAST), J.T @ (J @ S[:9] - target))
    assert 0 < p[0] < LEAST
    found = net.run(12, ["synapses_2.chi"], {"layer_2.eta": 0.02, "synapses_2.rule_theta": 1e9})[
        "synapses_2.chi"
    ]
    np.testing.assert_allclose(found, chi, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(
    "target, rule",
    [
        ("numpy", "ternary"),
        ("numpy", "stochastic_rounding"),
        ("cpp_standalone", "stochastic_rounding"),
    ],
)
def test_the_mean_number_of_pulses_is_the_request(small, target, rule):
    """Over runs of one presentation; a ternary request is at most one event in a step."""
    net = small(
        target,
        layers=(16,),
        neuron=HALVING,
        steps=4,
        loss="mse",
        weights="linear",
        programming=rule,
    )
    step_size = (1 - 33.7 / 674) / 100
    unit = 2 * step_size if rule == "stochastic_rounding" else 1.0
    J = np.outer(
        np.arange(5) == net.labels[0], np.linspace(-1.2, 1.2, 16) * unit / (1 if unit < 1 else 1.3)
    )
    G = np.full_like(net.start["synapses_1.w"], 0.5)
    changes = {
        "synapses_1.w": 0 * G,
        "synapses_1.G_plus": G,
        "synapses_1.G_minus": G,
        "layer_1.eta": 1.0,
        "classifier_1.J": J,
    }
    runs = 30 if target == "cpp_standalone" else 6
    n = np.mean(
        [
            (net.run(3, ["synapses_1.G_plus"], changes, seed)["synapses_1.G_plus"] - 0.5)
            / step_size
            for seed in range(runs)
        ],
        axis=0,
    )
    p = traces(net, 3)
    expected = np.array(
        [-np.outer(each, J[net.labels[0]] / unit) for each in p]
    )  # dw = -eta*delta*(-p), delta = -J
    fraction = expected - np.floor(expected)
    variance = (fraction * (1 - fraction)).sum(0) / runs
    assert (np.abs(n - expected.sum(0)) <= 5 * np.sqrt(variance) + 1e-2).all()
    assert np.abs((n - expected.sum(0)).sum()) <= 4 * np.sqrt(variance.sum()) + 1e-6
    silent = (net.spikes(2) == 0) & (p[2] > 0.1)
    assert silent.any() and np.abs(n[silent]).max() > 0.1


def test_a_signal_feeds_the_traces(small):
    net = small("numpy", layers=(9,), neuron=HALVING, encoder="current", steps=4, batched=True)
    found = net.run(2, ["inputs.eligibility"])["inputs.eligibility"]
    np.testing.assert_allclose(found, -0.7 * 1.5 * net.images[0] / 255, rtol=1e-5)


def test_a_trace_is_cleared_at_the_start_of_a_presentation_unless_state_persists(small):
    found = []
    for start in ("U = 0", ""):
        net = small(
            "numpy",
            layers=(9,),
            neuron=replace(HALVING, start_of_presentation=start),
            steps=2,
            batched=True,
        )
        found.append(net.run(3, ["inputs.p", "layer_1.U"])["inputs.p"])
    spikes = [net.spikes(step) for step in range(3)]
    np.testing.assert_allclose(found[0], 0.7 * spikes[2], atol=1e-6)
    np.testing.assert_allclose(
        found[1], 0.7 * (spikes[2] + spikes[1] / 2 + spikes[0] / 4), atol=1e-6
    )
