"""A network in one of Brian2's runtime targets, for interactive work."""

import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path

import numpy as np
from brian2 import ms, second, seed

from snn_brian.base.kept_code import kept_code
from snn_brian.base.session import own_session, random_state_now, set_random_state
from snn_brian.network.network import build
from snn_brian.simulate.outcome import Outcome, neuron_state
from snn_brian.simulate.watching import Watcher


class Interpreted:
    """A network in one of Brian2's runtime targets, for interactive work."""

    def __init__(self, structure, target):
        self.target = target
        self.steps, self.dt = structure.steps, structure.dt
        self.has_run = False
        with self._session(dt=structure.dt):
            self.net = build(structure)
            self.groups = {group.name: group for group in self.net.network.objects}
            self.neuron_state = neuron_state(
                [group for group in self.groups.values() if hasattr(group, "variables")]
            )
            self.watcher = Watcher(self.net.network.objects, self.steps)
            self.net.network.add(self.watcher.operation)
            self.net.network.store()

    def _session(self, **more):
        return own_session(target=self.target, dtype=np.float32, **more)

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
        """As `Compiled.run`; the seconds include Brian2's own code generation in the first run."""
        with self._session(), kept_code() if self.has_run else nullcontext():
            self._set(values, tables)
            self.net.network.t_ = first * self.steps * self.dt
            if random_state is None:
                seed(seed_number)
            else:
                set_random_state(random_state)
            self.watcher.begin(watch)
            return self._run(presentations, wanted, progress)

    def _set(self, values, tables):
        self.net.network.restore()
        for table, content in tables.items():
            array = self.net.tables[table]
            content = (
                np.memmap(content, array.dtype, "r")
                if isinstance(content, Path)
                else content.reshape(-1)
            )
            array.reshape(-1)[: content.size] = content
        for key, value in values.items():
            group, variable = key.split(".")
            self.groups[group].variables[variable].get_value()[:] = np.ravel(value)

    def _run(self, presentations, wanted, progress):
        start = time.perf_counter()
        self.net.network.run(
            presentations * self.steps * self.dt * second,
            namespace=self.net.namespace,
            report_period=100 * ms,
            report=lambda elapsed, completed, start, duration: progress(completed * presentations),
        )
        seconds = time.perf_counter() - start
        self.has_run = True
        results = {}
        for key in wanted:
            group, variable = key.split(".")
            results[key] = np.array(self.groups[group].variables[variable].get_value())
        answers = self.watcher.answers() if self.watcher.what else None
        return Outcome(results, seconds, random_state_now(), answers)
