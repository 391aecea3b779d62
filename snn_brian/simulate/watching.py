"""What a network answers, presentation by presentation: the class that each local classifier
prefers and, where they are asked for, the spikes of every layer.

A run is watched from outside of its objects, between two time steps, so that a run that nobody
watches is the same code.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from brian2 import NetworkOperation, NeuronGroup

from snn_brian.base.errors import SimulationFailed

CLASSES, SPIKES = "classes", "spikes"  # what to watch; spikes includes classes
FILE = "watch"  # tells the compiled program what

# Code of the program instead of its call of `run`, which asks for the processor's time in each step
# and looks for each object's clock: here all have the same. Where it is watched, each step begins
# at the time that one run over all of them would give it.
LOOP = """while (brian::%CLOCK%.running()) {
        %NETWORK%.t = brian::%NOW%[0];
        for (const auto &_object : %NETWORK%.objects)
            if (_object.second) _object.second();
        brian::%CLOCK%.tick();
    }"""
STEP = "%NETWORK%.run(%DT%, NULL, 10.0);"
PROGRAM = """
std::string _watch;
std::ifstream("watch") >> _watch;
if (_watch.empty()) {
    %NETWORK%.t = brian::%FIRST%[0] * %DT%;
    brian::%NOW%[0] = %NETWORK%.t;
    brian::%CLOCK%.set_interval(%NETWORK%.t, %NETWORK%.t + brian::%DURATION%[0] * %DT%);
    %LOOP%
    Network::_last_run_completed_fraction = 1.0;
} else {
    const bool _spikes = _watch == "spikes";
    %OPEN%
    for (int64_t _step = 0; _step < brian::%DURATION%[0]; _step++) {
        %NETWORK%.t = (brian::%FIRST%[0] + _step) * %DT%;
        brian::%NOW%[0] = %NETWORK%.t;
        %STEP%
        if (_spikes) {
            %SPIKES%
        }
        if ((_step + 1) % %STEPS% == 0) {
            %CLASSES%
        }
    }
}
"""
OPEN = 'std::ofstream _%NAME%(brian::results_dir + "watched_%NAME%", std::ios::binary);\n'
WRITE_SPIKES = """{
    const int32_t *_fired = brian::%ARRAY%, _number = _fired[%SIZE%];
    _number_of_%NAME%.write((const char *)&_number, sizeof(_number));
    _%NAME%.write((const char *)_fired, _number*sizeof(_number));
}
"""
WRITE_CLASS = """{
    int32_t _winner = 0;
    while (_winner < %SIZE% - 1 && brian::%ARRAY%[_winner] != 0) _winner++;
    _%NAME%.write((const char *)&_winner, sizeof(_winner));
}
"""


@dataclass(frozen=True)
class Answers:
    """What was watched, by the names of groups."""

    classes: dict[str, np.ndarray]  # int32 (presentations,), of each classes_...
    spikes: dict[str, np.ndarray]  # bool (time steps, neurons), of each layer_...


def watched(groups):
    """({name of a layer: group}, {name of classes: group}) of a network's objects that spike or
    answer."""
    layers = {
        group.name: group
        for group in groups
        if isinstance(group, NeuronGroup) and group.name.startswith("layer_")
    }
    return layers, {group.name: group for group in groups if group.name.startswith("classes_")}


def program(network, steps, dt, array, groups, first, duration, clock):
    """The code that runs a compiled network, watched or not.

    Parameters
    ----------
    network : str
        Its name in the code.
    steps : int
        Of a presentation.
    dt : float
        Seconds of a step.
    array : callable
        array(variable) is the name of its array in the code.
    groups : list
    first, duration : str
        Names of the arrays with the first step and the number of steps.
    clock : Clock
        Of all objects.
    """
    layers, classes = watched(groups)
    opened, fired, answered = "", "", ""
    for name, group in layers.items():
        variable = group.variables["_spikespace"]
        opened += OPEN.replace("%NAME%", name) + OPEN.replace("%NAME%", f"number_of_{name}")
        fired += _filled(WRITE_SPIKES, name, array(variable), len(group))
    for name, group in classes.items():
        opened += OPEN.replace("%NAME%", name)
        answered += _filled(WRITE_CLASS, name, array(group.variables["better"]), len(group))
    code = PROGRAM.replace("%LOOP%", LOOP).replace("%STEP%", STEP)
    code = code.replace("%OPEN%", opened).replace("%SPIKES%", fired)
    code = code.replace("%CLASSES%", answered).replace("%NETWORK%", network)
    code = (
        code.replace("%FIRST%", first)
        .replace("%DURATION%", duration)
        .replace("%CLOCK%", clock.name)
    )
    code = code.replace("%NOW%", array(clock.variables["t"]))
    return code.replace("%DT%", repr(dt)).replace("%STEPS%", str(steps))


def _filled(code, name, array, size):
    code = code.replace("%NAME%", name).replace("%ARRAY%", array)
    return code.replace("%SIZE%", str(size))


def read(results: Path, what, sizes, steps, presentations):
    """The `Answers` that a compiled program left in a folder.

    Parameters
    ----------
    results : Path
    what : str
    sizes : dict
        Name of a group -> how many it has, of all that is watched.
    steps : int
        Of a presentation.
    presentations : int

    Raises
    ------
    SimulationFailed
        If something is missing.
    """

    def numbers(name, count):
        values = np.fromfile(results / f"watched_{name}", np.int32)
        if len(values) != count:
            raise SimulationFailed(
                f"The compiled simulation left {len(values)} of {count} answers of {name}, "
                "probably for lack of room; make room, or set TMPDIR to another folder."
            )
        return values

    classes, spikes = {}, {}
    for name, size in sizes.items():
        if name.startswith("classes_"):
            classes[name] = numbers(name, presentations)
        elif what == SPIKES:
            counts = numbers(f"number_of_{name}", presentations * steps)
            fired = numbers(name, counts.sum())
            spikes[name] = np.zeros((len(counts), size), bool)
            spikes[name][np.repeat(np.arange(len(counts)), counts), fired] = True
    return Answers(classes, spikes)


class Watcher:
    """The same in a runtime target: looks at a network at the end of each step, while `what` is
    set."""

    def __init__(self, groups, steps):
        self.layers, self.classes = watched(groups)
        self.steps, self.what = steps, ""
        self.operation = NetworkOperation(self._look, when="end", order=1, name="watcher")
        self.begin("")

    def begin(self, what):
        """What to watch from now on."""
        self.what, self._step = what, 0
        self._fired = {name: [] for name in self.layers}
        self._answered = {name: [] for name in self.classes}

    def _look(self):
        if not self.what:
            return
        self._step += 1
        for name, group in self.layers.items() if self.what == SPIKES else ():
            spikes = group.variables["_spikespace"].get_value()
            fired = np.zeros(len(group), bool)
            fired[spikes[: spikes[-1]]] = True
            self._fired[name].append(fired)
        if self._step % self.steps == 0:
            for name, group in self.classes.items():
                better = group.variables["better"].get_value()
                self._answered[name].append(np.argmax(better == 0))

    def answers(self):
        """The `Answers` since `begin`."""
        spikes = self._fired if self.what == SPIKES else {}
        return Answers(
            {name: np.array(own, np.int32) for name, own in self._answered.items()},
            {name: np.array(own, bool) for name, own in spikes.items()},
        )
