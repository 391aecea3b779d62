"""A network in one of Brian2's runtime targets, for interactive work."""

import time
from pathlib import Path

import numpy as np
from brian2 import ms, second, seed

from snn_brian.base.session import own_session
from snn_brian.network.network import build
from snn_brian.simulate.outcome import Outcome, neuron_state


class Interpreted:
    """A network in one of Brian2's runtime targets, for interactive work."""

    def __init__(self, structure, target):
        self.target = target
        self.steps, self.dt = structure.steps, structure.dt
        with self._session(dt=structure.dt):
            self.net = build(structure)
            self.groups = {group.name: group for group in self.net.network.objects}
            self.neuron_state = neuron_state(
                [group for group in self.groups.values() if hasattr(group, "variables")]
            )
            self.net.network.store()

    def _session(self, **more):
        return own_session(target=self.target, dtype=np.float32, **more)

    def run(self, presentations, seed_number, values, tables, wanted, progress=lambda done: None):
        """As `Compiled.run`; the seconds include Brian2's own code generation in the first run."""
        with self._session():
            return self._run(presentations, seed_number, values, tables, wanted, progress)

    def _run(self, presentations, seed_number, values, tables, wanted, progress):
        network = self.net.network
        network.restore()
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
            setattr(
                self.groups[group],
                f"{variable}_",
                np.asarray(value).reshape(-1) if np.ndim(value) else value,
            )
        seed(seed_number)
        start = time.perf_counter()
        network.run(
            presentations * self.steps * self.dt * second,
            namespace=self.net.namespace,
            report_period=100 * ms,
            report=lambda elapsed, completed, start, duration: progress(completed * presentations),
        )
        seconds = time.perf_counter() - start
        results = {}
        for key in wanted:
            group, variable = key.split(".")
            results[key] = np.array(self.groups[group].variables[variable].get_value())
        return Outcome(results, seconds)
