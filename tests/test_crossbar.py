"""Crossbar against plain Synapses: random equation sets, edge sizes, what is refused.

Brian2's NumPy target and plain `Synapses` are the reference. A compiled project takes long, so each holds many systems.
"""

import random
from dataclasses import dataclass, field

import numpy as np
import pytest
from brian2 import BrianLogger, Network, NeuronGroup, StateMonitor, Synapses, defaultclock, ms, run, seed
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar import Crossbar
from snn_brian.pulses import Pulses

WIDTHS = (1, 2, 3, 15, 16, 17, 63, 64, 65, 100)
HEIGHTS = (5, 17, 1, 33, 2, 8, 3)
SPIKES = ("(5*t_in_timesteps + 3*i) % 7 < 3", "i >= 0", "(t_in_timesteps + i) % 4 == 0", "i < 0", "i == N - 1", "i == 0")
EVENTS = {"every": "t_in_timesteps % 2 == 0", "some": "(t_in_timesteps + i) % 3 == 0"}
SLOTS = ("start", "groups", "thresholds", "synapses", "synapses", "resets", "end")
STEPS = 6

# Brian2 cannot tell that what these pathways do does not depend on the order of the synapses.
BrianLogger.suppress_hierarchy("brian2.codegen.generators.base")
BrianLogger.suppress_name("only_threshold")
BrianLogger.suppress_name("cannot_check_statemonitor_indices")


class Expressions:
    """Random expressions and statements.

    Exact ones have values that float32 holds without rounding, whatever the order of a sum: multiples of 1/16 within
    [-1, 1] that are multiplied once and summed a few times. What is stored in a synapse is rounded to 1/16 again.
    """

    def __init__(self, draw, exact):
        self.draw, self.exact = draw, exact
        self.atoms = ["w", "w", "v", "rate", "x_pre", "h_pre", "x_post", "h_post"]
        self.sums = ["U_post", "q_post", "r_pre"]  # a pathway that adds to one of them does not read it

    def constant(self):
        number = self.draw.randint(-16, 16)/16 if self.exact else round(self.draw.uniform(-1, 1), 5)
        return f"({number})"

    def atom(self):
        return self.draw.choice(self.atoms + [self.constant()])

    def condition(self, without=()):
        left = self.draw.choice([name for name in self.atoms + self.sums + ["gain", "k"] if name not in without])
        comparison = f"{left} {self.draw.choice(['>', '<', '>=', '<='])} {self.atom()}"
        return self.draw.choice([
            comparison, comparison, f"({comparison} and j % 3 != 1)", f"({comparison} or i == j)", f"not ({comparison})",
            "(i + j) % 2 == 0", "t > 2.5*ms", "on", "N_pre > N_post"])

    def term(self, without=()):
        a, b, c = self.atom(), self.atom(), self.atom()
        choices = [
            a, f"{a}*{b}", f"{a}*{b}", f"int({self.condition(without)})*{a}", f"abs({a} - {b})", f"sign({a} + {b})*{c}",
            f"clip({a} + {b}, {self.draw.randint(-8, 0)/8}, {self.draw.randint(1, 8)/8})", "gain", f"{a}*(i % 3)", f"(j//2 % 3)*{a}",
            f"floor(2*{a} + {b})/4", f"int(3*{a})*{b}", "0.25*k", f"-{a}", "(k % 3)*0.5", f"ceil({a})*{b}"]
        if not self.exact:
            choices += [f"exp(-abs({a} + {b}))", f"sin(3*{a})*{b}", f"tanh({a} - {b})", f"{a}/(1 + abs({b}))", f"sqrt(abs({a}) + 0.1)",
                        f"({a} + {b})**2", f"log(1 + abs({a}))", "0.1*c", f"cos({a})/(i + 1)", f"exp(t/(-3*ms))*{a}",
                        f"arctan({a})", f"({a} % 0.3)", f"({a} // 0.3)*0.1", "delayed"]
        return self.draw.choice([choice for choice in choices if choice not in without])

    def sum(self, without=()):
        return self.draw.choice(["{} + {}", "{} - {}", "{}", "{} + {} + {}"]).format(*(self.term(without) for _ in range(3)))

    def stored(self, without=()):
        """An expression for a value of a synapse."""
        value = self.sum(without)
        return f"clip(int(16*({value}))/16.0, -1, 1)" if self.exact else f"clip({value}, -1, 1)"

    def statements(self):
        sums = self.draw.sample(["U_post", "q_post", "r_pre"], self.draw.randint(0, 3))
        stored = self.draw.sample(["w", "v"], self.draw.randint(0, 2))
        sums.append("gain")  # which takes w from before the code in Brian2's C++, from this moment in NumPy
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
            lines = [f"request = {self.sum(sums)}", "w = clip(int(16*(w + request))/16.0, -1, 1)" if self.exact
                     else "w = clip(w + request, -1, 1)"] + lines
        return "\n".join(lines or [f"U_post += {self.sum(['U_post'])} + gain"])

    def pulses(self):
        """An accumulator that triggers."""
        level = self.draw.choice([0.25, 0.5])
        return Pulses(
            number=f"sign(v)*int(abs(v) > {level})", prepare=f"v = {self.stored(['gain'])}",
            code=f"v -= n*{level}\nU_post += n*w\nw = clip(w + n*x_pre*0.5*abs(n), -1, 1)" if not self.exact
            else f"v -= n*{level}\nU_post += n*w\nw = clip(int(16*w + 8*n*x_pre)/16.0, -1, 1)")


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
    namespace: dict = field(default_factory=dict)

    def equations(self):
        parts = [self.model, *(f"{name}: {code}" for name, code in (self.on_pre | self.on_post).items()), str(self.on_event),
                 str(self.placing), str(self.regular), self.spikes, self.start, self.first_w]
        return "\n".join(map(str, parts))


def random_system(number, exact):
    draw = random.Random(1000*number + exact)
    terms = Expressions(draw, exact)
    recurrent = number % 6 == 5
    n_post = WIDTHS[number % len(WIDTHS)]
    n_pre = n_post if recurrent else HEIGHTS[number % len(HEIGHTS)]
    model = ["w : 1", "v : 1", "k : integer", "on : boolean", "rate : 1 (shared)", "gain = 0.5*w + x_post : 1"]
    placing = {}
    if not exact:
        model += ["dc/dt = (w - c)/(5*ms) : 1 (clock-driven)", "delayed = v*x_pre : 1 (constant over dt)"]
    for name in draw.sample(["z_post", "y_pre"], draw.randint(0, 2)):
        model.append(f"{name} = {terms.sum(['k'])} : 1 (summed)")
        placing[name] = (draw.choice(SLOTS), draw.randint(-2, 2))
    on_pre = {f"pre{k}": terms.statements() for k in range(draw.randint(1, 2))}
    on_post = {f"post{k}": terms.statements() for k in range(draw.randint(0, 2))}
    if draw.random() < 0.4:
        draw.choice([on_pre, on_post])["trigger"] = terms.pulses()
    for name in [*on_pre, *on_post]:
        placing[name] = (draw.choice(SLOTS), draw.randint(-2, 2))
    on_event = {name: draw.choice(["spike", "every", "some"]) for name in on_post} | {name: "spike" for name in on_pre}
    regular = [(f"rate = 0.25 - rate\n{draw.choice('wv')} = {terms.stored()}", draw.choice([1, 2]), draw.choice(SLOTS))
               ] if draw.random() < 0.5 else []
    start = draw.choice(["string", "condition", "array", "argument", "constant"])
    return System(
        number, n_pre, n_post, "\n".join(model), on_pre, on_post, on_event, placing, regular,
        neurons={} if "spike" not in [on_event[name] for name in on_post] and not recurrent else dict(
            threshold=draw.choice(["U > 0.5", "U > 0.5", "i >= 0", "i < 0"]), reset=draw.choice(["", "U = 0.25", "q = 0"]),
            **draw.choice([{}, {"refractory": 2*ms}])),
        spikes=SPIKES[number % len(SPIKES)], recurrent=recurrent, start=start,
        first_w=draw.choice(["(i % 5 - 2)/8.0 + (j % 3)/16.0", "clip((3*i + 7*j) % 32/16.0 - 1, -1, x_pre)", "0.5*x_post - 0.5*x_pre*(j % 2)"]),
        index_arrays=start in ("string", "condition") or draw.random() < 0.5,
        recorded=sorted(draw.sample(range(n_pre*n_post), min(3, n_pre*n_post))) if number % 3 == 0 else [])


class Declared:
    """The Brian2 objects of a `System`, its synapses being of the class `kind`."""

    def __init__(self, system, kind, tag):
        self.system, self.kind = system, kind
        values = np.random.default_rng(system.number)

        def sixteenths(size):
            return values.integers(-16, 17, size)/16

        state = "x : 1\nh : 1\nmark : 1\nr : 1\ny : 1\nz : 1\nq : 1\n"
        U = "dU/dt = 0*Hz : 1 (unless refractory)" if "refractory" in system.neurons else "U : 1"
        self.post = NeuronGroup(system.n_post, state + U, name=f"{tag}_post", **system.neurons,
                                events={name: EVENTS[name] for name in sorted(set(system.on_event.values()) - {"spike"})})
        self.pre = self.post
        if not system.recurrent:
            self.pre = NeuronGroup(system.n_pre, state + "U : 1", threshold=system.spikes, name=f"{tag}_apre")
        plain = {"index_arrays": system.index_arrays} if kind is Crossbar else {}
        on_pre, on_post = ({name: code.plain() if isinstance(code, Pulses) and kind is Synapses else code
                            for name, code in paths.items()} for paths in (system.on_pre, system.on_post))
        self.synapses = kind(self.pre, self.post, system.model, on_pre=on_pre, on_post=on_post, on_event=system.on_event,
                             name=f"{tag}_syn", **plain)
        if kind is Synapses:
            self.synapses.connect()
        for name, (slot, order) in system.placing.items():
            part = self.synapses.summed_updaters[name] if name in self.synapses.summed_updaters else getattr(self.synapses, name)
            part.when, part.order = slot, order
        for code, steps, slot in system.regular:
            self.synapses.run_regularly(code, dt=steps*ms, when=slot)
        for group in [self.pre, self.post][system.recurrent:]:
            group.x, group.h = sixteenths(len(group)), sixteenths(len(group))
        self.first = sixteenths(system.n_pre*system.n_post)
        self.synapses.v = sixteenths(system.n_pre*system.n_post)
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
        self.monitor = StateMonitor(self.synapses, ["w", "k"], record=system.recorded, name=f"{tag}_monitor") \
            if system.recorded else None

    @property
    def objects(self):
        return [self.post, self.synapses] + [self.pre]*(not self.system.recurrent) + [self.monitor]*(self.monitor is not None)

    def values(self):
        groups = {"pre": self.pre, "post": self.post}
        values = {f"{name} {variable}": np.array(getattr(group, variable)[:])
                  for name, group in groups.items() for variable in ("U", "q", "r", "y", "z", "mark")}
        synaptic = ["w", "v", "k", "on"] + ["c"]*("c" in self.synapses.variables)
        values |= {name: np.array(getattr(self.synapses, name)[:]) for name in synaptic}
        if self.monitor:
            values |= {"recorded w": self.monitor.w, "recorded k": self.monitor.k}
        return values | {"rate": np.array(self.synapses.rate)}


class Results:
    """The variables of all systems at the end: `values[number, where]`."""

    def __init__(self, systems, dtype, folder, kinds=(Crossbar, Synapses)):
        self.systems, self.values = systems, {}
        defaultclock.dt = 1*ms
        with numpy_target(dtype):
            for system in systems:
                declared = Declared(system, Synapses, f"n{system.number}")
                for variable, value in declared.arguments.items():
                    variable[:] = value
                Network(declared.objects).run(STEPS*ms)
                self.values[system.number, "numpy"] = declared.values()
        with standalone(dtype):
            compiled = {(system.number, kind.__name__): Declared(system, kind, f"{kind.__name__[0].lower()}{system.number}")
                        for system in systems for kind in kinds}
            Network([part for declared in compiled.values() for part in declared.objects]).run(STEPS*ms)
            arguments = {}
            for declared in compiled.values():
                arguments |= declared.arguments
            compile_and_run(folder, arguments)
            self.folder = folder
            self.values |= {key: declared.values() for key, declared in compiled.items()}


EXACT = [random_system(number, exact=True) for number in range(10)]
SMOOTH = [random_system(number, exact=False) for number in range(100, 106)]


@pytest.fixture(scope="module")
def exact(tmp_path_factory):
    return Results(EXACT, np.float32, tmp_path_factory.mktemp("exact") / "program")


@pytest.fixture(scope="module")
def smooth(tmp_path_factory):
    return Results(SMOOTH, np.float64, tmp_path_factory.mktemp("smooth") / "program", kinds=(Crossbar,))


@pytest.mark.parametrize("system", EXACT, ids=lambda system: f"{system.n_pre}x{system.n_post}-{system.number}")
@pytest.mark.parametrize("reference", ["numpy", "Synapses"])
def test_equal_arrays_in_single_precision(exact, system, reference):
    for name, expected in exact.values[system.number, reference].items():
        np.testing.assert_array_equal(exact.values[system.number, "Crossbar"][name], expected, f"{name}\n{system.equations()}")


@pytest.mark.parametrize("system", SMOOTH, ids=lambda system: f"{system.n_pre}x{system.n_post}-{system.number}")
def test_equal_arrays_in_double_precision(smooth, system):
    for name, expected in smooth.values[system.number, "numpy"].items():
        np.testing.assert_allclose(smooth.values[system.number, "Crossbar"][name], expected, rtol=1e-9, atol=1e-11,
                                   err_msg=f"{name}\n{system.equations()}")
