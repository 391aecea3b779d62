"""Substeps: the equations of a neuron advance several times within a time step, and spikes are
looked for after each, as Brian2 would with a time step that is so much shorter.

In which substep a neuron crosses its threshold, in that it is reset, and its refractoriness begins.
Input arrives after the last substep, before the threshold is looked at. All neurons that have
crossed in a time step spike in it, once.
"""

import numpy as np
from brian2 import NeuronGroup, second
from brian2.core.base import BrianObject
from brian2.core.variables import Variables
from brian2.groups.group import CodeRunner

from snn_brian.declarations import Neuron

TIME = """
substep : integer (shared)  # within the time step, from 1
substep_t : second (shared)  # at which it begins
substep_dt : second (shared, constant)
"""
CROSSED = "crossed : 1\n"  # 1 after the threshold was crossed in this time step
HAS_CROSSED = "crossed != 0"


def equations(neuron: Neuron, spikes: bool = True) -> str:
    """Equations of a group that advances in substeps, and whose spikes come in them."""
    return "" if neuron.substeps == 1 else TIME + (CROSSED if spikes else "")


def types(neuron: Neuron) -> dict[str, object]:
    """The argument of a NeuronGroup for them: as precise as Brian2's own t and dt."""
    precise = dict.fromkeys(("substep_t", "substep_dt"), np.float64)
    return {} if neuron.substeps == 1 else {"dtype": precise}


def start_of_step(neuron: Neuron) -> str:
    """The neuron's statements."""
    return neuron.start_of_step if neuron.substeps == 1 else f"crossed = 0\n{neuron.start_of_step}"


def reset(neuron: Neuron) -> str:
    """The neuron's statements."""
    return neuron.reset if neuron.substeps == 1 else f"crossed = 1\n{neuron.reset}"


def has_spiked(neuron: Neuron) -> str:
    """The condition of a neuron that spikes in this time step."""
    if neuron.substeps > 1:
        return HAS_CROSSED
    return "lastspike == t" if neuron.refractory else neuron.threshold


def advance(group: NeuronGroup, neuron: Neuron) -> None:
    """Let the equations of a group advance in substeps, but not its spikes."""
    if neuron.substeps > 1:
        _Substeps(group, neuron.substeps)


def spike(group: NeuronGroup, neuron: Neuron, when: str) -> None:
    """Let a group advance in substeps and look at its threshold after each: after the last, in a
    slot of the schedule, when the input has arrived."""
    if neuron.substeps == 1:
        return
    crossing = group.thresholder["spike"], group.resetter["spike"]
    for order, each in zip((-2, -1), crossing):
        each.when, each.order = when, order
    _Substeps(group, neuron.substeps, *crossing)
    group.contained_objects.append(_Collected(group, when))


class _Substeps(BrianObject):
    """In a row: the time, the state, and what comes between two substeps. To all of them `t` and
    `dt` are those of the substep."""

    def __init__(self, group, count, *between):
        self._count, self._between = count, between
        code = f"substep = substep % {count} + 1\nsubstep_t = t + (substep - 1)*substep_dt"
        self._own = [
            CodeRunner(group, "stateupdate", code, name=f"{group.name}_substep", clock=group.clock),
            group.state_updater,
        ]
        super().__init__(clock=group.clock, when="groups", name=f"{group.name}_substeps")
        group.state_updater.active = False  # by itself
        group.substep_dt = float(group.clock.dt) / count * second
        for each in (group.state_updater, *between):
            each.variables = getattr(each, "variables", None) or Variables(None)
            for name in ("t", "dt"):
                each.variables.add_reference(name, group, f"substep_{name}")
        group.contained_objects.append(self)

    @property
    def _code_objects(self):
        """Those of the parts, as often as they run."""
        once, between = (
            [code for part in parts for code in part.code_objects]
            for parts in (self._own, self._between)
        )
        return (once + between) * (self._count - 1) + once

    @_code_objects.setter
    def _code_objects(self, none):
        """Brian2 begins with an empty list."""

    def before_run(self, run_namespace):
        """Threshold and reset also run by themselves, and are made ready for that."""
        for each in self._own:
            each.before_run(run_namespace)

    def after_run(self):
        """As before."""
        for each in self._own:
            each.after_run()


class _Collected(CodeRunner):
    """The spikes of a group: all that have crossed in this time step. Refractoriness has done its
    part by then."""

    def __init__(self, group, when):
        self.variables = Variables(self)
        self.variables.add_auxiliary_variable("_cond", dtype=bool)
        spikes = group.variables["_spikespace"]
        super().__init__(
            group,
            "threshold",
            f"_cond = {HAS_CROSSED}",
            clock=group.clock,
            when=when,
            name=f"{group.name}_collected",
            needed_variables=["_spikespace"],
            template_kwds={"_uses_refractory": False, "eventspace_variable": spikes},
        )
