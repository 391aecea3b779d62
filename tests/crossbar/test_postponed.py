"""Changes that wait until a row is read: at the end of a run weights are those of Synapses, to the
bit, and all that is read of them in it is."""

import numpy as np
import pytest
from brian2 import BrianLogger, NeuronGroup, StateMonitor, Synapses, ms
from drop_in import QUICK, values_of_both
from standalone import standalone

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.postponed import PLACES, postponed

BrianLogger.suppress_hierarchy("brian2.codegen.generators.base")
BrianLogger.suppress_name("only_threshold")

# Requests that change all the time; some rows have an event in every step, others wait for longer
# than there are places, and one has none.
ASK = {"ask": "r_post = ((j*j + t_in_timesteps) % 5 - 2)/7.0"}
RARE = "(t_in_timesteps % (1 + 17*i) == 0 and i < N - 1)"
ADD = {"forward": "v_post += w*x_pre", "learn": "w += r_post"}


def negative_zeros(synapses):
    synapses.w = -0.0


def weights(synapses):
    synapses.w = np.arange(len(synapses.source) * len(synapses.target)) % 9 / 8


def in_between(synapses):
    synapses.w = "w*(1 - 2*(i % 2)) + 0.25*j"


SYSTEMS = {
    "read_first": dict(on_pre=ADD, prepare=weights),
    "asked_first": dict(on_pre={"a_learn": ADD["learn"], "forward": ADD["forward"]}),
    "in_two_runs": dict(on_pre=ADD, between=in_between, columns=64),
    "narrow": dict(on_pre=ADD, columns=3, rows=1, inputs="t_in_timesteps % 3 > 0"),
    "many_rows": dict(on_pre=ADD, rows=37, inputs="(3*t_in_timesteps + 5*i) % 7 < 4"),
    "of_zeros": dict(on_pre=ADD, prepare=negative_zeros),
    "written_out": dict(on_pre={"f": "v_post += w; late_post = 1", "l": "w = r_post + w"}),
    "other_event": dict(on_pre=ADD, on_post={"read": "r_pre += w"}),  # nothing waits
}
EXPECTED = dict.fromkeys(SYSTEMS, True) | {"other_event": False}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    systems = {
        name: dict(rows=9, columns=70, inputs=RARE)
        | system
        | dict(on_post=ASK | system.get("on_post", {}), neurons="True")
        for name, system in SYSTEMS.items()
    }
    folder = tmp_path_factory.mktemp("postponed") / "program"
    found = values_of_both(systems, folder, steps=2 * PLACES + 5, dtype=np.float32, flags=QUICK)
    return found, folder


@pytest.mark.parametrize("name", SYSTEMS)
def test_values_are_those_of_synapses(both, name):
    found, folder = both
    expected, values = found[name]
    for variable, own in expected.items():
        np.testing.assert_allclose(values[variable], own, 1e-5, 1e-5, err_msg=variable)
    for of_weights in (np.asarray, np.signbit):
        np.testing.assert_array_equal(*(of_weights(x["synapses w"]) for x in (values, expected)))
    assert expected["synapses w"].any() and any(v.any() for k, v in expected.items() if " v" in k)
    code = [file.read_text() for file in (folder / "code_objects").glob(f"{name}_syn_*.cpp")]
    assert any("_waits_for" in each for each in code) == EXPECTED[name]


def declared(on_pre=ADD, model="w : 1\nk : 1\nall : 1 (shared)", recurrent=False, **kwds):
    state = "v : 1\nr : 1\nx : 1\nasked = 2*r : 1\nmany : integer"
    neurons = NeuronGroup(5, state, threshold="v > 1", events={"other": "v > 2"}, name="neurons")
    inputs = NeuronGroup(9, state, threshold="x > 1", events={"other": "x > 2"}, name="inputs")
    source = neurons if recurrent else inputs
    return Crossbar(source, neurons, model, on_pre=on_pre, name="synapses", **kwds)


def inactive(synapses):
    synapses.forward.active = False


@pytest.mark.parametrize(
    ("changes", "also", "waits"),
    [
        ({}, None, True),
        (dict(on_pre=ADD | {"learn": "w = r_post + w"}), None, True),
        (dict(on_pre=ADD | {"learn": "w = w + (r_post)"}), None, True),
        # rounded otherwise than what is added at once
        (dict(on_pre=ADD | {"learn": "w += 0.37*r_post"}), None, False),
        (dict(on_pre=ADD | {"learn": "w += asked_post"}), None, False),
        (dict(on_pre=ADD | {"learn": "w += many_post"}), None, False),
        (dict(model="w : integer\nk : 1\nall : 1 (shared)"), None, False),
        (dict(on_pre=ADD | {"learn": "w += all"}), None, False),
        (dict(on_event={"learn": "other", "forward": "other"}), None, True),
        (dict(on_pre=ADD | {"learn": "w += r_post*x_pre"}), None, False),
        (dict(on_pre=ADD | {"learn": "w += r_post*k"}), None, False),
        (dict(on_pre=ADD | {"learn": "w += r_post*w"}), None, False),
        (dict(on_pre=ADD | {"learn": "w += r_post*j"}), None, False),
        (dict(on_pre=ADD | {"learn": "w += r_post*rand()"}), None, False),
        (dict(on_pre=ADD | {"learn": "w -= r_post"}), None, False),
        (dict(on_pre=ADD | {"learn": "w *= r_post"}), None, False),
        (dict(on_pre=ADD | {"learn": "w = clip(w + r_post, -1, 1)"}), None, False),
        (dict(on_pre=ADD | {"learn": "w += r_post; k = 1"}), None, False),
        (dict(on_pre=ADD | {"learn": "v_post += r_post"}), None, False),
        (dict(on_pre=ADD | {"forward": "v_post += k"}), None, False),
        (dict(on_pre=ADD | {"forward": "v_post += w; w *= 0.5"}), None, False),
        (dict(on_pre=ADD | {"again": "v_post += w"}), None, False),
        (dict(on_pre={"learn": ADD["learn"]}, on_post={"forward": "v_pre += w"}), None, False),
        (dict(on_event={"learn": "other"}), None, False),
        (dict(delay={"learn": 1 * ms}), None, False),
        (dict(delay={"forward": 1 * ms}), None, False),
        (dict(recurrent=True), None, False),
        (dict(model="w : 1\nk : 1\nall : 1 (shared)\ntwice = 2*w : 1"), None, False),
        (dict(model="w : 1\nx_post = w : 1 (summed)"), None, False),
        ({}, lambda synapses: StateMonitor(synapses, "w", record=[3]), False),
        ({}, lambda synapses: StateMonitor(synapses, "k", record=[3]), True),
        ({}, lambda synapses: synapses.run_regularly("w *= 0.5"), False),
        ({}, lambda synapses: synapses.run_regularly("k *= 0.5"), True),
        ({}, lambda synapses: Synapses(synapses.source, synapses, on_pre="w_post += 1"), False),
        ({}, lambda synapses: synapses.connect("i != j"), False),
        ({}, inactive, False),
    ],
)
def test_what_waits(changes, also, waits):
    with standalone():
        synapses = declared(**changes)
        kept = also and also(synapses)  # a monitor counts as long as it lives
        assert (postponed(synapses) is not None) == waits
        del kept
