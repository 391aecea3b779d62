"""What is held neuron by neuron during a run: chosen only where nothing else sees it, and of no
consequence to the values."""

import re

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, StateMonitor, Synapses, defaultclock, ms
from brian2.utils.logger import catch_logs
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.order import held_by_neuron
from snn_brian.crossbar.pulses import Pulses

ROWS, COLUMNS, STEPS = 37, 21, 30
MODEL = "chi : 1\nage : integer\nw : 1\ntheta : 1 (shared)"
TRIGGER = Pulses(
    "sign(chi)*int(abs(chi) >= theta)",
    "chi -= n*theta\nw = clip(w + 0.0625*n*due, -1, 1)\nsum_post += n",
    prepare="chi += x_pre*y_post\nage += 1  # w\ndue = chi*y_post",
)


def declare(kind=Crossbar, model=MODEL, pulses=TRIGGER, on_pre="U_post += w", path="on_post"):
    inputs = NeuronGroup(ROWS, "x : 1", threshold="(t_in_timesteps + i) % 3 == 0", name="inputs")
    neurons = NeuronGroup(
        COLUMNS,
        "y : 1\nU : 1\nsum : 1",
        threshold="(3*t_in_timesteps + 5*i) % 7 < 3",
        name="neurons",
    )
    pulses = pulses if kind is Crossbar else pulses.plain()
    paths = {"on_pre": {"forward": on_pre}, "on_post": {}}
    paths[path]["program"] = pulses
    synapses = kind(inputs, neurons, model, **paths, name="synapses")
    if kind is Synapses:
        synapses.connect()
    return inputs, neurons, synapses


def recorded(synapses):
    return StateMonitor(synapses, "chi", record=[3])


@pytest.mark.parametrize(
    "changes, also, held",
    [
        ({}, None, {"chi", "age"}),
        (dict(pulses=Pulses("sign(x_pre*y_post)", "w += n")), None, set()),
        (dict(path="on_pre"), None, set()),
        (dict(on_pre="U_post += w + chi"), None, set()),
        (
            dict(pulses=Pulses(TRIGGER.number, TRIGGER.code, "chi += w")),
            None,
            set(),
        ),  # w serves the other pathway, too
        (dict(model=MODEL + "\ntwice = 2*age : 1"), None, set()),
        (
            dict(
                model=MODEL + "\nsum_post = chi : 1 (summed)",
                pulses=Pulses(TRIGGER.number, "chi -= n*theta", TRIGGER.prepare),
            ),
            None,
            set(),
        ),
        (dict(model=MODEL.replace("chi : 1", "dchi/dt = -chi/ms : 1 (clock-driven)")), None, set()),
        ({}, lambda synapses: synapses.run_regularly("chi *= 0.5"), set()),
        ({}, lambda synapses: synapses.run_regularly("w *= 0.5"), {"chi", "age"}),
        ({}, recorded, set()),
        ({}, lambda synapses: StateMonitor(synapses, "w", record=[3]), {"chi", "age"}),
        ({}, lambda synapses: Synapses(synapses.source, synapses, on_pre="w_post += 1"), set()),
    ],
    ids=[
        "alone",
        "no state",
        "on_pre",
        "in another pathway",
        "of another pathway",
        "in a subexpression",
        "summed",
        "differential",
        "run_regularly",
        "run_regularly of others",
        "recorded",
        "others recorded",
        "target of others",
    ],
)
def test_what_is_seen_elsewhere_stays_input_by_input(changes, also, held):
    with standalone():
        _, _, synapses = declare(**changes)
        kept = also and also(synapses)  # a monitor counts as long as it lives
        assert held_by_neuron(synapses.program).keys() == held
        del kept


def test_events_without_pulses_hold_nothing():
    with standalone():
        neurons = NeuronGroup(3, "U : 1", threshold="U > 1", name="neurons")
        assert held_by_neuron(Crossbar(neurons, neurons, "w : 1", on_post="w += 1").post) == {}


def test_what_is_held_neuron_by_neuron_is_said_to_be_each_synapse_s_own():
    """Brian2 warns of statements whose outcome depends on the order of places that are shared."""
    pulses = Pulses(TRIGGER.number, "chi = chi - n*theta", "chi = 0.5*chi + x_pre*y_post")
    with standalone(np.float32):
        defaultclock.dt = 1 * ms
        network = Network(*declare(pulses=pulses))
        with catch_logs() as told:
            network.run(1 * ms)
    assert not [each for each in told if "order of execution" in each[2]]


def run(kind, dtype, folder=None):
    """Values after two runs; between them, what is held is read and written as ever, and in the
    second it is recorded."""
    defaultclock.dt = 1 * ms
    values = np.random.default_rng(4)
    inputs, neurons, synapses = declare(kind)
    inputs.x, neurons.y = values.integers(-8, 9, ROWS) / 16, values.integers(-4, 5, COLUMNS) / 4
    synapses.w, synapses.theta = "(i % 5 - j % 3)/8.0", 0.75
    first = values.integers(-16, 17, ROWS * COLUMNS) / 64
    if folder is None:
        synapses.chi = first
    network = Network(inputs, neurons, synapses)
    network.run(STEPS * ms)
    synapses.chi = "chi + 0.125*(i % 2)"
    monitor = StateMonitor(synapses, "chi", record=[0, 5, ROWS * COLUMNS - 1])
    network.add(monitor)
    network.run(STEPS * ms)
    if folder is not None:
        compile_and_run(folder, {synapses.chi: first})
    groups = {"chi": synapses, "age": synapses, "w": synapses, "U": neurons, "sum": neurons}
    return {name: np.array(getattr(group, name)[:]) for name, group in groups.items()} | {
        "recorded": np.array(monitor.chi)
    }


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equal_arrays(tmp_path, dtype):
    with numpy_target(dtype):
        expected = run(Synapses, dtype)
    with standalone(dtype):
        found = run(Crossbar, dtype, tmp_path / "program")
        code = [
            file.read_text()
            for file in (tmp_path / "program" / "code_objects").glob(
                "synapses_program_codeobject*.cpp"
            )
        ]
        assert ["chi[_by_neuron]" in each for each in code].count(True) == 1  # in the first run
    # what pulses change is fetched beforehand where it is not in the order in which one goes
    fetched = [set(re.findall(r"_prefetch\(&\w+_synapses_(\w+)\[_idx\]", each)) for each in code]
    assert sorted(fetched, key=len) == [{"w"}, {"chi", "w"}]
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values, name)
    assert np.ptp(expected["sum"]) > 10 and expected["age"].min() > 0
