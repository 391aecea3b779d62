"""Delays: a compiled crossbar delivers events when plain Synapses do, whatever shares a delay."""

import subprocess

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, Synapses, defaultclock, get_device, ms
from drop_in import QUICK, assert_same, values_of_both
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.delays import check_whole_steps, same_along_lines
from snn_brian.crossbar.pulses import Pulses

STDP = dict(on_pre="v_post += w + 0.25*t/ms; w += 0.125", on_post="r_pre += w*x_post; w *= 0.5")


def first_weights(synapses):
    synapses.w = "0.25*i - 0.125*j"


def delays(**expressions):
    """Sets the delays of pathways."""

    def prepare(synapses):
        first_weights(synapses)
        for path, value in expressions.items():
            getattr(synapses, path).delay = value

    return prepare


def by_attribute(synapses):
    first_weights(synapses)
    synapses.delay = "j*ms"


def one_by_one(synapses):
    first_weights(synapses)
    synapses.delay = 2 * ms
    synapses.pre.delay["i == 2"] = "5*ms"


def half_of_them(synapses):
    first_weights(synapses)
    synapses.pre.delay["i < 3"] = "(i + 1)*ms"


def longer(synapses):
    synapses.delay = 6 * ms


def shorter_and_other(synapses):
    synapses.delay = "(7 - i)*ms"


SYSTEMS = {
    "zero": dict(STDP, delay=0 * ms, prepare=first_weights),
    "scalar": dict(STDP, delay=3 * ms, prepare=first_weights),
    "both": dict(STDP, delay={"pre": 2 * ms, "post": 4 * ms}, prepare=first_weights),
    "set": dict(STDP, prepare=delays(pre=4 * ms, post=1 * ms)),
    "expression": dict(STDP, prepare=delays(pre="2*ms + 1*ms")),
    "rows": dict(STDP, prepare=delays(pre="(i + 3000*int(i == 6))*ms")),
    "columns": dict(STDP, prepare=delays(pre="(j % 3)*ms", post="(2 + j)*ms")),
    "columns_by_attribute": dict(STDP, prepare=by_attribute),
    "each": dict(STDP, prepare=delays(pre="((3*i + 2*j) % 5)*ms", post="((i + j) % 3)*ms")),
    "one_by_one": dict(STDP, prepare=one_by_one),
    "half": dict(STDP, prepare=half_of_them),
    "recurrent": dict(STDP, recurrent=True, prepare=delays(pre="(1 + (i + j) % 3)*ms")),
    "changed": dict(STDP, delay=2 * ms, prepare=first_weights, between=longer),
    # NumPy takes w from before all events of a step, C++ event by event: no matter if it stays
    "shortened": dict(
        on_pre="v_post += w", delay=6 * ms, prepare=first_weights, between=delays(pre=1 * ms)
    ),
    "begun": dict(STDP, prepare=first_weights, between=longer),
    "other_rows": dict(STDP, prepare=by_attribute, between=shorter_and_other),
    # what is in flight waits by the numbers of rows, then by those of parts of rows
    "begun_by_row": dict(
        on_pre="v_post += w + t/ms",
        prepare=delays(pre=4 * ms),
        between=delays(pre="((3*i + 2*j) % 5)*ms"),
    ),
    "rows_cut": dict(
        on_pre="v_post += w + t/ms",
        cut=3,
        connect={"condition": "i != j"},
        prepare=delays(pre="(i % 4)*ms"),
        between=delays(pre="((3*i + 2*j) % 5)*ms"),
    ),
    "columns_cut": dict(
        on_post="r_pre += w + t/ms; v_post += w",
        connect={"condition": "(i + j) % 3 != 0"},
        prepare=delays(post="(j % 4)*ms"),
        between=delays(post="((3*i + 2*j) % 5)*ms"),
    ),
    "rows_again": dict(
        on_pre="v_post += w + t/ms",
        prepare=delays(pre="((3*i + 2*j) % 5)*ms"),
        between=delays(pre="(i % 4)*ms"),
    ),
    "rows_as_one": dict(
        on_pre="v_post += w + t/ms", prepare=delays(pre="i*ms"), between=delays(pre=3 * ms)
    ),
    "array_of_rows": dict(STDP, prepare=delays(pre=np.arange(35) // 5 * ms)),
    "array": dict(STDP, prepare=delays(pre=np.arange(35) % 4 * ms)),
    "pulses": dict(
        on_pre=Pulses("sign(w)*int(abs(w) > 0.5)", "v_post += n; w -= 0.5*n", "w += 0.125*x_pre"),
        delay=3 * ms,
        prepare=first_weights,
    ),
    "pulses_of_neurons": dict(
        on_post=Pulses("sign(w)*int(abs(w) > 0.5)", "v_post += n; w -= 0.5*n", "w += 0.125*x_pre"),
        delay={"post": 2 * ms},
        prepare=first_weights,
    ),
    "pulses_each": dict(
        on_pre=Pulses("sign(w)*int(abs(w) > 0.5)", "v_post += n; w -= 0.5*n", "w += 0.125*x_pre"),
        prepare=delays(pre="((3*i + 2*j) % 5)*ms"),
    ),
    "masked": dict(STDP, delay=2 * ms, connect={"condition": "i != j"}, prepare=first_weights),
    "masked_each": dict(
        STDP, connect={"condition": "i != j"}, prepare=delays(pre="j*ms", post="i*ms")
    ),
    "subgroups": dict(STDP, cut=3, prepare=delays(pre="(i + j)*ms", post=2 * ms)),
}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return values_of_both(SYSTEMS, tmp_path_factory.mktemp("delays") / "program", flags=QUICK)


@pytest.mark.parametrize("name", SYSTEMS)
def test_delays_are_those_of_synapses(both, name):
    assert_same(*both[name])


def declared(kind=Crossbar, **arguments):
    inputs = NeuronGroup(4, "", threshold="i >= 0", name="inputs")
    neurons = NeuronGroup(3, "v : 1", name="neurons")
    synapses = kind(inputs, neurons, "w : 1", on_pre="v += 1", name="synapses", **arguments)
    return inputs, neurons, synapses


@pytest.mark.parametrize("mode", ["numpy", "cpp_standalone"])
@pytest.mark.parametrize("by", ["argument", "attribute"])
def test_parts_of_a_step_are_refused(mode, by):
    defaultclock.dt = 1 * ms
    with numpy_target() if mode == "numpy" else standalone():
        inputs, neurons, synapses = declared(**{"delay": 2.5 * ms} if by == "argument" else {})
        if by == "attribute":
            synapses.delay = 2.5 * ms
        with pytest.raises(Exception) as caught:
            Network(inputs, neurons, synapses).run(1 * ms)
    error = caught.value if isinstance(caught.value, ValueError) else caught.value.__cause__
    assert isinstance(error, ValueError)
    assert str(error) == (
        "delay=2.5 ms of 'synapses_pre' is no whole number of time steps of 1. ms: choose a "
        "multiple, such as 2. ms, or set defaultclock.dt to a fraction of it."
    )


@pytest.mark.parametrize(
    ("delay", "by_row", "by_column"),
    [
        (2 * ms, True, True),
        ("2*ms", True, True),
        ("(i % 3)*ms", True, False),
        ("(1 + j)*ms", False, True),
        ("lag_pre", True, False),
        ("int(lag_post/ms)*ms", False, True),
        ("(i + j)*ms", False, False),
        ("int(2*rand())*ms", False, False),
        ("w*ms", False, False),
        (np.arange(12) // 3 * ms, True, False),
        (np.arange(12) % 3 * ms, False, True),
        (np.arange(12) * ms, False, False),
    ],
)
def test_what_a_line_shares(delay, by_row, by_column):
    with standalone():
        groups = [NeuronGroup(n, "lag : second", threshold="i >= 0", reset="") for n in (4, 3)]
        synapses = Crossbar(*groups, "w : 1", on_pre="w += 1", on_post="w += 1")
        synapses.pre.delay, synapses.post.delay = delay, delay
        for path, same in ((synapses.pre, by_row), (synapses.post, by_column)):
            assert same_along_lines(path) == same
            assert path.waiting == ("lines" if same else "parts")
            path.delay["i == j"] = "1*ms"
            assert not same_along_lines(path)


@pytest.mark.parametrize("zero", [0, 0.0, 0 * ms, {"pre": 0}])
def test_no_delay_in_any_spelling(zero):
    with standalone():
        assert declared(delay=zero)[2].pre.delayed is None


def test_float32_delays_are_whole_steps_to_rounding():
    steps = np.arange(100_000)
    check_whole_steps("synapses_pre", (steps * 1e-4).astype(np.float32), 1e-4)
    with pytest.raises(ValueError, match="^delay=-1. ms of 'synapses_pre' is no whole number"):
        check_whole_steps("synapses_pre", np.array([0, -1e-3]), 1e-3)


def test_delays_as_run_arguments(tmp_path):
    """One compiled program, several delays; parts of a step stop it."""
    defaultclock.dt = 1 * ms
    with standalone(np.float64):
        inputs, neurons, synapses = declared(delay=1 * ms)
        Network(inputs, neurons, synapses).run(10 * ms)
        compile_and_run(tmp_path / "program")
        for steps in (1, 4, 0):
            arguments = [f"synapses.delay={steps / 1000}"]
            get_device().run(
                directory=str(tmp_path / "program"), with_output=False, run_args=arguments
            )
            np.testing.assert_array_equal(neurons.v[:], 4 * (10 - steps))
        made = subprocess.run(
            ["./main", "synapses.delay=0.0025"],
            cwd=tmp_path / "program",
            capture_output=True,
            text=True,
        )
    assert made.returncode == 1 and made.stderr == (
        "delay=0.0025 s of 'synapses_pre' is no whole number of time steps of 0.001 s: choose a "
        "multiple, or set defaultclock.dt to a fraction of it.\n"
    )


def test_run_arguments_that_differ_within_a_row_stop(tmp_path):
    """The program was made for one delay in each row."""
    defaultclock.dt = 1 * ms
    with standalone(np.float64):
        inputs, neurons, synapses = declared()
        synapses.delay = "i*ms"
        Network(inputs, neurons, synapses).run(10 * ms)
        compile_and_run(tmp_path / "program")
        np.testing.assert_array_equal(neurons.v[:], 34)
        for rows, steps in (([4, 3, 2, 1], 30), ([0, 0, 0, 0], 40)):
            run_with_delays(tmp_path / "program", np.repeat(rows, 3))
            np.testing.assert_array_equal(neurons.v[:], steps)
        with pytest.raises(RuntimeError):
            run_with_delays(tmp_path / "program", np.array([0, 0, 1] + 9 * [2]))


def run_with_delays(folder, milliseconds):
    (milliseconds * 1e-3).tofile(folder / "delays")
    get_device().run(directory=str(folder), with_output=False, run_args=["synapses.delay=delays"])


def test_without_a_declaration_nothing_waits(tmp_path):
    """The generated code has neither queue nor check."""
    defaultclock.dt = 1 * ms
    with standalone():
        Network(*declared()).run(1 * ms)
        get_device().build(directory=str(tmp_path / "program"), compile=False, run=False)
    code = "".join(file.read_text() for file in (tmp_path / "program/code_objects").glob("*.cpp"))
    assert "queue" not in code and "delay" not in code


def test_runtime_delays_stay_those_of_synapses():
    with numpy_target():
        for kind in (Crossbar, Synapses):
            synapses = declared(kind)[2]
            if kind is Synapses:
                synapses.connect()
            local = 3  # noqa: F841 - in the string
            synapses.delay = "local*j*ms"
            assert len(synapses.delay[:]) == 12
            np.testing.assert_allclose(synapses.delay[1, :] / ms, [0, 3, 6])


def test_delays_are_read_and_set_with_and_without_units():
    """Also by an expression with a name of whoever sets them."""
    with numpy_target():
        _, _, synapses = declared()
        lag = 3 * ms
        synapses.delay = "lag*(1 + j % 2)"
        assert lag == 3 * ms and synapses.delay[0, 1] == 6 * ms
        synapses.pre.delay = "2*lag"
        np.testing.assert_array_equal(synapses.delay[:] / ms, 6)
        synapses.delay_ = 0.002
        np.testing.assert_array_equal(synapses.delay_[:], 0.002)
        np.testing.assert_array_equal(synapses.delay[:] / ms, 2)
        synapses.delay = 1 * ms
        np.testing.assert_array_equal(synapses.pre.delay_[:], 0.001)


def test_a_delay_before_0_is_told_with_the_shortest():
    with pytest.raises(ValueError, match="multiple, such as 0. s, or set"):
        check_whole_steps("synapses_pre", np.array([-3e-3]), 1e-3)
