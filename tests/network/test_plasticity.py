"""What a learning rule requests, in numbers: within its bounds, on devices and on ideal weights,
and in its order; and what a neuron has by it."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import NeuronGroup

from snn_brian.check.loading import load
from snn_brian.crossbar.evaluate import carry_out, evaluate
from snn_brian.network.plasticity import REWARDED, begin, clashes, requests, with_traces

STDP = load("plasticity", "stdp")
TIOX, LIMITED = load("device", "TiOx"), load("device", "limited")
W = np.linspace(-1, 1, 41)


@pytest.mark.parametrize("bounds", [(-1.0, 0.0), (-1.0, 0.5), (0.0, 1.0), (-0.5, 0.5), (-1.0, 1.0)])
@pytest.mark.parametrize("dw", [-0.3, 0.3])
def test_a_pair_is_asked_for_nothing_beyond_the_bounds(bounds, dw):
    asked = requests(replace(STDP, bounds=bounds), 1, TIOX).asked("wanted")
    found = carry_out(asked, {"w": W, "wanted": dw, "learning_post": 1.0})["dw"]
    inside = (W >= bounds[0]) & (W <= bounds[1])
    expected = W + dw if bounds == (-1, 1) else np.clip(W + dw, *bounds)
    np.testing.assert_allclose((W + found)[inside], expected[inside])


def test_weights_with_a_limit_of_their_own_stay_within_that():
    rule = replace(STDP, bounds=(-0.5, 1.0))
    code = requests(rule, 1, LIMITED).carried_out("wanted")
    found = carry_out(code, {"w": W, "wanted": 0.3})["w"]
    np.testing.assert_allclose(found, np.clip(W + 0.3, -0.5, LIMITED.limit))


@pytest.mark.parametrize("limit, most", [(None, 2.0), (1.5, 1.5)])
def test_scaled_weights_have_the_declared_sum_within_bounds_and_only_while_learning(limit, most):
    weights = replace(LIMITED, limit=limit)
    rule = replace(STDP, bounds=(0.25, 2.0), normalisation=30.0)
    code, w = requests(rule, 1, weights).scaled(), np.linspace(0, 1, 41)
    for learning, total in ((1.0, w.sum()), (1.0, 0.5), (1.0, 0.1), (0.0, w.sum())):
        given = {"w": w, "total_post": total, "learning_post": learning}
        found = carry_out(code, given)["w"]
        factor = 30 / max(total, 0.3) if learning else 1  # of a sum below 1 % no more is made
        np.testing.assert_allclose(found, np.clip(w * factor, 0.25, most))


def test_requests_come_before_the_spike_s_own_traces_and_rewards_after_them():
    """As declared: of the input's spike, of the neuron's, its traces, the reward; at the start of a
    presentation, weights are weighed before they are scaled, or the gain follows."""
    rule = replace(load("plasticity", "dopamine_stdp"), normalisation=2.0)
    layer = NeuronGroup(2, "U : 1\ntotal : 1\ngain : 1", threshold="U > 1", reset="U = 0")
    begin(layer, rule)
    (gain,) = layer.contained_objects[-1:]
    places = requests(rule, 3).places | {"traces": ("program_3", layer.resetter["spike"].order)}
    places["gain"] = (gain.when, gain.order)
    for word in ("program", "tag"):
        learning = [f"{word}_pre", f"{word}_post", "traces", "program_reward"]
        assert {places[path][0] for path in learning} == {"program_3"}
        assert sorted(set(learning), key=places.get) == learning
        assert len({places[path] for path in learning}) == 4
    for last in ("scale", "gain"):
        assert ("start", -1) < places["forget"] and ("start", -1) < places["weigh"] < places[last]
    assert gain.abstract_code == "gain = 2.0/clip(total, 0.02, inf)"


@pytest.mark.parametrize(
    "begins, expected",
    [(None, None), ("", ""), ("U = 3", {"U": 3, "y": 0}), ("U = y", {"U": 7, "y": 0})],
)
def test_the_traces_of_a_rule_begin_as_the_neuron_does(begins, expected):
    """All of it at 0, nothing of it, or what the neuron says and traces at 0, after that."""
    neuron = replace(
        load("neuron", "leaky_integrate_and_fire"), start_of_presentation=begins, reset="U = 1"
    )
    found = with_traces(neuron, STDP)
    code = found.start_of_presentation
    if isinstance(expected, dict):
        code = carry_out(code, {"U": 5, "y": 7})
    assert code == expected
    assert carry_out(found.reset, {"U": 5, "y": 7}) == {"U": 1, "y": 8}
    assert carry_out(found.source_spike, {"x": 4, "S": 1}) == {"x": 5, "S": 1}
    assert found.eligibility == "" and "dx/dt" in found.trace and "dy/dt" in found.equations
    own = {f"plasticity_{name}": value for name, value in STDP.parameters.items()}
    assert found.parameters == {**neuron.parameters, **own}


def test_a_neuron_begins_as_before_with_a_rule_that_gives_it_no_trace():
    neuron = replace(load("neuron", "leaky_integrate_and_fire"), start_of_presentation="U = 3")
    found = with_traces(neuron, replace(STDP, post_trace="", post_spike=""))
    assert found.start_of_presentation == "U = 3"


def test_a_rule_asks_for_what_it_says_and_in_tests_for_nothing():
    values = {"x_pre": 2.0, "y_post": 3.0, "learning_post": 1.0, "c": 5.0, "reward_post": 1.0}
    values |= {f"plasticity_{name}_post": 0.5 for name in STDP.parameters}
    (pre,), (post,) = (own.values() for own in requests(STDP, 1).paths.values())
    assert evaluate(pre, values) == -1.5 and evaluate(post, values) == 1.0
    assert evaluate(pre, values | {"learning_post": 0.0}) == 0
    silent = requests(replace(STDP, on_pre=""), 1)
    assert silent.paths["pre"] == {} and set(silent.events) == {"program_post"}


def test_an_eligibility_is_tagged_by_spikes_forgotten_and_turned_into_weight_by_the_reward():
    rule = replace(STDP, eligibility="dc/dt = -c/tau_plus : 1", on_reward="c*reward_post")
    asked = requests(rule, 2)
    assert asked.eligibility == "dc/dt = -c/plasticity_tau_plus_post : 1 (event-driven)"
    assert asked.events == {
        "program_reward": "rewarded", "tag_pre": "spike", "tag_post": "spike", "forget": "begins",
    }  # fmt: skip
    values = {"x_pre": 2.0, "y_post": 3.0, "learning_post": 1.0, "c": 5.0, "reward_post": -1.0}
    values |= {f"plasticity_{name}_post": 0.5 for name in STDP.parameters}
    found = {
        name: carry_out(code, values)["c"]
        for own in asked.tags.values()
        for name, code in own.items()
    }
    assert found == {"tag_pre": 3.5, "tag_post": 6.0, "forget": 0}
    assert evaluate(asked.paths["post"]["program_reward"], values) == -5.0
    assert requests(STDP, 2).tags == {"pre": {}, "post": {}}


def test_only_a_rule_with_a_sum_weighs():
    weighing = {"weigh": "begins", "scale": "begins"}
    for total in (0.0, 4.0):
        events = requests(replace(STDP, normalisation=total), 1).events
        assert events == {"program_pre": "spike", "program_post": "spike"} | (
            weighing if total else {}
        )


def test_names_of_a_neuron_that_the_rule_gives_too_clash():
    neuron = load("neuron", "leaky_integrate_and_fire")
    assert clashes(neuron, STDP) == set()
    for field, code in (
        ("equations", "y : 1"),
        ("start_of_presentation", "x = 1"),
        ("start_of_step", "gain = 2"),
        ("reset", "total = 1"),
    ):
        own = replace(neuron, **{field: code})
        assert clashes(own, STDP) == {code.split()[0]}
    assert clashes(replace(neuron, parameters=dict(reward=1.0)), STDP) == {"reward"}


@pytest.mark.parametrize("steps", [1, 4])
def test_the_reward_comes_at_the_end_of_each_presentation_that_is_learned_from(steps):
    t = np.arange(12)
    given = {"t_in_timesteps": t, "steps": steps}
    found = evaluate(REWARDED, given | {"learning": 1})
    np.testing.assert_array_equal(found, [step % steps == steps - 1 for step in t])
    assert not np.any(evaluate(REWARDED, given | {"learning": 0}))
