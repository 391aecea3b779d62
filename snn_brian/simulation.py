"""Running a built network: one presentation after another, from given values of its variables to resulting ones.

A run starts from the values that it is given and from nothing else, in a compiled program and in the runtime targets alike:
no state is left from the run before. Variables are named `group.variable`, e.g. `layer_1.eta`, `synapses_2.G_plus`.
"""
import os
import re
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from brian2 import BrianLogger, defaultclock, device, get_device, ms, prefs, seed, set_device
from brian2.core.names import Nameable
from brian2.core.variables import ArrayVariable

from snn_brian import build as builds
from snn_brian.errors import UserError
from snn_brian.network import build
from snn_brian.scratch import scratch

BrianLogger.suppress_name("only_threshold")  # a neuron without reset is what the paper describes
# Brian2 cannot tell that pulses of different synapses are independent; counters of a neuron only add up.
BrianLogger.suppress_hierarchy("brian2.codegen.generators.base")
BrianLogger.suppress_name("unused_brian_object")  # an arm that is resumed at its end does not run its network
TARGETS = ("cpp_standalone", "cython", "numpy")

REPORTER = """
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // never run on without the program that asked for it
    std::signal(SIGINT, SIG_IGN);  // that program decides what an interrupt means
    std::atomic<bool> _finished(false);
    std::thread _reporter([&_finished]() {
        while (!_finished) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            std::cout << "t " << brian::%NETWORK%.t << std::endl;
        }
    });
    const auto _began = std::chrono::steady_clock::now();
"""
REPORT_END = """
    const std::chrono::duration<double> _took = std::chrono::steady_clock::now() - _began;
    _finished = true;
    _reporter.join();
    std::cout << "seconds " << _took.count() << std::endl;
"""


class SimulationFailed(RuntimeError):
    """The simulation ended otherwise than it should; the message says where its log is."""


@dataclass(frozen=True)
class Outcome:
    values: dict  # name -> array
    seconds: float  # of the simulation alone, without loading and saving


def simulation(structure, target, threads=1):
    """A network of this structure that can be run, compiled or interpreted.

    Parameters
    ----------
    structure : Structure
    target : str
        One of `TARGETS`.
    threads : int
        Of the compiled program.
    """
    prefs.core.default_float_dtype = np.float32
    return Compiled(structure, threads) if target == "cpp_standalone" else Interpreted(structure, target)


class Compiled:
    """A network as a compiled program."""

    def __init__(self, structure, threads=1):
        device.reinit()
        defaultclock.dt = 1 * ms  # set_device hands it on to the generated code, and so to the build's key
        set_device("cpp_standalone", build_on_run=False)
        self.steps = structure.steps
        self.threads = threads
        try:
            with _fresh_names():
                self._generate(structure)
        finally:
            device.reinit()
            set_device("runtime")

    def _generate(self, structure):
        net = build(structure)
        groups = [group for group in net.network.objects if hasattr(group, "variables")]
        standalone = get_device()
        standalone.apply_run_args()
        seeds = standalone.get_array_name(net.inputs.variables["seed"])
        standalone.insert_code("main", f"brian::_random_generators[0].seed((unsigned long)brian::{seeds}[0]);")
        standalone.insert_code("before_network_run", REPORTER.replace("%NETWORK%", net.network.name))
        standalone.insert_code("after_network_run", REPORT_END)
        net.network.run(1 * ms, namespace=net.namespace)
        _let_runs_choose_duration(standalone, net)
        self.sizes = {group.name: len(group.source) * len(group.target) for group in groups if hasattr(group, "source")}
        self.variables = {}
        for key, variable in _arrays(groups).items():
            size = variable.size if variable.scalar else self.sizes.get(variable.owner.name, variable.size)
            self.variables[key] = (standalone.get_array_filename(variable), variable.dtype, size)
        self.neuron_state = _neuron_state(groups)
        self.folder = builds.compiled(
            lambda folder: standalone.build(directory=str(folder), compile=False, run=False), self.threads)

    def run(self, presentations, seed_number, values, tables, wanted, progress=lambda done: None):
        """Run `presentations` of them.

        Parameters
        ----------
        seed_number : int
            Seed of all random draws of this run.
        values : dict
            Variables' values at the start; those that are not named start at 0.
        tables : dict
            Name of each table -> array, or path of a file of its bytes.
        wanted : iterable of str
            Variables to return.
        progress : callable
            Called now and then with the number of presentations done.

        Raises
        ------
        SimulationFailed
            If the program fails, complains, stops early or leaves out results.
        UserError
            If there is no room for its files.
        """
        try:
            return self._run(presentations, seed_number, values, tables, wanted, progress)
        except OSError as error:
            raise UserError(f"TMPDIR: the simulation's files cannot be written to '{tempfile.gettempdir()}' "
                            f"({error.strerror or error}); make room, or set TMPDIR to another folder.") from error

    def _run(self, presentations, seed_number, values, tables, wanted, progress):
        with scratch("snn_brian-run-") as folder:
            (folder / "static_arrays").mkdir()
            (folder / "results").mkdir()
            for table, content in tables.items():
                path = folder / "static_arrays" / f"{table}_values"
                path.symlink_to(content) if isinstance(content, Path) else content.tofile(path)
            values = {"inputs.duration": presentations * self.steps, "inputs.seed": seed_number} | values
            arguments = [f"{key}={self._argument(key, value, folder)}" for key, value in values.items()]
            seconds = self._execute(folder, arguments, lambda t: progress(t / 1e-3 / self.steps))
            completed = _completed(folder / "results" / "last_run_info.txt")
            if completed < 1:
                raise SimulationFailed(f"The simulation stopped after {completed:.1%} of its presentations.")
            return Outcome({key: self._result(key, folder / "results") for key in wanted}, seconds)

    def _result(self, key, results):
        file, dtype, size = self.variables[key]
        values = np.fromfile(results / file, dtype) if (results / file).exists() else ()
        if len(values) != size:
            raise SimulationFailed(f"The compiled simulation left {len(values)} of {size} values of {key}, probably for "
                                   f"lack of room in '{results.parent.parent}'; make room, or set TMPDIR to another folder.")
        return values

    def _argument(self, key, value, folder):
        _, dtype, _ = self.variables[key]
        value = np.asarray(value, dtype)
        if value.ndim == 0:
            return repr(value.item())
        group = key.split(".")[0]
        if value.size != self.sizes[group]:  # the program would go on with old values
            raise ValueError(f"{key}: {value.size} values were given for {self.sizes[group]} synapses.")
        path = folder / f"{key}.bin"
        np.ascontiguousarray(value).tofile(path)
        return path

    def _execute(self, folder, arguments, progress):
        command = [self.folder / "main", "--results_dir", f"{folder}/results/", *arguments]
        environment = os.environ | {"OMP_NUM_THREADS": str(self.threads), "LD_BIND_NOW": "1"}
        with open(folder / "errors", "w+") as errors:
            try:
                process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=errors,
                                           text=True)
            except OSError as error:
                raise SimulationFailed(f"{command[0]}: this compiled program cannot be started ({error.strerror}); delete "
                                       "its folder to have it compiled again.") from error
            complaints, seconds = [], None
            try:
                for line in process.stdout:
                    told = re.fullmatch(r"(t|seconds) (\S+)\n", line)
                    if not told:
                        complaints.append(line)
                    elif told[1] == "t":
                        progress(float(told[2]))
                    else:
                        seconds = float(told[2])
                process.wait()
            finally:  # an interrupt must not leave the program running
                process.kill()
                process.wait()
            errors.seek(0)
            complaints += errors.readlines()
        if process.returncode or complaints:
            raise SimulationFailed(_failure(process.returncode, complaints))
        return seconds


def _failure(code, complaints):
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    why = "; the system may have been out of memory" if code == -signal.SIGKILL else ""
    log = Path(tempfile.mkdtemp(prefix="snn_brian-failed-")) / "simulation.log"
    log.write_text("".join(complaints))
    return f"The compiled simulation failed ({how}{why}); what it said is in {log}."


def _completed(info):
    """The part of its time that a run has done, by the file that it leaves."""
    try:
        return float(info.read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0


def _arrays(groups):
    """{group.variable: variable} of all arrays that the groups own."""
    return {f"{group.name}.{name}": variable for group in groups for name, variable in group.variables.items()
            if isinstance(variable, ArrayVariable) and variable.owner.name == group.name}


def _neuron_state(groups):
    """The variables of neurons and classes that are real numbers, one for each."""
    return [key for key, variable in _arrays(groups).items() if key.startswith(("layer_", "classes_"))
            and not variable.scalar and np.issubdtype(variable.dtype, np.floating)]


@contextmanager
def _fresh_names():
    """Let Brian2 make up names as if nothing existed yet: they are in the generated code, and so in the build's key."""
    living = Nameable.__instancefollower__.instance_sets
    others, living[Nameable] = living[Nameable], type(living[Nameable])()
    try:
        yield
    finally:
        living[Nameable] = others


def _let_runs_choose_duration(standalone, net):
    """Replace the duration in the generated call of `run` by a variable that is an argument of each run."""
    name = standalone.get_array_name(net.inputs.variables["duration"])
    lines = next(arguments[1] for task, arguments in standalone.main_queue if task == "run_network")
    number = next(k for k, line in enumerate(lines) if line.startswith(f"{net.network.name}.run("))
    lines[number] = f"{net.network.name}.run(brian::{name}[0] * 0.001, NULL, 10.0);"


class Interpreted:
    """A network in one of Brian2's runtime targets, for interactive work."""

    def __init__(self, structure, target):
        set_device("runtime")
        prefs.codegen.target = target
        self.target = target
        self.steps = structure.steps
        self.net = build(structure)
        self.groups = {group.name: group for group in self.net.network.objects}
        self.neuron_state = _neuron_state([group for group in self.groups.values() if hasattr(group, "variables")])
        self.net.network.store()

    def run(self, presentations, seed_number, values, tables, wanted, progress=lambda done: None):
        """As `Compiled.run`; the seconds include Brian2's own code generation in the first run."""
        prefs.codegen.target = self.target
        network = self.net.network
        network.restore()
        for table, content in tables.items():
            array = self.net.tables[table]
            content = np.fromfile(content, array.dtype) if isinstance(content, Path) else content.reshape(-1)
            array.reshape(-1)[: content.size] = content
        for key, value in values.items():
            group, variable = key.split(".")
            setattr(self.groups[group], f"{variable}_", np.asarray(value).reshape(-1) if np.ndim(value) else value)
        seed(seed_number)
        start = time.perf_counter()
        network.run(presentations * self.steps * ms, namespace=self.net.namespace, report_period=100 * ms,
                    report=lambda elapsed, completed, start, duration: progress(completed * presentations))
        seconds = time.perf_counter() - start
        results = {}
        for key in wanted:
            group, variable = key.split(".")
            results[key] = np.array(getattr(self.groups[group], f"{variable}_")[:])
        return Outcome(results, seconds)
