"""Event-driven equations: the values of plain Synapses, held line by line where that is so."""

import random
import subprocess

import numpy as np
import pytest
from brian2 import (
    BrianLogger,
    Network,
    NeuronGroup,
    StateMonitor,
    Synapses,
    defaultclock,
    get_device,
    ms,
)
from brian2.stateupdaters.base import UnsupportedEquationsException
from drop_in import NAMESPACE, QUICK, assert_same, simulate, values_of_both
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.event_driven import Traces, line_statements, traces
from snn_brian.crossbar.pulses import Pulses

BrianLogger.suppress_hierarchy("brian2.codegen.generators.base")

EQUATIONS = """w : 1
               dApre/dt = -Apre/tau : 1 (event-driven)
               dApost/dt = -Apost/tau_2 : 1 (event-driven)"""
STDP = dict(
    model=EQUATIONS,
    on_pre="v_post += w; Apre += 0.25; w = clip(w + Apost, 0, top)",
    on_post="Apost -= 0.3; w = clip(w + Apre, 0, top)",
)


def first_weights(synapses):
    synapses.w = "0.25*i - 0.125*j"


def first_traces(synapses):
    synapses.w = 0.5
    synapses.Apre = "0.1*i - 0.2*j"


def traces_are_set(synapses):
    synapses.Apre = "0.1*i - 0.2*j"


def nothing(synapses):
    pass


def delays_are(**values):
    """Sets the delays of pathways."""

    def set_delays(synapses):
        for path, value in values.items():
            getattr(synapses, path).delay = value

    return set_delays


def delayed(**values):
    def prepare(synapses):
        first_weights(synapses)
        delays_are(**values)(synapses)

    return prepare


HELD = {
    "stdp": STDP,
    "before_and_after": dict(
        STDP, on_pre="w += 0.5*Apre; Apre = Apre*0.5 + 0.25 + 0.1*x_pre; w -= Apre*Apost; v += w"
    ),
    "local": dict(
        STDP, on_pre="step = 0.1*x_pre; step *= 2; Apre += step; w += step*Apost; v += w"
    ),
    "coupled": dict(
        model=EQUATIONS + "\ndBpre/dt = (Apre - Bpre)/tau : 1 (event-driven)",
        on_pre="Apre += 1; Bpre *= 0.5; w += Bpre; v += w",
        on_post="Apost += 1; w -= Bpre*Apre*Apost",
    ),
    "driven": dict(
        STDP,
        model="w : 1\ndApre/dt = (0.7 - Apre)/tau : 1 (event-driven)\n"
        "dApost/dt = -0.1*Apost/tau : 1 (event-driven)",
    ),
    "masked": dict(STDP, connect={"condition": "i != j"}),
    "subgroups": dict(STDP, cut=3),
    "recurrent": dict(STDP, recurrent=True, connect={"condition": "i != j"}),
    "delayed": dict(STDP, delay=2 * ms),
    "delayed_both": dict(STDP, delay={"pre": 2 * ms, "post": 5 * ms}),
    "delayed_by_row": dict(STDP, prepare=delayed(pre="i*ms", post="(j % 3)*ms")),
    "delayed_cut": dict(
        STDP, cut=3, connect={"condition": "i != j"}, prepare=delayed(pre="i*ms", post="j*ms")
    ),
    "delayed_recurrent": dict(STDP, recurrent=True, prepare=delayed(pre="(1 + i)*ms")),
    "delayed_more": dict(STDP, delay=2 * ms, between=delays_are(pre=7 * ms)),
    "delayed_later": dict(STDP, between=delays_are(pre=3 * ms, post="j*ms")),
    "delayed_otherwise": dict(
        STDP, prepare=delayed(pre="i*ms"), between=delays_are(pre="(7 + i)*ms")
    ),
    "delayed_coupled": dict(
        model=EQUATIONS + "\ndBpre/dt = (Apre - Bpre)/tau : 1 (event-driven)",
        on_pre="Apre += 1; Bpre *= 0.5; w += Bpre; v += w",
        on_post="Apost += 1; w -= Bpre*Apre*Apost",
        prepare=delayed(pre="(i % 4)*ms", post=3 * ms),
    ),
    "paths_delayed": dict(
        STDP,
        on_pre={"a": "Apre += 0.25", "b": "v += w*Apre; w = clip(w + Apost, 0, top)"},
        delay={"a": 3 * ms, "b": 1 * ms},
    ),
    "paths_by_row": dict(
        STDP,
        on_pre={"a": "Apre += 0.25", "b": "v += w*Apre; w = clip(w + Apost, 0, top)"},
        prepare=delayed(a="i*ms", b="(7 - i)*ms"),
    ),
    "paths": dict(
        STDP, on_pre={"a": "Apre += 0.25", "b": "v += w*Apre; w = clip(w + Apost, 0, top)"}
    ),
    "one_side": dict(
        model="w : 1\ndApre/dt = -Apre/tau : 1 (event-driven)", on_pre="Apre += 1; v += Apre + w"
    ),
    "shared": dict(
        STDP, model=EQUATIONS + "\nrate : 1 (shared)", on_pre="Apre += 1 + rate; v += Apre"
    ),
}
SINGLE = {
    "set": dict(STDP, prepare=first_traces),
    "set_between": dict(STDP, between=traces_are_set),
    "delayed_each": dict(STDP, prepare=delayed(pre="((3*i + 2*j) % 5)*ms")),
    "delayed_then_each": dict(
        STDP, prepare=delayed(pre="i*ms"), between=delays_are(pre="(7 + i + j)*ms")
    ),
    "delayed_by_column": dict(STDP, prepare=delayed(pre="j*ms")),
    "paths_of_which_one": dict(
        STDP,
        on_pre={"a": "Apre += 0.25", "b": "v += w*Apre; w = clip(w + Apost, 0, top)"},
        prepare=delayed(a="i*ms", b="j*ms"),
    ),
    "of_the_synapse": dict(STDP, on_pre="Apre += w; w = clip(w + Apost, 0, top); v += w"),
    "both_sides": dict(
        STDP, on_post="Apost -= 0.3; Apre *= 0.5; w = clip(w + Apre, 0, top); v += w"
    ),
    "constant_of_the_synapse": dict(
        STDP,
        model="w : 1\nfactor : 1\ndApre/dt = -factor*Apre/tau : 1 (event-driven)\n"
        "dApost/dt = -Apost/tau_2 : 1 (event-driven)",
    ),
    "pulses": dict(
        model=EQUATIONS,
        on_pre=Pulses(
            "sign(w)*int(abs(w) > 0.5)", "v += n*Apre; w -= 0.5*n", "w += 0.125; Apre += 1"
        ),
        on_post="Apost += 1; w += Apre",
    ),
    "row_that_changes": dict(
        STDP, on_pre="Apre += x_pre; v += Apre; y_pre += 1", on_post="Apost += 1; w += Apre*Apost"
    ),
}


def random_system(number):
    """Traces of both sides, some of which drive others, and statements in any order."""
    draw = random.Random(number)
    names = {side: [f"{each}{side}" for each in "AB"[: draw.randint(1, 2)]] for side in SIDES}
    model, code = ["w : 1"], {}
    for side, own in names.items():
        for place, name in enumerate(own):
            drive = draw.choice(["0", "0.3", *(f"0.5*{other}" for other in own[:place])])
            tau = draw.choice(["tau", "tau_2"]) if place == 0 else "(2*tau)"
            model.append(f"d{name}/dt = ({drive} - {name})/{tau} : 1 (event-driven)")
        changes = [
            draw.choice(
                [
                    f"{name} += {draw.randint(1, 9) / 8}",
                    f"{name} = 0.5*{name} + 0.25*x_{side}",
                    f"step = x_{side}*{draw.choice(own)}; {name} -= 0.5*step",
                    f"{name} *= 0.75; {name} += 0.125*{draw.choice(own)}",
                ]
            )
            for name in own
        ]
        every = names["pre"] + names["post"]
        uses = [
            f"w = clip(w + 0.25*{draw.choice(every)}*{draw.choice(every)}, -1, 1)",
            f"v_post += w*{draw.choice(every)} + {draw.choice(every)}",
            f"w -= 0.125*{draw.choice(every)}",
        ]
        lines = changes + uses
        draw.shuffle(lines)
        code[f"on_{side}"] = "\n".join(lines)
    return dict(
        model="\n".join(model),
        connect=draw.choice([None, {"condition": "i != j"}]),
        rows=draw.choice([3, 9, 17]),
        columns=draw.choice([5, 16, 19]),
        **code,
    )


SIDES = ("pre", "post")
IN_THE_FIRST_RUN = ("set_between", "delayed_then_each")
HELD |= {f"random_{number}": random_system(number) for number in range(6)}
SYSTEMS = {name: dict(prepare=first_weights) | system for name, system in (HELD | SINGLE).items()}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    folder = tmp_path_factory.mktemp("event_driven") / "program"
    return values_of_both(SYSTEMS, folder, flags=QUICK), folder


@pytest.mark.parametrize("name", SYSTEMS)
def test_values_are_those_of_synapses(both, name):
    assert_same(*both[0][name])


@pytest.mark.parametrize("name", SYSTEMS)
def test_what_is_held_line_by_line(both, name):
    codes = sorted((both[1] / "code_objects").glob(f"{name}_syn_*_codeobject*.cpp"))
    held = ["_line_last" in code.read_text() for code in codes if "before_run" not in code.name]
    expected = name in HELD or name == "row_that_changes"
    assert any(held) == (expected or name in IN_THE_FIRST_RUN), codes


SHORTENED = {
    "one": dict(delay={"pre": 6 * ms, "post": 5 * ms}, between=delays_are(pre=1 * ms, post=2 * ms)),
    "by_row": dict(
        prepare=delayed(pre="(6 + i % 2)*ms", post="(4 + j)*ms"),
        between=delays_are(pre="(i % 3)*ms", post="(j % 2)*ms"),
    ),
    "cut": dict(
        cut=3,
        connect={"condition": "i != j"},
        prepare=delayed(pre="(6 + i % 2)*ms", post="(4 + j)*ms"),
        between=delays_are(pre="(i % 3)*ms", post="(j % 2)*ms"),
    ),
    "then_each": dict(
        prepare=delayed(pre="(6 + i % 2)*ms"), between=delays_are(pre="((i + j) % 3)*ms")
    ),
}


def test_a_line_that_is_due_twice(tmp_path):
    """After delays were shortened. NumPy takes w from before all events of a step; so both are
    compiled here."""
    defaultclock.dt = 1 * ms
    systems = {name: dict(prepare=first_weights) | STDP | each for name, each in SHORTENED.items()}
    with standalone(np.float64):
        kinds = [
            simulate({f"{name}_{kind.__name__}": each for name, each in systems.items()}, kind, 20)
            for kind in (Synapses, Crossbar)
        ]
        compile_and_run(tmp_path / "program", flags=QUICK)
        for plain, crossbar in zip(*kinds):
            expected, found = (
                {name.replace(f"_{type(pair.synapses).__name__}", ""): values
                 for name, values in pair.values().items()}
                for pair in (plain, crossbar)
            )  # fmt: skip
            assert_same(expected, found)


def declared(model=EQUATIONS, on_pre=STDP["on_pre"], on_post=STDP["on_post"], **arguments):
    inputs = NeuronGroup(6, "x : 1", threshold="i >= 0", reset="", name="inputs")
    neurons = NeuronGroup(4, "v : 1", threshold="i >= 0", reset="", name="neurons")
    synapses = Crossbar(
        inputs, neurons, model, on_pre=on_pre, on_post=on_post, name="synapses", **arguments
    )
    return inputs, neurons, synapses


@pytest.mark.parametrize(
    ("also", "held"),
    [
        (lambda synapses: None, True),
        (lambda synapses: setattr(synapses, "w", 1), True),
        (lambda synapses: setattr(synapses, "Apre", 1), False),
        (lambda synapses: synapses.run_regularly("w *= 0.5"), True),
        (lambda synapses: synapses.run_regularly("w *= Apre"), False),
        (lambda synapses: StateMonitor(synapses, "w", record=[1]), True),
        (lambda synapses: StateMonitor(synapses, "Apost", record=[1]), False),
        (lambda synapses: setattr(synapses, "delay", 1 * ms), True),
        (lambda synapses: setattr(synapses, "delay", "i*ms"), True),
        (lambda synapses: setattr(synapses, "delay", "j*ms"), False),
        (lambda synapses: setattr(synapses.post, "active", False), False),
        (lambda synapses: Synapses(synapses.source, synapses, on_pre="Apre_post += 1"), False),
    ],
    ids=[
        "alone",
        "w set",
        "set",
        "others",
        "regular",
        "w seen",
        "seen",
        "delay",
        "delay of rows",
        "delay of columns",
        "inactive",
        "target",
    ],
)
def test_what_is_seen_elsewhere_is_of_each_synapse(also, held):
    with standalone():
        _, _, synapses = declared()
        kept = also(synapses)
        assert traces(synapses) == (Traces(pre=("Apre",), post=("Apost",)) if held else None)
        del kept


@pytest.mark.parametrize(
    ("code", "of_line"),
    [
        ("v_post += w; Apre += 0.25; w += Apost", ["Apre += 0.25"]),
        ("a = 2*x_pre; b = a*w; Apre += a", ["a = 2 * x_pre", "Apre += a"]),
        ("w += 1", []),
        ("a = w; Apre += a", None),
        ("a = 1; a = w; Apre += a", None),
        ("Apre += rand()", None),
        ("Apre += exp(-x_pre)*c", ["Apre += exp(-x_pre)*c"]),
        ("Apre += stimulus(t)", None),
        ("x_pre += w; Apre += x_pre", None),
        ("Apre += v_post", None),
        ("Apre += j", None),
        ("Apre = Apre*Apost", None),
    ],
)
def test_what_a_line_shares(code, of_line):
    with standalone():
        _, _, synapses = declared()
        found = line_statements(synapses, code, "pre", ("Apre",))
    plain = [each.replace(" ", "") for each in found] if found is not None else None
    assert plain == (of_line if of_line is None else [each.replace(" ", "") for each in of_line])


@pytest.mark.parametrize("mode", ["numpy", "cpp_standalone"])
def test_what_has_no_exact_solution_is_refused(mode):
    with numpy_target() if mode == "numpy" else standalone():
        objects = declared("w : 1\nda/dt = -a**2/tau : 1 (event-driven)", "a += 1", None)
        with pytest.raises(Exception) as caught:
            Network(objects).run(1 * ms, namespace=NAMESPACE)
    error = caught.value.__cause__
    assert isinstance(error, UnsupportedEquationsException)
    assert str(error) == (
        "model of 'synapses': 'a' cannot be solved exactly from one event to the next; make the "
        "equations linear with constant coefficients, or '(clock-driven)'."
    )


def test_a_run_argument_would_not_be_seen(tmp_path):
    """The program stops, with one sentence."""
    defaultclock.dt = 1 * ms
    with standalone(np.float64):
        inputs, neurons, synapses = declared()
        Network(inputs, neurons, synapses).run(3 * ms, namespace=NAMESPACE)
        compile_and_run(tmp_path / "program", {synapses.w: np.full(24, 0.5)})
        assert np.ptp(synapses.Apre[:]) == 0 and synapses.Apre[0] > 0
        with pytest.raises(RuntimeError):
            get_device().run(
                directory=str(tmp_path / "program"),
                with_output=False,
                run_args={synapses.Apre: np.arange(24.0)},
            )
    values = next((tmp_path / "program" / "static_arrays").glob("init_synapses_Apre_*"))
    made = subprocess.run(
        ["./main", f"synapses.Apre={values.relative_to(tmp_path / 'program')}"],
        cwd=tmp_path / "program",
        capture_output=True,
        text=True,
    )
    assert made.returncode == 1 and made.stderr == (
        "'Apre' of 'synapses' is held line by line and cannot be a run argument: set it before "
        "the run.\n"
    )
