"""What a synapse does to learning and to what a spike does, against NumPy; the neuron is
memoryless."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import ms
from conftest import declared

from snn_brian.crossbar.evaluate import carry_out, evaluate
from snn_brian.declarations import Neuron, Synapse
from snn_brian.network.joined import joined
from snn_brian.network.structure import Projection

# What a spike is worth: 0.8 and 0.5 of what it was, from one spike to the next.
TIRING = Synapse(
    name="tiring",
    reference="",
    source="dD/dt = (1 - D)/tau : 1",
    source_spike="D *= kept",
    size="D/kept",
    start="D = 1",
    parameters=dict(kept=0.5, tau=3 * ms),
)
# Each connection counts its spikes, and sees its place, weight, source and target.
COUNTING = Synapse(
    name="counting",
    reference="",
    source="seen : 1",
    source_spike="seen += 1",
    connection="number : 1",
    synaptic_input="""
    number += 1
    total_post += number*(1 + 10*i + 100*j) + seen_pre
    U_post += w
    U_post += w
    """,
    target="total : 1",
    start="number = 0.5",
)


def sizes(net, steps):
    """What the spikes of the inputs are worth in each step; 0 where there are none."""
    D, found = np.ones(60), []
    for step in range(steps):
        D = np.ones(60) if step % net.structure.steps == 0 else D
        D = 1 + (D - 1) * np.exp(-1 / 3)
        S = net.spikes(step)
        found.append(S * D)
        D = np.where(S > 0, D / 2, D)
    return np.array(found)


def test_without_anything_to_say_the_neuron_stays_the_same_object():
    neuron = declared("neuron", "leaky_integrate_and_fire")
    assert joined(neuron, declared("synapse", "static")) is neuron


PLAIN = Neuron(
    name="plain",
    reference="",
    equations="U : 1",
    start_of_step="",
    synaptic_input="U_post += w",
    threshold="U > 1",
    reset="",
    derivative="1.0",
    trace="q : 1",
    source_spike="q += S",
    eligibility="q",
)


@pytest.mark.parametrize(
    "said, seen, kept, worth",
    [
        (dict(synaptic_input="U_post += p*w"), 12, 2, 5),
        (dict(size="p/2"), 6, 3, 5),
        (dict(eligibility="p"), 4, 0, 3),
        (dict(target="other : 1", start="other = p"), 4, 2, 5),
        (dict(source="D : 1"), 4, 2, 5),
        (dict(connection="s : 1"), 4, 2, 5),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else "",
)
def test_each_field_has_its_say_without_the_others(said, seen, kept, worth):
    """In numbers: what the neuron sees of a spike through a weight of 4, what is kept of one that
    is worth 2, and the eligibility at a trace of 5; and where a presentation begins."""
    found = joined(PLAIN, Synapse(name="one", reference="", parameters=dict(p=3.0), **said))
    values = {"w": 4, "U_post": 0, "synapse_p": 3, "synapse_p_post": 3, "q": 0, "S": 2, "other": 1}
    values |= {"synapse_s": 1, "first_spike_pre": 1}
    assert found.parameters == {"synapse_p": 3.0}
    assert carry_out(found.synaptic_input, values)["U_post"] == seen
    assert carry_out(found.source_spike, values)["q"] == kept
    assert evaluate(found.eligibility, values | {"q": 5}) == worth
    begun = carry_out(found.start_of_presentation or "", values)
    assert begun["other"] == (3 if "target" in said else 1)
    assert carry_out(found.synaptic_input, values)["synapse_s"] == ("connection" not in said)


@pytest.mark.parametrize("target", ["numpy"])
def test_the_size_of_a_spike_multiplies_weight_and_gradient(small, target):
    net = small(target, layers=(9,), steps=4, loss="mse", batched=True, synapse=TIRING)
    w, J = net.start["synapses_1.w"].astype(float), net.start["classifier_1.J"].astype(float)
    grad = np.zeros_like(w)
    for step, size in enumerate(sizes(net, 4)[:3]):
        U = size @ w
        y = J @ (U > 0)
        error = y - (np.arange(5) == net.labels[0])
        grad += np.outer(size, (J.T @ error) * ((U > -0.4) & (U < 0.7)))
    found = net.run(3, ["synapses_1.grad", "layer_1.U"])
    np.testing.assert_allclose(found["layer_1.U"], U, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["synapses_1.grad"], grad, rtol=1e-4, atol=1e-5)


def test_behind_a_layer_it_multiplies_the_request_of_neurons_that_ask(small):
    """Neuron by neuron, as rules that accumulate do: requests add up in chi."""
    net = small(
        "numpy",
        layers=(12, 9),
        steps=4,
        loss="mse",
        weights="TiOx",
        programming="accumulator",
        synapse=TIRING,
    )
    names = [f"synapses_{l}.w" for l in (1, 2)]
    W, V = (net.start[name].astype(float) for name in names)
    J, chi, D = net.start["classifier_2.J"].astype(float), np.zeros((12, 9)), np.ones(12)
    target = np.arange(5) == net.labels[0]
    for size in sizes(net, 4)[:3]:
        D = 1 + (D - 1) * np.exp(-1 / 3)
        S = (size @ W) > 0
        own = S * D
        D = np.where(S, D / 2, D)
        U = own @ V
        delta = (J.T @ (J @ (U > 0) - target)) * ((U > -0.4) & (U < 0.7))
        chi -= 0.02 * np.outer(own, delta)
    changes = {"layer_2.eta": 0.02, "synapses_2.rule_theta": 1e9, "synapses_1.rule_theta": 1e9}
    found = net.run(3, ["synapses_2.chi"], changes)["synapses_2.chi"]
    np.testing.assert_allclose(found, chi, rtol=1e-4, atol=1e-6)
    assert np.abs(chi).max() > 1e-3


@pytest.mark.parametrize("late", [False, True])
def test_a_connection_keeps_its_own_and_sees_where_it_is(small, late):
    again = (Projection("again", "layer_1", "layer_1", fixed="0.1"),) if late else ()
    net = small("numpy", layers=(4,), steps=3, synapse=COUNTING, projections=again)
    w, still = net.start["synapses_1.w"].astype(float), {"layer_1.learning": 0}
    i, j = np.indices(w.shape)
    expected, fired, heard = np.zeros(4), np.zeros(4), np.zeros(4)
    for step in range(5):
        if step % 3 == 0:
            number, own = np.full(60, 0.5), np.full(4, 0.5)
            expected, seen, heard, fired = np.zeros(4), np.zeros(60), np.zeros(4), np.zeros(4)
        S = net.spikes(step)
        number, seen = number + S, seen + S
        expected += (S[:, None] * (number[:, None] * (1 + 10 * i + 100 * j) + seen[:, None])).sum(0)
        U = 2 * S @ w
        if late:
            own, heard = own + fired, heard + fired
            k, l = np.indices((4, 4))
            each = own[:, None] * (1 + 10 * k + 100 * l) + heard[:, None]
            expected += (fired[:, None] * each).sum(0)
            U = U + 0.2 * fired.sum()
            fired = (U > 0).astype(float)
    found = net.run(5, ["layer_1.total", "layer_1.U"], still)
    np.testing.assert_allclose(found["layer_1.total"], expected, rtol=1e-5)
    np.testing.assert_allclose(found["layer_1.U"], U, rtol=1e-4, atol=1e-5)


def test_weights_of_devices_are_read_once_for_each_spike(small):
    """With read noise: the same draw wherever w is mentioned."""
    noisy = replace(declared("device", "TiOx"), read_noise=0.2)
    twice = Synapse(
        name="twice",
        reference="",
        target="one : 1\nother : 1",
        synaptic_input="one_post += w; other_post += 2*w; U_post += w",
    )
    net = small("numpy", layers=(9,), weights=noisy, programming="ternary", synapse=twice)
    found = net.run(1, ["layer_1.one", "layer_1.other"], {"layer_1.learning": 0})
    np.testing.assert_allclose(found["layer_1.other"], 2 * found["layer_1.one"], rtol=1e-5)
    exact = net.spikes(0) @ net.start["synapses_1.w"]
    assert np.abs(found["layer_1.one"] - exact).min() > 1e-3
