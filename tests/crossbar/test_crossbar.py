"""Crossbar against plain Synapses: random equation sets, edge sizes, what is refused.

Brian2's NumPy target and plain `Synapses` are the reference. A compiled project takes long, so each
holds many systems.
"""

import random
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from brian2 import BrianLogger, Network, NeuronGroup, StateMonitor, Synapses, defaultclock, ms, seed
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.pulses import Pulses

WIDTHS = (1, 2, 3, 15, 16, 17, 63, 64, 65, 100)
HEIGHTS = (5, 17, 1, 33, 2, 8, 3)
SPIKES = (
    "(5*t_in_timesteps + 3*i) % 7 < 3",
    "i >= 0",
    "(t_in_timesteps + i) % 4 == 0",
    "i < 0",
    "i == N - 1",
)
EVENTS = {"every": "t_in_timesteps % 2 == 0", "some": "(t_in_timesteps + i) % 3 == 0"}
SLOTS = ("start", "groups", "thresholds", "synapses", "synapses", "resets", "end")
STEPS = 6

# Brian2 cannot tell that what these pathways do does not depend on the order of the synapses.
BrianLogger.suppress_hierarchy("brian2.codegen.generators.base")
BrianLogger.suppress_name("only_threshold")
BrianLogger.suppress_name("cannot_check_statemonitor_indices")


class Expressions:
    """Random expressions and statements.

    Exact ones have values that float32 holds without rounding, whatever the order of a sum:
    multiples of 1/16 within [-1, 1] that are multiplied once and summed a few times. What is stored
    in a synapse is rounded to 1/16 again.
    """

    def __init__(self, draw, exact):
        self.draw, self.exact = draw, exact
        self.atoms = ["w", "w", "v", "rate", "x_pre", "h_pre", "x_post", "h_post"]
        self.sums = [
            "U_post",
            "q_post",
            "r_pre",
        ]  # a pathway that adds to one of them does not read it

    def constant(self):
        number = (
            self.draw.randint(-16, 16) / 16 if self.exact else round(self.draw.uniform(-1, 1), 5)
        )
        return f"({number})"

    def atom(self):
        return self.draw.choice(self.atoms + [self.constant()])

    def condition(self, without=()):
        left = self.draw.choice(
            [name for name in self.atoms + self.sums + ["gain", "k"] if name not in without]
        )
        comparison = f"{left} {self.draw.choice(['>', '<', '>=', '<='])} {self.atom()}"
        return self.draw.choice(
            [
                comparison,
                comparison,
                f"({comparison} and j % 3 != 1)",
                f"({comparison} or i == j)",
                f"not ({comparison})",
                "(i + j) % 2 == 0",
                "t > 2.5*ms",
                "on",
                "N_pre > N_post",
            ]
        )

    def term(self, without=()):
        a, b, c = self.atom(), self.atom(), self.atom()
        choices = [
            a,
            f"{a}*{b}",
            f"{a}*{b}",
            f"int({self.condition(without)})*{a}",
            f"abs({a} - {b})",
            f"sign({a} + {b})*{c}",
            f"clip({a} + {b}, {self.draw.randint(-8, 0) / 8}, {self.draw.randint(1, 8) / 8})",
            "gain",
            f"{a}*(i % 3)",
            f"(j//2 % 3)*{a}",
            f"floor(2*{a} + {b})/4",
            f"int(3*{a})*{b}",
            "0.25*k",
            f"-{a}",
            "(k % 3)*0.5",
            f"ceil({a})*{b}",
        ]
        if not self.exact:
            choices += [
                f"exp(-abs({a} + {b}))",
                f"sin(3*{a})*{b}",
                f"tanh({a} - {b})",
                f"{a}/(1 + abs({b}))",
                f"sqrt(abs({a}) + 0.1)",
                f"({a} + {b})**2",
                f"log(1 + abs({a}))",
                "0.1*c",
                f"cos({a})/(i + 1)",
                f"exp(t/(-3*ms))*{a}",
                f"arctan({a})",
                f"({a} % 0.3)",
                f"({a} // 0.3)*0.1",
                "delayed",
            ]
        return self.draw.choice([choice for choice in choices if choice not in without])

    def sum(self, without=()):
        terms = [self.term(without) for _ in range(3)]
        return self.draw.choice(["{} + {}", "{} - {}", "{}", "{} + {} + {}"]).format(*terms)

    def stored(self, without=()):
        """An expression for a value of a synapse."""
        value = self.sum(without)
        return f"clip(int(16*({value}))/16.0, -1, 1)" if self.exact else f"clip({value}, -1, 1)"

    def statements(self):
        sums = self.draw.sample(["U_post", "q_post", "r_pre"], self.draw.randint(0, 3))
        stored = self.draw.sample(["w", "v"], self.draw.randint(0, 2))
        sums.append(
            "gain"
        )  # which takes w from before the code in Brian2's C++, from this moment in NumPy
        lines = [f"{name} {self.draw.choice('+-')}= {self.sum(sums)}" for name in sums[:-1]]
        lines += [f"{name} = {self.stored(sums)}" for name in stored]
        if self.draw.random() < 0.3:
            lines.append("k += int({})".format(self.condition(sums)))
        if self.draw.random() < 0.2:
            lines.append("on = {}".format(self.condition(sums)))
        if self.draw.random() < 0.2:
            lines.append("mark_post = 0.5*h_post - x_post")
        if self.draw.random() < 0.2:
            lines.append("mark_pre = h_pre + 2*x_pre")
        self.draw.shuffle(lines)
        if self.draw.random() < 0.3:
            lines = [
                f"request = {self.sum(sums)}",
                "w = clip(int(16*(w + request))/16.0, -1, 1)"
                if self.exact
                else "w = clip(w + request, -1, 1)",
            ] + lines
        return "\n".join(lines or [f"U_post += {self.sum(['U_post'])} + gain"])

    def pulses(self):
        """An accumulator that triggers."""
        level = self.draw.choice([0.25, 0.5])
        step = (
            "clip(int(16*w + 8*n*x_pre)/16.0, -1, 1)"
            if self.exact
            else "clip(w + n*x_pre*0.5*abs(n), -1, 1)"
        )
        carried, used = ("now = w + x_pre\n", "+ n*now") if self.draw.random() < 0.5 else ("", "")
        return Pulses(
            number=f"sign(v)*int(abs(v) > {level})",
            prepare=f"{carried}v = {self.stored(['gain'])}",
            code=f"v -= n*{level}\nU_post += n*w{used}\nw = {step}",
        )


@dataclass
class System:
    """Two groups of neurons, the synapses between them, and how their variables start."""

    number: int
    n_pre: int
    n_post: int
    model: str
    on_pre: dict
    on_post: dict
    on_event: dict
    placing: dict  # pathway, summed variable -> (slot, order)
    regular: list  # run_regularly: (code, dt in steps, slot)
    neurons: dict  # threshold, reset, refractory
    spikes: str
    recurrent: bool
    start: str  # how w is set: 'string', 'condition', 'array', 'argument', 'constant'
    first_w: str
    index_arrays: bool
    recorded: list
    mask: str = ""  # a condition on the pairs that are connected
    delays: dict = field(default_factory=dict)  # of pathways: expressions in i and j

    def equations(self):
        parts = [
            self.model,
            *(f"{name}: {code}" for name, code in (self.on_pre | self.on_post).items()),
            self.on_event,
            self.placing,
            self.regular,
            self.neurons,
            self.spikes,
            self.start,
            self.first_w,
            self.mask,
            self.delays,
        ]
        return "\n".join(map(str, parts))


def random_system(number, exact):
    draw = random.Random(1000 * number + exact)
    terms = Expressions(draw, exact)
    recurrent = number % 6 == 5
    n_post = WIDTHS[number % len(WIDTHS)]
    n_pre = n_post if recurrent else HEIGHTS[number % len(HEIGHTS)]
    model = [
        "w : 1",
        "v : 1",
        "k : integer",
        "on : boolean",
        "rate : 1 (shared)",
        "gain = 0.5*w + x_post : 1",
    ]
    placing = {}
    if not exact:
        model += [
            "dc/dt = (w - c)/(5*ms) : 1 (clock-driven)",
            "delayed = v*x_pre : 1 (constant over dt)",
        ]
    for name in draw.sample(["z_post", "y_pre"], draw.randint(0, 2)):
        model.append(f"{name} = {terms.sum(['k'])} : 1 (summed)")
        placing[name] = (draw.choice(SLOTS), draw.randint(-2, 2))
    on_pre = {f"pre{k}": terms.statements() for k in range(draw.randint(1, 2))}
    on_post = {f"post{k}": terms.statements() for k in range(draw.randint(0, 2))}
    if draw.random() < 0.4:
        draw.choice([on_pre, on_post])["trigger"] = terms.pulses()
    for name in [*on_pre, *on_post]:
        placing[name] = (draw.choice(SLOTS), draw.randint(-2, 2))
    on_event = {name: draw.choice(["spike", "every", "some"]) for name in on_post} | {
        name: "spike" for name in on_pre
    }
    regular = (
        [
            (
                f"rate = 0.25 - rate\n{draw.choice('wv')} = {terms.stored()}",
                draw.choice([1, 2]),
                draw.choice(SLOTS),
            )
        ]
        if draw.random() < 0.5
        else []
    )
    start = draw.choice(["string", "condition", "array", "argument", "constant"])
    return System(
        number,
        n_pre,
        n_post,
        "\n".join(model),
        on_pre,
        on_post,
        on_event,
        placing,
        regular,
        neurons={}
        if "spike" not in [on_event[name] for name in on_post] and not recurrent
        else dict(
            threshold=draw.choice(["U > 0.5", "U > 0.5", "i >= 0", "i < 0"]),
            reset=draw.choice(["", "U = 0.25", "q = 0"]),
            **draw.choice([{}, {"refractory": 2 * ms}]),
        ),
        spikes=SPIKES[number % len(SPIKES)],
        recurrent=recurrent,
        start=start,
        first_w=draw.choice(
            [
                "(i % 5 - 2)/8.0 + (j % 3)/16.0",
                "clip((3*i + 7*j) % 32/16.0 - 1, -1, x_pre)",
                "0.5*x_post - 0.5*x_pre*(j % 2)",
            ]
        ),
        index_arrays=start in ("string", "condition") or draw.random() < 0.5,
        recorded=sorted(draw.sample(range(n_pre * n_post), min(3, n_pre * n_post)))
        if number % 3 == 0
        else [],
    )


def with_holes(system):
    """The same between fewer pairs, and after delays."""
    draw = random.Random(system.number)
    mask = draw.choice(["i != j", "i <= j + 1", "(3*i + 5*j) % 7 < 5", "(i + j) % 2 == 0"])
    delays = ["2*ms", "(i % 3)*ms", "(j % 4)*ms", "((i + 2*j) % 3)*ms"]
    # Events of a step that come later are in another order: only sums do not mind.
    chosen = {
        name: draw.choice(delays)
        for name in [*system.on_pre, *system.on_post]
        if draw.random() < 0.6
    }
    return replace(system, number=system.number + 50, mask=mask, delays=chosen, recorded=[])


class Declared:
    """The Brian2 objects of a `System`, its synapses being of the class `kind`."""

    def __init__(self, system, kind, tag):
        self.system, self.kind = system, kind
        values = np.random.default_rng(system.number)

        def sixteenths(size):
            return values.integers(-16, 17, size) / 16

        state = "x : 1\nh : 1\nmark : 1\nr : 1\ny : 1\nz : 1\nq : 1\n"
        U = "dU/dt = 0*Hz : 1 (unless refractory)" if "refractory" in system.neurons else "U : 1"
        self.post = NeuronGroup(
            system.n_post,
            state + U,
            name=f"{tag}_post",
            **system.neurons,
            events={name: EVENTS[name] for name in EVENTS if name in system.on_event.values()},
        )
        self.pre = self.post
        if not system.recurrent:
            self.pre = NeuronGroup(
                system.n_pre, state + "U : 1", threshold=system.spikes, name=f"{tag}_apre"
            )
        plain = {"index_arrays": system.index_arrays} if kind is Crossbar else {}
        on_pre, on_post = (
            {
                name: code.plain() if isinstance(code, Pulses) and kind is Synapses else code
                for name, code in paths.items()
            }
            for paths in (system.on_pre, system.on_post)
        )
        self.synapses = kind(
            self.pre,
            self.post,
            system.model,
            on_pre=on_pre,
            on_post=on_post,
            on_event=system.on_event,
            name=f"{tag}_syn",
            **plain,
        )
        if system.mask:
            self.synapses.connect(condition=system.mask)
        elif kind is Synapses:
            self.synapses.connect()
        for name, delay in system.delays.items():
            getattr(self.synapses, name).delay = delay
        for name, (slot, order) in system.placing.items():
            part = self.synapses.summed_updaters.get(name) or getattr(self.synapses, name)
            part.when, part.order = slot, order
        for code, steps, slot in system.regular:
            self.synapses.run_regularly(code, dt=steps * ms, when=slot)
        for group in [self.pre, self.post][system.recurrent :]:
            group.x, group.h = sixteenths(len(group)), sixteenths(len(group))
        number = sum(
            eval(system.mask or "True", dict(i=i, j=j))
            for i in range(system.n_pre)
            for j in range(system.n_post)
        )
        self.first, first_v = sixteenths(number), sixteenths(number)
        self.synapses.v = first_v
        self.synapses.rate = 0.75
        self.arguments = {}
        if system.start == "string":
            self.synapses.w = system.first_w
        elif system.start == "condition":
            self.synapses.w["i + 1 > j"] = system.first_w
        elif system.start == "array":
            self.synapses.w = self.first
        elif system.start == "argument":
            self.arguments = {self.synapses.w: self.first, self.synapses.rate: 0.5}
        else:
            self.synapses.w = 0.375
        self.monitor = (
            StateMonitor(self.synapses, ["w", "k"], record=system.recorded, name=f"{tag}_monitor")
            if system.recorded
            else None
        )

    @property
    def objects(self):
        objects = [self.post, self.synapses, self.monitor] + [self.pre] * (
            not self.system.recurrent
        )
        return [part for part in objects if part is not None]

    def values(self):
        groups = {"pre": self.pre, "post": self.post}
        values = {
            f"{name} {variable}": np.array(getattr(group, variable)[:])
            for name, group in groups.items()
            for variable in ("U", "q", "r", "y", "z", "mark")
        }
        synaptic = ["w", "v", "k", "on"] + ["c"] * ("c" in self.synapses.variables)
        values |= {name: np.array(getattr(self.synapses, name)[:]) for name in synaptic}
        if self.monitor:
            values |= {"recorded w": self.monitor.w, "recorded k": self.monitor.k}
        return values | {"rate": np.array(self.synapses.rate)}


class Results:
    """The variables of all systems at the end: `values[number, where]`."""

    def __init__(self, systems, dtype, folder, plain=()):
        self.systems, self.values = systems, {}
        defaultclock.dt = 1 * ms
        with numpy_target(dtype):
            for system in systems:
                declared = Declared(system, Synapses, f"n{system.number}")
                for variable, value in declared.arguments.items():
                    variable[:] = value
                Network(declared.objects).run(STEPS * ms)
                self.values[system.number, "numpy"] = declared.values()
        with standalone(dtype):
            compiled = {
                (system.number, kind.__name__): Declared(
                    system, kind, f"{kind.__name__[0].lower()}{system.number}"
                )
                for system in systems
                for kind in [Crossbar] + [Synapses] * (system in plain)
            }
            Network([part for declared in compiled.values() for part in declared.objects]).run(
                STEPS * ms
            )
            arguments = {}
            for declared in compiled.values():
                arguments |= declared.arguments
            compile_and_run(folder, arguments)
            self.folder = folder
            self.values |= {key: declared.values() for key, declared in compiled.items()}


EXACT = [random_system(number, exact=True) for number in range(10)]
HOLES = [with_holes(system) for system in EXACT[1:10:2] + EXACT[4:5]]
PLAIN = EXACT[::2]  # which are compiled as plain Synapses, too
SMOOTH = [random_system(number, exact=False) for number in range(100, 106)]


@pytest.fixture(scope="module")
def exact(tmp_path_factory):
    return Results(EXACT + HOLES, np.float32, tmp_path_factory.mktemp("exact") / "program", PLAIN)


@pytest.fixture(scope="module")
def smooth(tmp_path_factory):
    return Results(SMOOTH, np.float64, tmp_path_factory.mktemp("smooth") / "program")


def name_of(system):
    return f"{system.n_pre}x{system.n_post}-{system.number}"


@pytest.mark.parametrize(
    ("reference", "system"),
    [*(("numpy", system) for system in EXACT + HOLES), *(("Synapses", system) for system in PLAIN)],
    ids=lambda value: value if isinstance(value, str) else name_of(value),
)
def test_equal_arrays_in_single_precision(exact, reference, system):
    for name, expected in exact.values[system.number, reference].items():
        np.testing.assert_array_equal(
            exact.values[system.number, "Crossbar"][name], expected, f"{name}\n{system.equations()}"
        )


@pytest.mark.parametrize("system", SMOOTH, ids=name_of)
def test_equal_arrays_in_double_precision(smooth, system):
    for name, expected in smooth.values[system.number, "numpy"].items():
        np.testing.assert_allclose(
            smooth.values[system.number, "Crossbar"][name],
            expected,
            rtol=1e-9,
            atol=1e-11,
            err_msg=f"{name}\n{system.equations()}",
        )


def test_systems_cover_what_they_should():
    """The random equation sets use what a crossbar offers; sizes that are no multiple of a vector
    are among them."""
    systems = EXACT + SMOOTH
    text = "\n".join(system.equations() for system in systems)
    assert {system.n_post for system in EXACT} == set(WIDTHS)
    assert {system.start for system in systems} == {
        "string",
        "condition",
        "array",
        "argument",
        "constant",
    }
    assert {system.spikes for system in systems if not system.recurrent} == set(SPIKES)
    assert {slot for system in systems for slot, _ in system.placing.values()} == set(SLOTS)
    assert {event for system in systems for event in system.on_event.values()} == {
        "spike",
        "every",
        "some",
    }
    for what in (
        "z_post =",
        "y_pre =",
        "U_post +=",
        "r_pre -=",
        "mark_post",
        "mark_pre",
        "Pulses",
        "on =",
        "i % 3",
        "j//2",
        "int(",
        "clip(",
        "gain",
        "rate = 0.25",
        "delayed",
        "exp(",
        "request =",
    ):
        assert what in text, what
    assert any(system.recurrent for system in systems) and any(
        "refractory" in system.neurons for system in systems
    )
    assert any(system.recorded for system in EXACT) and {
        system.index_arrays for system in EXACT
    } == {True, False}


def test_index_arrays_are_left_out(exact):
    """Code with i, j, _pre and _post works without them: it has passed above."""
    sizes = {}  # of those that could be
    for system in EXACT:
        files = [
            file
            for name in ("pre", "post")
            for file in (exact.folder / "results").glob(
                f"_dynamic_array_c{system.number}_syn__synaptic_{name}_*"
            )
        ]
        assert len(files) == 2
        full = 4 * system.n_pre * system.n_post
        sizes.setdefault(system.index_arrays, set()).update(
            file.stat().st_size / full for file in files
        )
    assert sizes == {True: {1}, False: {0}}


def declared(model="w : 1", on_pre=None, kind=Crossbar, target="v : 1\ndw : 1", **arguments):
    inputs = NeuronGroup(4, "x : 1", threshold="rand() < 0.5", name="inputs")
    neurons = NeuronGroup(3, target, threshold="v > 1", reset="v = 0", name="neurons")
    synapses = kind(inputs, neurons, model, on_pre=on_pre, name="synapses", **arguments)
    return inputs, neurons, synapses


@pytest.mark.parametrize("mode", ["numpy", "cpp_standalone"])
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            dict(on_pre="dw = 0.1*x_pre\nw += dw"),
            ValueError,
            "'dw = ...' in the code of 'synapses' would change the variable of that name of "
            "'neurons'; write 'dw_post', ",
        ),
        (
            dict(on_post="v += 1"),
            ValueError,
            "'v = ...' in the code of 'synapses' would change .* of 'neurons'; write 'v_post', ",
        ),
        (
            dict(on_pre=Pulses("1", "v *= 0.5*n")),
            ValueError,
            "'v = ...' in the code of 'synapses' would change ",
        ),
        (
            dict(model="w : 1\nn : 1", on_pre=Pulses("1", "w += n")),
            ValueError,
            "'n' is the number of pulses in the code of ",
        ),
    ],
    ids=[
        "bare name",
        "bare name on_post",
        "bare name in pulses",
        "n",
    ],
)
def test_refusals(mode, arguments, error, message):
    with numpy_target() if mode == "numpy" else standalone():
        with pytest.raises(error, match="^" + message) as caught:
            declared(strict=True, **arguments)
    assert "\n" not in str(caught.value) and str(caught.value).endswith(".")


@pytest.mark.parametrize("mode", ["numpy", "cpp_standalone"])
def test_synapses_onto_synapses_are_refused(mode):
    with numpy_target() if mode == "numpy" else standalone():
        inputs, neurons, synapses = declared(kind=Synapses, model="w : 1\nc : 1")
        with pytest.raises(
            NotImplementedError, match=r"^target='synapses' are synapses: a Crossbar connects .*\.$"
        ):
            Crossbar(inputs, synapses, "w : 1")


def test_local_names_and_suffixes_are_not_refused():
    with numpy_target():
        _, _, synapses = declared(
            on_pre="step = 0.1\nw += step\nv_post += w\ndw_post = w", strict=True
        )
        assert len(synapses) == 12


def test_runtime_crossbar_is_plain_synapses():
    """The same draws, hence exactly the same values, for the same seed; all-to-all, row by row."""
    code = {"forward": "v_post += w*x_pre*rand()", "program": "w = clip(w + 0.1*randn(), -1, 1)"}
    pulses = Pulses("SR(0.7*x_pre*v_post)", "total += n", prepare="count += 1")
    values = []
    defaultclock.dt = 1 * ms
    with numpy_target():
        for kind in (Crossbar, Synapses):
            seed(11)
            inputs, neurons, synapses = declared(
                "w : 1\ntotal : 1\ncount : 1",
                code | {"pulses": pulses if kind is Crossbar else pulses.plain()},
                kind,
            )
            if kind is Synapses:
                synapses.connect()
            synapses.w = "0.1*i - 0.2*j + 0.1*rand()"
            inputs.x = "i + 0.5"
            Network(inputs, neurons, synapses).run(50 * ms)
            assert len(synapses) == 12
            values.append(
                {
                    name: np.array(getattr(group, name)[:])
                    for group, names in [
                        (synapses, ("w", "total", "count", "i", "j")),
                        (neurons, ("v",)),
                    ]
                    for name in names
                }
            )
            if kind is Crossbar:
                np.testing.assert_array_equal(synapses.matrix("w"), values[0]["w"].reshape(4, 3))
                np.testing.assert_array_equal(synapses.matrix("w")[2], synapses.w[2, :])
    for name, expected in values[1].items():
        np.testing.assert_array_equal(values[0][name], expected, name)
    assert values[0]["total"].any() and np.ptp(values[0]["w"]) > 0.1


def test_one_run_after_another(tmp_path):
    """A crossbar reads the spikes of its source as they are: nothing is left over from the run
    before."""
    defaultclock.dt = 1 * ms

    def record(kind):
        inputs = NeuronGroup(3, "", threshold="(t_in_timesteps + i) % 3 == 0", name="inputs")
        neurons = NeuronGroup(5, "U : 1", name="neurons")
        synapses = kind(
            inputs,
            neurons,
            "w : 1",
            on_pre={"early": "U_post += w", "late": "w += 1"},
            name="synapses",
        )
        if kind is Synapses:
            synapses.connect()
        synapses.early.when = "start"  # before the thresholds: the spikes of the step before
        synapses.w = "i + 0.5*j"
        network = Network(inputs, neurons, synapses)
        network.run(4 * ms)
        synapses.late.active = False
        network.run(3 * ms)
        return network, neurons, synapses

    with numpy_target():
        _, neurons, synapses = record(Synapses)
        expected = np.array(neurons.U[:]), np.array(synapses.w[:])
    with standalone(np.float64):
        network, neurons, synapses = record(Crossbar)
        compile_and_run(tmp_path / "program")
        np.testing.assert_array_equal(neurons.U[:], expected[0])
        np.testing.assert_array_equal(synapses.w[:], expected[1])
