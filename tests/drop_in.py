"""Systems that run twice: with plain `Synapses` in NumPy and with a compiled `Crossbar`."""

import numpy as np
from brian2 import Network, NeuronGroup, Synapses, defaultclock, ms
from brian2.core.variables import ArrayVariable
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.pulses import Pulses


class Pair:
    """An input group, a target group and the synapses between them, of the class `kind`.

    `synapses` are the arguments of the synapses; `prepare(pair)` sets what a system sets. Every
    group has more neurons than are connected where `cut` is given: subgroups of that many.
    """

    def __init__(
        self,
        kind,
        name,
        rows=7,
        columns=5,
        model="w : 1",
        cut=None,
        recurrent=False,
        connect=None,
        prepare=None,
        between=None,
        inputs="(3*t_in_timesteps + 5*i) % 7 < 2",
        neurons="(5*t_in_timesteps + 3*i) % 11 < 3",
        clock=None,
        **synapses,
    ):
        self.name, self.between = name, between
        state = "v : 1\nx : 1\nr : 1\nz : 1\ny : 1\nlate : 1"
        values = np.random.default_rng(rows * columns)
        extra = cut or 0
        self.neurons = NeuronGroup(columns + extra, state, threshold=neurons, name=f"{name}_post")
        self.inputs = self.neurons
        if not recurrent:
            self.inputs = NeuronGroup(rows + extra, state, threshold=inputs, name=f"{name}_apre")
        for group in (self.inputs, self.neurons):
            group.x = values.integers(-16, 17, len(group)) / 16
        source, target = self.inputs, self.neurons
        if cut:
            source, target = source[cut - 1 : cut - 1 + rows], target[cut : cut + columns]
        if kind is Synapses:
            for path in {"on_pre", "on_post"} & synapses.keys():
                synapses[path] = plain(synapses[path])
        self.synapses = kind(source, target, model, name=f"{name}_syn", **synapses)
        if connect is not None or kind is Synapses:
            for arguments in connect if isinstance(connect, list) else [connect or {}]:
                self.synapses.connect(**arguments)
        if prepare:
            prepare(self.synapses)

    @property
    def objects(self):
        return {self.inputs, self.neurons, self.synapses}

    def values(self):
        found = {
            f"{group.name} {variable}": np.array(getattr(group, variable)[:])
            for group in {self.inputs, self.neurons}
            for variable in ("v", "r", "z", "y", "late")
        }
        names = {*self.synapses.equations.names}
        if self.synapses.event_driven is not None:
            names |= {*self.synapses.event_driven.names, "lastupdate"}
        return found | {
            f"synapses {name}": np.array(getattr(self.synapses, name)[:])
            for name in names
            if isinstance(self.synapses.variables[name], ArrayVariable)
        }


def plain(code):
    """Of a path, or of several by name, as plain Synapses take it."""
    if isinstance(code, dict):
        return {name: plain(each) for name, each in code.items()}
    return code.plain() if isinstance(code, Pulses) else code


def simulate(systems, kind, steps):
    pairs = [Pair(kind, name, **system) for name, system in systems.items()]
    Network([part for pair in pairs if not pair.between for part in pair.objects]).run(
        2 * steps * ms, namespace=NAMESPACE
    )
    in_two_runs = [pair for pair in pairs if pair.between]
    if in_two_runs:
        network = Network([part for pair in in_two_runs for part in pair.objects])
        network.run(steps * ms, namespace=NAMESPACE)
        for pair in in_two_runs:
            pair.between(pair.synapses)
        network.run(steps * ms, namespace=NAMESPACE)
    return pairs


# compiles faster, where it is not loops along vectors that are tested; and the program ends where a
# vector or an array is read beyond its end
QUICK = " -O0 -D_GLIBCXX_ASSERTIONS -fsanitize=bounds -fsanitize-undefined-trap-on-error"
NAMESPACE = {"tau": 7 * ms, "tau_2": 3 * ms, "top": 0.75}


def values_of_both(systems, folder, steps=20, dtype=np.float64, flags=""):
    """name of the system -> (values of Synapses in NumPy, values of a compiled Crossbar)."""
    defaultclock.dt = 1 * ms
    with numpy_target(dtype):
        expected = [pair.values() for pair in simulate(systems, Synapses, steps)]
    with standalone(dtype):
        pairs = simulate(systems, Crossbar, steps)
        compile_and_run(folder, flags=flags)
        found = [pair.values() for pair in pairs]
    return dict(zip(systems, zip(expected, found)))


def assert_same(expected, found, rtol=1e-9, atol=1e-11):
    """All variables to rounding, and something has happened."""
    assert expected.keys() == found.keys()
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=rtol, atol=atol, err_msg=name)
    assert any(values.any() for name, values in expected.items() if " v" in name)
