"""Delays as users say them, in whole time steps: for all, for each neuron of the source or of the
target; and what is refused."""

import numpy as np
import pytest
from brian2 import ms
from conftest import PIXELS, declared
from two_layers import structure

from snn_brian.base.errors import UserError
from snn_brian.declarations import Projection
from snn_brian.network.delay_values import delays


@pytest.mark.parametrize(
    "delay, dt, expected",
    [
        (2, 1e-3, 2),
        (2 * ms, 1e-3, 2),
        (2 * ms, 0.5e-3, 4),
        ("lag", 1e-3, 3),
        ("(1 + j % 2)*ms", 0.5e-3, [2, 4, 2, 4, 2, 4, 2, 4, 2]),
        ("1 + j % 3", 1e-3, [1, 2, 3] * 3),
        ((1, 2, 3) * 3, 1e-3, [1, 2, 3] * 3),
        ((1 * ms, 2 * ms, 3 * ms) * 3, 0.5e-3, [2, 4, 6] * 3),
    ],
)
def test_delays_are_whole_steps(delay, dt, expected):
    projection = Projection(
        "x",
        "layer_1",
        "layer_1",
        delay=delay,
        delay_of="source" if isinstance(delay, tuple) else "",
    )
    found = delays(structure(projection, dt=dt, steps=9))["x"]
    np.testing.assert_array_equal(found.steps, np.broadcast_to(expected, 9))
    assert not found.by_target


@pytest.mark.parametrize(
    "delay, source, more, expected",
    [
        ("1 + i % 3", "layer_1", {}, [1, 2, 3, 1, 2, 3, 1]),
        ("i % 3 + 0*j", "inputs", {}, [0, 1, 2, 0, 1, 2, 0]),
        ("(1 + i % 2)*lag", "layer_1", {}, [3, 6, 3, 6, 3, 6, 3]),
        ([0, 1, 2, 3, 0, 1, 2], "inputs", {}, [0, 1, 2, 3, 0, 1, 2]),
        (np.array([0, 1, 2, 3, 0, 1, 2]), "inputs", {}, [0, 1, 2, 3, 0, 1, 2]),
        (np.array([1, 2, 3, 3, 1, 1, 2]) * ms, "layer_1", {}, [1, 2, 3, 3, 1, 1, 2]),
        ([k * ms for k in (1, 2, 3, 3, 1, 1, 2)], "layer_1", {}, [1, 2, 3, 3, 1, 1, 2]),
        ((1, 2, 3, 3, 1, 1, 2), "layer_2", dict(delay_of="target"), [1, 2, 3, 3, 1, 1, 2]),
    ],
)
def test_delays_may_be_those_of_the_neurons_of_the_target(delay, source, more, expected):
    found = delays(structure(Projection("x", source, "layer_2", delay=delay, **more), steps=9))["x"]
    assert found.by_target
    np.testing.assert_array_equal(found.steps, expected)


def test_equal_delays_of_all_neurons_of_the_target_are_one_delay():
    found = delays(structure(Projection("x", "inputs", "layer_2", delay=[2] * 7)))["x"]
    assert not found.by_target
    np.testing.assert_array_equal(found.steps, [2] * PIXELS)


@pytest.mark.parametrize(
    "source, delay, told",
    [
        ("layer_1", 0, "is 0 steps for a neuron; give 1 to 599"),
        ("inputs", -1, "is -1 steps for a neuron; give 0 to 599"),
        ("layer_1", "0.5*ms", "is 0.5 time steps of 1. ms; give a whole number"),
        ("layer_1", 1.5, "is 1.5 time steps"),
        ("layer_1", (1, 2), "has 2 values, but 'layer_1' has 9 neurons"),
        ("layer_1", "1 + (i + j) % 2", "depends on i and on j; one delay for each neuron of"),
        ("layer_1", "3*mV", "is no time"),
        ("layer_1", "1 + k", "'k' is not known here"),
        (
            "layer_1",
            6,
            "arrives 6 time steps after .* of --steps 6 have ended then; give at least 7",
        ),
        ("layer_1", 600, "is 600 steps for a neuron"),
        ("layer_1", (1,) * 8 + (600,), "is 600 steps for a neuron"),
        ("layer_1", 1.0000015, "give a whole number"),
    ],
)
def test_what_is_no_delay_is_told_in_a_sentence(source, delay, told):
    with pytest.raises(UserError, match=told) as caught:
        of = "source" if isinstance(delay, tuple) and len(delay) == 9 else ""
        delays(structure(Projection("x", source, "layer_1", delay=delay, delay_of=of)))
    assert str(caught.value).startswith("projection 'x'")


def test_a_projection_back_needs_a_second_step():
    with pytest.raises(UserError, match="arrives 1 time step after .* give at least 2"):
        delays(structure(Projection("x", "layer_1", "layer_1"), steps=1))


@pytest.mark.parametrize("steps, shown", [(1, "1 time step after"), (2, "2 time steps after")])
def test_steps_are_told_as_they_are_said(steps, shown):
    with pytest.raises(UserError, match=f"arrives {shown} .* give at least {steps + 1}"):
        delays(structure(Projection("x", "inputs", "layer_1", delay=steps), steps=steps))


def test_the_longest_delay_is_599_steps_and_rounding_is_none():
    longest, rounded = (
        Projection("x", "layer_1", "layer_1", delay=delay) for delay in (599, 3 + 1e-6)
    )
    assert np.all(delays(structure(longest, steps=600))["x"].steps == 599)
    assert np.all(delays(structure(rounded))["x"].steps == 3)


def test_signals_are_not_delayed():
    with pytest.raises(UserError, match="'current' are no spikes"):
        current = declared("encoder", "current")
        delays(structure(Projection("x", "inputs", "layer_1", delay=2), encoder=current))


@pytest.mark.parametrize(
    "ends, delay, of, told",
    [
        (("layer_1", "layer_1"), (1,) * 8 + (2,), "", "has 9 values, and source and target have as "
         "many neurons both; say whose they are by delay_of='source' or delay_of='target'"),
        (("inputs", "layer_2"), (1, 2), "", "has 2 values, but 'inputs' has 60 neurons and "
         "'layer_2' has 7 neurons; give one for each, or one for all"),
        (("inputs", "layer_2"), (1,) * 6 + (2,), "source", "has 7 values, but 'inputs' has 60 "
         "neurons; give one for each, or one for all"),
        (("inputs", "layer_2"), range(60), "target", "has 60 values, but 'layer_2' has 7 neurons"),
        (("inputs", "layer_2"), "i", "target", "delay_of='target' says whose neurons the values of "
         "a tuple are, and this is none; leave it out"),
        (("inputs", "layer_2"), np.ones((1, 7), int), "", "is no list of numbers"),
        (("inputs", "layer_2"), (1, 2), "post", "delay_of='post' must be 'source' or 'target'"),
    ],
)  # fmt: skip
def test_whose_delays_they_are_must_be_clear(ends, delay, of, told):
    delay = list(delay) if isinstance(delay, range) else delay
    with pytest.raises(UserError, match=told) as caught:
        delays(structure(Projection("x", *ends, delay=delay, delay_of=of)))
    assert str(caught.value).startswith("projection 'x'") and "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250
