"""What a synapse does to learning and to what a spike does, against NumPy; the neuron is
memoryless."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import Equations, ms
from conftest import declared

from snn_brian.crossbar.evaluate import carry_out, evaluate
from snn_brian.declarations import Neuron, Synapse
from snn_brian.network.joined import (
    connection_variables,
    is_moving,
    joined,
    own_code,
    start_values,
    starts,
    unit,
)
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


def test_names_that_only_a_synapse_s_code_knows_have_a_prefix():
    own = Synapse(name="own", reference="", source="D : 1", parameters=dict(p=3.0))
    code = own_code("half = D/2; D = half*p", own, {"D"})
    found = carry_out(code, {"D": 8.0, "synapse_p": 3.0})
    assert found == {"D": 12.0, "synapse_half": 4.0, "synapse_p": 3.0}


def test_what_a_synapse_keeps_starts_as_it_says_or_at_0_of_its_own_unit():
    equations = "da/dt = -a/ms : volt\nb : boolean\nk : integer\ns : 1\nv : amp\ntwice = 2*s : 1"
    own = Synapse(
        name="own", reference="", source=equations, start="s = p; v = 2*nA",
        parameters=dict(p=3.0, other=1.0),
    )  # fmt: skip
    found = start_values(own, equations)
    assert found == dict(a=0.0, b=0.0, k=0.0, s=3.0, v=2e-9)
    assert starts(own, equations).splitlines() == [
        "a = 0*volt", "b = False", "k = 0", "s = synapse_p", "v = 2*nA"
    ]  # fmt: skip
    units = {name: unit(each) for name, each in Equations(equations).items()}
    assert units == dict(a="volt", b="boolean", k="integer", s="1", v="amp", twice="1")
    moving = [name for name, each in Equations(equations).items() if is_moving(each)]
    assert moving == ["a"]
    plain = replace(own, source="", connection="c : volt\nd : integer")
    assert connection_variables(plain) == "synapse_c : volt\nsynapse_d : integer"


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_connection_is_brought_to_now_before_its_spike_is_seen(goes_on):
    """It starts when its source's first spike comes, unless it goes on, and then advances by the
    time since the spike before."""
    own = Synapse(
        name="own", reference="", connection="ds/dt = (rest - s)/tau : 1\nn : 1",
        synaptic_input="n += 1; mine = 2*s; s = s/2; U_post += mine*w", start="s = p; n = 4",
        parameters=dict(p=3.0, rest=0.2, tau=5.0), goes_on=goes_on,
    )  # fmt: skip
    code = joined(PLAIN, own).synaptic_input
    for first in (0, 1):
        values = {"w": 4, "U_post": 0, "synapse_s": 1.0, "synapse_n": 2.0}
        values |= {f"synapse_{name}_post": value for name, value in own.parameters.items()}
        found = carry_out(code, values | {"first_spike_pre": first, "spike_interval_pre": 10.0})
        s, n = (3.0, 4.0) if first and not goes_on else (1.0, 2.0)
        s = 0.2 + (s - 0.2) * np.exp(-10 / 5)
        assert found["synapse_n"] == n + 1 and found["U_post"] == pytest.approx(8 * s)
        assert found["synapse_s"] == pytest.approx(s / 2) and "mine" not in found


@pytest.mark.parametrize(
    "begins, goes_on", [(None, False), ("U = 1; I = 2", False), ("U = 1", True)]
)
def test_a_target_s_variables_take_the_place_of_the_neuron_s(begins, goes_on):
    """Both start where a presentation begins; what goes on does not."""
    neuron = replace(PLAIN, equations="dU/dt = (I - U)/ms : 1\nI : 1", start_of_presentation=begins)
    own = Synapse(
        name="own", reference="", target="dg/dt = -g/tau : 1\nI = g*(E - U) : 1", start="g = E",
        parameters=dict(tau=5 * ms, E=3.0), goes_on=goes_on,
    )  # fmt: skip
    both = joined(neuron, own)
    equations = Equations(both.equations)
    assert set(equations.names) == {"U", "I", "g"} and not is_moving(equations["I"])
    assert carry_out(f"I = {equations['I'].expr.code}", dict(g=2, synapse_E=3, U=1))["I"] == 4
    assert is_moving(equations["g"]) and "synapse_tau" in equations["g"].expr.code
    found = carry_out(both.start_of_presentation, dict(U=9, I=9, g=9, synapse_E=3))
    expected = dict(U=0 if begins is None else 1, I=9, g=9 if goes_on else 3)
    assert {name: found[name] for name in expected} == expected
