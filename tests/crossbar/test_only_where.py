"""Statements that run at some synapses alone change nothing at the others, in each target."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, defaultclock, ms, prefs, volt
from drop_in import QUICK
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.only_where import conditional
from snn_brian.crossbar.pulses import Pulses

MODEL = "U : volt\nx : 1\ncount : integer\nratio : 1"
CODE = "U += x*volt; count = 7; ratio = 1/{x}; ratio *= 2; step = 2*x; U -= step*volt"
KEPT = {"U", "x", "count", "ratio"}


def group(divided="x"):
    found = NeuronGroup(4, MODEL, name="group")
    found.x, found.U, found.count, found.ratio = "i % 2 * i", "1*volt", 3, 5
    found.run_regularly(conditional(CODE.format(x=divided), "x > 0", KEPT))
    return found, Network(found)


def check(found):
    np.testing.assert_array_equal(found.U / volt, [1, 0, 1, -2])
    np.testing.assert_array_equal(found.count[:], [3, 7, 3, 7])
    np.testing.assert_allclose(found.ratio[:], [5, 2, 5, 2 / 3], rtol=1e-6)


@pytest.mark.parametrize("target", ["numpy", "cython"])
def test_at_run_time(target, tmp_path, monkeypatch):
    monkeypatch.setitem(prefs, "codegen.target", target)
    monkeypatch.setitem(prefs, "codegen.runtime.cython.cache_dir", str(tmp_path))
    defaultclock.dt = 1 * ms
    # in Cython, Brian2 refuses to divide by 0, also where nobody asks for the quotient
    found, network = group("x" if target == "numpy" else "(x + int(x == 0))")
    network.run(1 * ms, namespace={"volt": volt})
    check(found)


def test_compiled(tmp_path):
    defaultclock.dt = 1 * ms
    with standalone(np.float32):
        found, network = group()
        network.run(1 * ms, namespace={"volt": volt})
        compile_and_run(tmp_path / "program")
        check(found)


def test_local_variables_have_no_condition():
    assert conditional(CODE.format(x="x"), "x > 0", {"U"}).split("\n")[1:5] == [
        "count = 7", "ratio = 1/x", "ratio *= 2", "step = 2*x"
    ]  # fmt: skip
    assert conditional("", "x > 0", KEPT) == ""


ROWS, COLUMNS, STEPS = 6, 70, 12
# what each does where there is no pulse, or what counts is not given, would be seen
RESET = "count += 1; last = 0.5; late_post += 1; part += 1/n"
COUNTED = dict(first="c += n; due = int(c >= 3); seen += 1", given="due", code=RESET + "; c = 0")
NUMBERS = {
    "sampled": ("clip(SR(a_post), -1, 1)", ""),
    "sampled, rounded to 0": ("int(SR(a_post)/2)", ""),
    "decided": ("int(m/2)", "m = a_post + 0*c"),
}
OTHERS = {
    "all": {},
    "masked": dict(connect="(i + j) % 5 > 0"),
    "delayed": dict(delay=2 * ms),
    "of neurons": dict(path="on_post"),
    "in lines": dict(trace="\ndApre/dt = -Apre/(9*ms) : 1 (event-driven)"),
}


SYSTEMS = [
    (name, other, counted) for name in NUMBERS for other in OTHERS for counted in (False, True)
]


def declared(k, name, other, counted):
    return _declared(k, *NUMBERS[name], counted, **OTHERS[other])


def _declared(k, number, prepare, counted, connect=None, path="on_pre", trace="", **more):
    code = COUNTED if counted else dict(code=RESET)
    inputs = NeuronGroup(
        ROWS, "b : 1", threshold="(t_in_timesteps + i) % 3 < 2", reset="", name=f"inputs_{k}"
    )
    neurons = NeuronGroup(
        COLUMNS,
        "a : 1\nlate : 1",
        threshold="(t_in_timesteps + i) % 4 < 2",
        reset="",
        name=f"neurons_{k}",
    )
    synapses = Crossbar(
        inputs,
        neurons,
        "c : 1\nseen : 1\ncount : 1\nlast : 1\npart : 1" + trace,
        name=f"synapses_{k}",
        **{path: Pulses(number, prepare=prepare, **code)},
        **more,
    )
    if connect:
        synapses.connect(connect)
    neurons.a, synapses.last = np.arange(COLUMNS) % 7 - 3, 9
    return inputs, neurons, synapses


def all_declared():
    """All systems in one network, which runs."""
    parts = [declared(k, *system) for k, system in enumerate(SYSTEMS)]
    network = Network(*(part for each in parts for part in each))
    network.run(STEPS * ms)
    return parts, network


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What each system comes to, interpreted and compiled: {system: (values, values)}."""
    defaultclock.dt = 1 * ms
    with numpy_target():
        parts, network = all_declared()
        interpreted = [values(synapses, neurons) for _, neurons, synapses in parts]
    with standalone(np.float64):
        parts, network = all_declared()
        compile_and_run(tmp_path_factory.mktemp("only_where") / "program", flags=QUICK)
        compiled = [values(synapses, neurons) for _, neurons, synapses in parts]
    return dict(zip(SYSTEMS, zip(interpreted, compiled)))


def values(synapses, neurons):
    names = ("c", "seen", "count", "last", "part")
    found = {name: np.ma.filled(synapses.matrix(name), -1.0) for name in names}
    return found | {"late": np.array(neurons.late[:])}


def oracle(name, counted, connect=None, path="on_pre", delay=0 * ms, **_):
    """Event by event, in loops."""
    found = dict(zip(("c", "seen", "count", "last", "part"), np.zeros((5, ROWS, COLUMNS))))
    found["last"][:], late = 9, np.zeros(COLUMNS)
    a = np.arange(COLUMNS) % 7 - 3
    n_of = np.clip(a, -1, 1) if name == "sampled" else np.trunc(a / 2)
    lag = int(round(delay / ms))
    for t in range(STEPS - lag):
        for i in range(ROWS):
            for j in range(COLUMNS):
                fires = (t + i) % 3 < 2 if path == "on_pre" else (t + j) % 4 < 2
                n = n_of[j] if fires and not (connect and (i + j) % 5 == 0) else 0
                if n and counted:
                    found["c"][i, j] += n
                    found["seen"][i, j] += 1
                if n and (not counted or found["c"][i, j] >= 3):
                    found["count"][i, j] += 1
                    found["last"][i, j] = 0.5
                    found["part"][i, j] += 1 / n
                    found["c"][i, j] = 0
                    late[j] += 1
    for each in found.values():
        if connect:
            each[(np.arange(ROWS)[:, None] + np.arange(COLUMNS)) % 5 == 0] = -1
    return found | {"late": late}


@pytest.mark.parametrize("name, other, counted", SYSTEMS)
def test_code_runs_at_pulses_alone(found, name, other, counted):
    """However it is compiled, and interpreted."""
    expected = oracle(name, counted, **OTHERS[other])
    interpreted, compiled = found[name, other, counted]
    for variable, each in expected.items():
        np.testing.assert_allclose(interpreted[variable], each, err_msg=variable)
        np.testing.assert_allclose(compiled[variable], each, err_msg=f"{variable}, compiled")
    assert 0 < np.count_nonzero(expected["count"] > 0) < ROWS * COLUMNS
