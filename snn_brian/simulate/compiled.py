"""A network as a compiled program: its code is generated and built once, and each run is a
process."""

import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from brian2 import get_device, second
from brian2.core.names import Nameable
from brian2.core.variables import DynamicArrayVariable
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice

from snn_brian.base.errors import SimulationFailed, UserError
from snn_brian.base.scratch import scratch
from snn_brian.base.session import own_session
from snn_brian.network.network import build
from snn_brian.simulate import build_cache as builds
from snn_brian.simulate import watching
from snn_brian.simulate.outcome import Outcome, arrays, neuron_state
from snn_brian.simulate.process import (
    RANDOM,
    RANDOM_END,
    RANDOM_STATE,
    REPORT_END,
    REPORTER,
    Ending,
    execute,
)


class Compiled:
    """A network as a compiled program."""

    def __init__(self, structure, threads=1):
        self.steps, self.dt = structure.steps, structure.dt
        self.threads = threads
        self.ending = Ending()  # of its runs, for another thread
        self._use = ExitStack()  # of the build, for as long as this object lives
        own = CPPStandaloneDevice()  # not Brian2's, on which a user's own program may stand
        with own_session(own, dtype=np.float32, dt=structure.dt), _fresh_names():
            self._generate(structure)

    def _generate(self, structure):
        net = build(structure)
        # sorted, since a set's order differs from process to process, and the program with it
        groups = sorted(
            (group for group in net.network.objects if hasattr(group, "variables")),
            key=lambda group: group.name,
        )
        standalone = get_device()
        standalone.apply_run_args()
        seeds = standalone.get_array_name(net.inputs.variables["seed"])
        standalone.insert_code("main", RANDOM.replace("%SEED%", seeds))
        standalone.insert_code(
            "before_network_run", REPORTER.replace("%NETWORK%", net.network.name)
        )
        standalone.insert_code("after_network_run", REPORT_END + RANDOM_END)
        net.network.run(structure.dt * second, namespace=net.namespace)
        _let_runs_choose_duration(standalone, net, groups, structure)
        self.variables = {}
        for key, variable in arrays(groups).items():
            size = variable.size
            if isinstance(variable, DynamicArrayVariable):  # it gets its size as the program runs
                size = len(variable.owner.source) * len(variable.owner.target)
            self.variables[key] = (standalone.get_array_filename(variable), variable.dtype, size)
        self.neuron_state = neuron_state(groups)
        self.watched = {
            name: len(group) for named in watching.watched(groups) for name, group in named.items()
        }
        self.folder = builds.compiled(
            lambda folder: standalone.build(directory=str(folder), compile=False, run=False),
            self.threads,
            self._use,
        )

    def run(
        self,
        presentations: int,
        seed_number: int,
        values: dict,
        tables: dict,
        wanted: Iterable[str],
        progress: Callable[[float], object] = lambda done: None,
        first: int = 0,
        random_state: np.ndarray | None = None,
        watch: str = "",
    ) -> Outcome:
        """Run `presentations` of them, from the `first` one in the table `order` on.

        Parameters
        ----------
        seed_number : int
            Seed of all random draws of this run, unless a `random_state` is given, that of the run
            which this one continues.
        values : dict
            Variables' values at the start; those that are not named start at 0.
        tables : dict
            Name of each table -> array, or path of a file of its bytes.
        wanted : iterable of str
            Variables to return.
        progress : callable
            Called now and then with the number of presentations done.
        watch : str
            What the outcome's `answers` are to hold: "classes", "spikes" (and classes), or "" for
            none.

        Raises
        ------
        SimulationFailed
            If the program fails, complains, stops early or leaves out results.
        UserError
            If there is no room for its files.
        """
        try:
            return self._run(
                presentations,
                seed_number,
                values,
                tables,
                wanted,
                progress,
                first,
                random_state,
                watch,
            )
        except OSError as error:
            raise UserError(
                f"TMPDIR: the simulation's files cannot be written to '{tempfile.gettempdir()}' "
                f"({error.strerror or error}); make room, or set TMPDIR to another folder."
            ) from error

    def _run(
        self,
        presentations,
        seed_number,
        values,
        tables,
        wanted,
        progress,
        first,
        random_state,
        watch,
    ):
        with scratch("snn_brian-run-") as folder:
            (folder / "static_arrays").mkdir()
            (folder / "results").mkdir()
            for table, content in tables.items():
                path = folder / "static_arrays" / f"{table}_values"
                path.symlink_to(content) if isinstance(content, Path) else content.tofile(path)
            values = {
                "inputs.duration": presentations * self.steps,
                "inputs.first": first * self.steps,
                "inputs.seed": seed_number,
            } | values
            if random_state is not None:
                random_state.tofile(folder / RANDOM_STATE)
            if watch:
                (folder / watching.FILE).write_text(watch)
            arguments = [
                f"{key}={self._argument(key, value, folder)}" for key, value in values.items()
            ]
            seconds = execute(
                self.folder / "main",
                folder,
                arguments,
                self.threads,
                lambda t: progress(t / self.dt / self.steps - first),
                self.ending,
            )
            found = {key: self._result(key, folder / "results") for key in wanted}
            answers = watch and watching.read(
                folder / "results", watch, self.watched, self.steps, presentations
            )
            return Outcome(found, seconds, _random_state(folder / "results"), answers or None)

    def _result(self, key, results):
        file, dtype, size = self.variables[key]
        values = np.fromfile(results / file, dtype) if (results / file).exists() else ()
        if len(values) != size:
            raise SimulationFailed(
                f"The compiled simulation left {len(values)} of {size} values of {key}, probably "
                "for "
                f"lack of room in '{results.parent.parent}'; make room, or set TMPDIR to another "
                "folder."
            )
        return values

    def _argument(self, key, value, folder):
        _, dtype, size = self.variables[key]
        value = np.asarray(value, dtype)
        if value.ndim == 0:
            return repr(value.item())
        if value.size != size:  # the program would go on with old values
            raise ValueError(f"{key}: {value.size} values were given for {size}.")
        path = folder / f"{key}.bin"
        np.ascontiguousarray(value).tofile(path)
        return path


def _random_state(results):
    try:
        return np.fromfile(results / RANDOM_STATE, np.uint8)
    except FileNotFoundError as error:
        raise SimulationFailed(
            "The compiled simulation left no state of its random numbers; start it again."
        ) from error


@contextmanager
def _fresh_names():
    """Let Brian2 make up names as if nothing existed yet: they are in the generated code, and so in
    the build's key."""
    living = Nameable.__instancefollower__.instance_sets
    others, living[Nameable] = living[Nameable], type(living[Nameable])()
    try:
        yield
    finally:
        living[Nameable] = others


def _let_runs_choose_duration(standalone, net, groups, structure):
    """Replace start and duration in the generated call of `run` by variables that are arguments of
    each run, and let it be watched. The clock's own time would follow with its first tick, after
    equations have read it."""
    name = net.network.name
    first, duration = (
        standalone.get_array_name(net.inputs.variables[each]) for each in ("first", "duration")
    )
    lines = next(arguments[1] for task, arguments in standalone.main_queue if task == "run_network")
    number = next(k for k, line in enumerate(lines) if line.startswith(f"{name}.run("))
    lines[number] = watching.program(
        name,
        structure.steps,
        structure.dt,
        standalone.get_array_name,
        groups,
        first,
        duration,
        net.inputs.clock,
    )
