"""What a presentation begins with: zeros, the neuron's own statements, or what the one before has
left."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import Clock, Network, NeuronGroup, ms, second
from standalone import numpy_target

from snn_brian.crossbar.evaluate import carry_out
from snn_brian.crossbar.statements import statements
from snn_brian.declarations import Neuron
from snn_brian.network.presentation import begin, cleared, events, goes_on, lasting

# Counts its time steps in U; where it fires is known from the step.
COUNTING = Neuron(
    name="counting",
    reference="",
    equations="U : 1\nk : integer\nflag : boolean",
    start_of_step="U += 1; k = k + 1; flag = True",
    synaptic_input="U_post += 0*w",
    threshold="U > 1.5",
    reset="",
    derivative="1.0",
)


def after(small, steps, **changes):
    net = small("numpy", layers=(3,), neuron=replace(COUNTING, **changes), steps=3, batched=True)
    return {
        name: net.run(steps, [f"layer_1.{name}"])[f"layer_1.{name}"][0]
        for name in ("U", "k", "flag")
    }


@pytest.mark.parametrize("start, U", [(None, 1), ("", 4), ("U = -k", -2)])
def test_presentation_starts_as_declared(small, start, U):
    found = after(small, 4, start_of_presentation=start)
    assert found["U"] == U and found["k"] == (1 if start is None else 4) and found["flag"]
    assert after(small, 3, start_of_presentation=start)["U"] == 3


def test_no_spike_while_refractory_and_a_new_presentation_starts_without(small):
    """A neuron that would always fire, with a refractory time of two steps, in presentations of
    three."""
    net = small(
        "numpy",
        layers=(2,),
        neuron=replace(
            COUNTING,
            threshold="U > 0.5",
            start_of_presentation="U = 0; k = 0",
            refractory="pause",
            parameters=dict(pause=2 * ms),
            reset="k = k - 10",
        ),
        steps=3,
        batched=True,
    )
    spikes = [net.run(step, ["layer_1.k"])["layer_1.k"][0] for step in (1, 2, 3, 4)]
    np.testing.assert_array_equal(spikes, [-9, -8, -17, -9])
    J = {"classifier_1.J": np.ones((5, 2))}
    assert [net.run(step, ["classes_1.y"], J)["classes_1.y"][0] for step in (1, 2, 3, 4)] == [
        2,
        0,
        2,
        2,
    ]


@pytest.mark.parametrize(
    "start, step, expected",
    [
        (None, "", []),
        ("", "", ["U", "k", "flag"]),
        ("U = 0", "", ["k", "flag"]),
        ("U = 0", "k = 0; U = 1", ["flag"]),
        ("U += 1; k = U", "flag = flag and True", ["U", "flag"]),
        ("U = 0; k = 0; flag = False", "", []),
    ],
)
def test_what_nothing_sets_anew_lasts(start, step, expected):
    """Neither a constant nor what follows from others is kept."""
    equations = f"{COUNTING.equations}\ntwice = 2*U : 1\nc : 1 (constant)"
    neuron = replace(COUNTING, equations=equations, start_of_presentation=start, start_of_step=step)
    assert lasting(neuron) == expected
    assert goes_on(neuron) == (start == "")


def test_a_neuron_that_is_set_anew_in_each_step_does_not_go_on():
    anew = replace(COUNTING, start_of_presentation="", start_of_step="U = 0; k = 0; flag = True")
    assert not goes_on(anew) and lasting(anew) == []


@pytest.mark.parametrize(
    "start, anew, expected",
    [(None, "", True), ("U = 0", "", True), ("", "", False), ("", "x = 1", True)],
)
def test_presentations_begin_where_anything_starts_anew(start, anew, expected):
    found = events(replace(COUNTING, start_of_presentation=start), anew)
    assert found == ({"begins": "step == 0"} if expected else {})


def test_every_variable_of_any_type_and_unit_is_cleared_but_what_follows():
    equations = "dU/dt = -U/ms : volt\nk : integer\nflag : boolean\ntwice = 2*U : volt\nx : 1"
    assert [line for line in cleared(equations).splitlines() if "False" in line] == ["flag = False"]
    found = carry_out(cleared(equations), dict(U=1.0, k=2, flag=True, twice=2.0, x=3.0))
    assert found == dict(U=0, k=0, flag=False, twice=2.0, x=0)


def test_what_begins_comes_in_its_order_and_before_all_else_of_the_step():
    """No neuron is refractory, then the neuron's own, its trace, and what else starts anew."""
    neuron = replace(COUNTING, start_of_presentation="U = 7", refractory="2*ms")
    with numpy_target():
        group = NeuronGroup(
            1, f"{COUNTING.equations}\ntrace : 1\nstep : integer", threshold="U > 9",
            refractory="2*ms", events=events(neuron), clock=Clock(1 * ms),
        )  # fmt: skip
        begin(group, neuron, COUNTING.equations, "trace : 1", "flag = U > 6 and trace == 0")
        group.U, group.trace, group.k = 2, 5, 3
        group.not_refractory, group.lastspike = False, 0 * ms
        group.run_regularly("U += 1", when="start")
        Network(group).run(1 * ms, namespace={})
        assert (group.U[0], group.k[0], group.flag[0], group.trace[0]) == (8, 3, True, 0)
        assert group.lastspike[0] < -1 * second and group.not_refractory[0]


def test_only_a_neuron_s_own_group_is_free_of_its_refractory_time():
    """Before anything else begins; the groups that spike before all layers have none."""
    neuron = replace(COUNTING, start_of_presentation="U = 7", refractory="2*ms")
    for refractory, own, expected in (
        ("2*ms", COUNTING.equations, ["not_refractory", "lastspike", "U", "trace"]),
        ("2*ms", "", ["trace"]),
        ("", COUNTING.equations, ["U", "trace"]),
    ):
        group = NeuronGroup(1, "step : integer", events=events(neuron), clock=Clock(1 * ms))
        begin(group, replace(neuron, refractory=refractory), own, "trace : 1")
        assert [each.name for each in statements(group.event_codes["begins"])] == expected
