"""Names without a suffix mean what they mean in Brian2, and what the rows share is known."""

import warnings

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, Synapses, defaultclock, get_device, linked_var, ms
from drop_in import QUICK, assert_same, values_of_both
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.names import LocalNameWarning
from snn_brian.crossbar.pulses import Pulses


def first_weights(synapses):
    synapses.w = "0.25*i - 0.125*j"


EVENT = dict(
    model="w : 1\nu : 1\ndApre/dt = -Apre/tau : 1 (event-driven)",
    on_pre="v += w*x; Apre += 0.5; w += 0.125*Apre",
    on_post="late += w; r_pre += w*x_post",
)
SYSTEMS = {
    "bare": dict(on_pre="v += w; late = x + 1", on_post="v -= x*w"),
    "local": dict(on_pre="step = 0.5*x_pre; v += step; w += step"),
    "augmented": dict(on_pre="v -= x; w -= 0.125*x", on_post="w *= x; r_pre += w  # bare x"),
    "semicolon": dict(on_pre="v_post += w; r_pre += w"),
    "both_ends": dict(
        on_pre="v_post += w; v_pre += w*x_post", recurrent=True, connect={"condition": "i != j"}
    ),
    "pulses": dict(
        on_pre=Pulses(
            "sign(w)*int(abs(w) > 0.5)", "v += n*now; w -= 0.25*n", "now = w + x; w += 0.125*x"
        )
    ),
    "sampled": dict(on_pre=Pulses("SR(2*sign(x))", "v += n; w -= 0.25*n")),
    "event_driven": EVENT,
    "two_names": dict(on_pre="late_post += w; late += 0.25*x; v_post -= w*x_post; v += 1"),
    "two_names_of_an_input": dict(on_post="v_post += w; r_pre += w; v += x"),
    "two_names_at_pulses": dict(
        on_pre=Pulses(
            "sign(w)*int(abs(w) > 0.5)", "late_post += n*w; late += n", "v_post += w; v += x"
        )
    ),
    "two_names_sampled": dict(on_pre=Pulses("SR(2*sign(x))", "v += n; v_post += w; w -= 0.25*n")),
    "two_names_where_asked": dict(
        model="w : 1\nowed : 1",
        on_pre=Pulses(
            "sign(x_post)*int(abs(x_post) > 0.5)",
            "w -= 0.25*n",
            "owed += x_post; v_post += int(x_post != 0)*0.5; v += int(x_post != 0)*0.25",
        ),
        columns=90,
    ),
    "to_itself": dict(on_pre="v_post += w; v_pre += w*x_post; v += 1", recurrent=True),
}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    systems = {name: system | dict(prepare=first_weights) for name, system in SYSTEMS.items()}
    return values_of_both(systems, tmp_path_factory.mktemp("names") / "program", flags=QUICK)


@pytest.mark.parametrize("name", SYSTEMS)
def test_names_mean_the_same(both, name):
    assert_same(*both[name])


def declared(on_pre, on_post=None, target="v : 1\nx : 1\ndw : 1", **arguments):
    inputs = NeuronGroup(4, "x : 1\nr : 1", threshold="i >= 0", name="inputs")
    neurons = NeuronGroup(3, target, threshold="i >= 0", name="neurons")
    synapses = Crossbar(
        inputs, neurons, "w : 1", on_pre=on_pre, on_post=on_post, name="synapses", **arguments
    )
    return inputs, neurons, synapses


@pytest.mark.parametrize(
    "code", ["w += 0.1; U_post += w", "dw = 0.1; w += dw", Pulses("1", "w += n; dw = 1*n; w += dw")]
)
def test_strict_sees_statements_after_a_semicolon(code):
    with numpy_target():
        code = code.replace("U_post", "v") if isinstance(code, str) else code
        with pytest.raises(ValueError, match="^'(v|dw) = ...' in the code of 'synapses' would"):
            declared(code, strict=True)


@pytest.mark.parametrize("code", ["dw = 0.1*x_pre\nw += dw", "w += 1; dw = x_pre; dw *= w; w = dw"])
def test_what_looks_like_a_local_variable_is_told(code):
    with numpy_target(), pytest.warns(LocalNameWarning) as caught:
        declared(code)
    found = [str(each.message) for each in caught if each.category is LocalNameWarning]
    assert found == [
        "'dw = ...' in the code of 'synapses' changes the variable 'dw' of 'neurons'; write "
        "'dw_post' if it shall, or call the local variable otherwise."
    ]


@pytest.mark.parametrize(
    "code", ["v += w", "v = 0", "v = v + w", "step = w; v += step", "v_post = w; w = 0.5*v_post"]
)
def test_what_is_meant_is_not_told(code):
    with numpy_target(), warnings.catch_warnings():
        warnings.simplefilter("error", LocalNameWarning)
        declared(code)


@pytest.mark.parametrize(
    "code", ["v += w; w = v_post", "v_post += 0.5*v", Pulses("1", "w += n*v", "v_post = x_post")]
)
def test_what_is_changed_is_read_by_the_same_name(code):
    one, other = ("v", "v_post") if code == "v += w; w = v_post" else ("v_post", "v")
    with numpy_target(), pytest.raises(ValueError, match=f"^'{one}' and '{other}' in the code of"):
        declared(code)


def test_what_is_read_alone_and_both_ends_may_have_two_names():
    with numpy_target():
        declared("w += v*v_post; r_pre += w")
        neurons = NeuronGroup(3, "v : 1", threshold="i >= 0")
        Crossbar(neurons, model="w : 1", on_pre="v_post += w*v_pre")


def independent(*arguments, **keywords):
    with standalone():
        return declared(*arguments, **keywords)[2].pre.independent


def test_rows_that_share_what_they_write():
    assert independent("v += w") and independent("v_post += w; w += x_pre")
    assert not independent("v += w; r_pre += w")
    assert not independent("w = 0;r_pre = w")
    assert not independent(Pulses("1", "w += n", "v += w; x_pre = 1"))


def test_rows_of_one_group_or_of_linked_variables():
    with standalone():
        neurons = NeuronGroup(6, "v : 1\nx : 1", threshold="v > 1", name="neurons")
        assert not Crossbar(neurons, on_pre="v_post += v_pre").pre.independent
        assert not Crossbar(neurons[:3], neurons[3:], on_pre="v += v_pre").pre.independent
        linked = NeuronGroup(6, "u : 1 (linked)", threshold="u > 1", name="linked")
        linked.u = linked_var(neurons, "v")
        assert not Crossbar(linked, neurons, on_pre="v += u_pre").pre.independent
        assert Crossbar(linked, neurons, on_pre="x += u_pre").pre.independent


def of_a_size(kind, rows, columns):
    defaultclock.dt = 1 * ms
    inputs = NeuronGroup(rows, "r : 1", threshold="(i + t_in_timesteps) % 3 > 0", name="inputs")
    neurons = NeuronGroup(columns, "U : 1", name="neurons")
    synapses = kind(inputs, neurons, "w : 1", on_pre="U_post += w; r_pre += w", name="synapses")
    if kind is Synapses:
        synapses.connect()
    synapses.w = "((3*i + 7*j) % 64)/64.0"  # sums are exact in any order
    network = Network(inputs, neurons, synapses)
    network.run(3 * ms)
    return inputs, neurons, network


@pytest.mark.parametrize(("rows", "columns"), [(3, 4), (2500, 2500)])
def test_sums_of_rows_with_threads(tmp_path, monkeypatch, rows, columns):
    with numpy_target(np.float64):
        inputs, neurons, _ = of_a_size(Synapses, rows, columns)
        expected = np.array(inputs.r[:]), np.array(neurons.U[:])
    with standalone(np.float64):
        inputs, neurons, _ = of_a_size(Crossbar, rows, columns)
        compile_and_run(tmp_path / "program", flags=" -fopenmp")
        for threads in ("1", "2"):
            monkeypatch.setenv("OMP_NUM_THREADS", threads)
            get_device().run(directory=str(tmp_path / "program"), with_output=False)
            np.testing.assert_array_equal(inputs.r[:], expected[0])
            np.testing.assert_array_equal(neurons.U[:], expected[1])
    assert np.ptp(expected[0]) > 0 and np.ptp(expected[1]) > 0
