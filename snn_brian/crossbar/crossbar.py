"""A crossbar: dense Synapses whose C++ goes along rows of an array.

`Crossbar` is declared with the same equation strings as `brian2.Synapses`. In the runtime targets
(numpy, cython) it is `Synapses` that are connected all to all unless `connect` is called. In C++
standalone mode Brian2's own templates are replaced by ones that loop over the rows of spiking
inputs: no spike queue, no index arrays, loops that the compiler vectorises.
"""

from functools import partial

import numpy as np
from brian2 import Equations, Synapses, get_device
from brian2.codegen.codeobject import create_runner_codeobj
from brian2.core.variables import ArrayVariable, VariableView
from brian2.groups.group import Group
from brian2.groups.subgroup import Subgroup

from snn_brian.crossbar.codegen import CrossbarCodeObject, is_standalone
from snn_brian.crossbar.delays import declared_delays
from snn_brian.crossbar.masks import advise, is_full, matrix, plan, tell_if_empty
from snn_brian.crossbar.names import whole
from snn_brian.crossbar.pathway import CrossbarPathway
from snn_brian.crossbar.pulses import Pulses

Code = str | Pulses | dict[str, str | Pulses] | None


class Crossbar(Synapses):
    """Dense connections between two groups, with the arguments of `brian2.Synapses`.

    `on_pre` and `on_post` take code strings, `Pulses`, or a dict of them by pathway name. Without
    `connect` all inputs connect to all neurons: a state variable has one value for each synapse,
    row by row, and `crossbar.matrix("w")` gives it in the shape (inputs, neurons).

    Parameters
    ----------
    delay : Quantity, 0 or dict, optional
        As in `brian2.Synapses`, in whole time steps.
    index_arrays : bool
        Whether a compiled program holds the arrays of the synapses' rows and columns (8 bytes a
        synapse). Only what is outside the crossbar's own code needs them: `crossbar.w = "..."` with
        `i`, `j`, `_pre` or `_post`, monitors of such variables, and two-dimensional indexing after
        the run. After `connect` with a condition, and between subgroups, there always are some.
    strict : bool
        Whether code is refused that changes a variable of the target by its bare name, without
        `_post`. Else it means what it means in `brian2.Synapses`, and `LocalNameWarning` tells
        where a local variable seems to be meant.

    Raises
    ------
    NotImplementedError
        For connections from or to synapses.
    ValueError
        For a bare name if `strict`; for code that changes a variable by one name and reads it by
        another, as v and v_post; in the run, for a delay that is no whole number of time steps.
    """

    def __init__(
        self,
        source: Group,
        target: Group | None = None,
        model: str | Equations | None = None,
        on_pre: Code = None,
        on_post: Code = None,
        delay: object = None,
        index_arrays: bool = True,
        strict: bool = False,
        **kwds: object,
    ):
        for role, group in (("source", source), ("target", target)):
            if isinstance(whole(group), Synapses):
                raise NotImplementedError(
                    f"{role}='{group.name}' are synapses: a Crossbar connects groups of neurons; "
                    "use brian2.Synapses."
                )
        if is_standalone():
            kwds["codeobj_class"] = CrossbarCodeObject
        self.index_arrays = index_arrays
        self.strict = strict
        # Subgroups have places of their own in the index arrays, as a mask has.
        self.mapped = any(isinstance(group, Subgroup) for group in (source, target))
        self._is_declared = False
        self.names_set, self.traces_are_spread = set(), False
        super().__init__(
            source,
            target,
            model,
            on_pre=by_name(on_pre, "pre") or None,
            on_post=by_name(on_post, "post") or None,
            delay=declared_delays(delay),
            **kwds,
        )
        self._is_declared = True
        self._planned = plan(self, self._connect_all) if is_standalone() else None

    def connect(self, *args: object, level: int = 0, **kwds: object) -> None:
        """Chooses the pairs that are connected, with the arguments of `brian2.Synapses.connect`.

        Raises
        ------
        ValueError
            If all inputs are connected to all neurons already, which any use of the synapses does
            that comes before.
        """
        if self._connect_called and not self._is_masked():
            raise ValueError(
                f"connect() of '{self.name}': all inputs are connected to all neurons already; "
                "call connect() before any other use of the synapses."
            )
        if is_full(*args, **kwds):
            self._connect_all()
            return
        advise(self, kwds)
        if self._planned and not self._connect_called:
            self._planned.drop()
        self.mapped = self._has_mask = True
        self._connect_as_synapses(*args, level=level + 1, **kwds)

    def _is_masked(self):
        return self.__dict__.get("_has_mask", False)

    def connect_all_unless_connected(self) -> None:
        """Connects all inputs to all neurons if `connect` has not been called."""
        if self._is_declared and not self._connect_called:
            self._connect_all()

    def _connect_all(self):
        if self.__dict__.get("_planned"):
            self._connect_called = True
            return
        if not is_standalone() or self.mapped:
            self._connect_as_synapses(level=1)
            return
        # The same as there, but with the template of this class: since Brian2 2.11, connect()
        # insists on its own.
        self._connect_called = True
        create_runner_codeobj(self, "", "synapses_create_generator", run_namespace={})()

    def _connect_as_synapses(self, *args, level=0, **kwds):
        own, self.codeobj_class = self.codeobj_class, None
        try:
            super().connect(*args, level=level + 1, **kwds)
        finally:
            self.codeobj_class = own

    def check_variable_write(self, variable: object) -> None:
        """Called by Brian2 before a state variable is set."""
        self.connect_all_unless_connected()
        self.names_set.add(variable.name)

    def __getattr__(self, name):
        if self.__dict__.get("_is_declared") and not self._connect_called:
            variable = name.removesuffix("_")
            if variable == "N" or self.variables.indices.get(variable, "0") != "0":
                self._connect_all()
        return super().__getattr__(name)

    def __getitem__(self, item):
        self.connect_all_unless_connected()
        return super().__getitem__(item)

    def __len__(self):
        self.connect_all_unless_connected()
        return super().__len__()

    @property
    def N_outgoing_pre(self) -> np.ndarray:
        """The number of synapses of each input."""
        self.connect_all_unless_connected()
        return super().N_outgoing_pre

    @property
    def N_incoming_post(self) -> np.ndarray:
        """The number of synapses of each neuron."""
        self.connect_all_unless_connected()
        return super().N_incoming_post

    def _full_state(self):
        self.connect_all_unless_connected()
        return super()._full_state()

    @property
    def delay(self) -> VariableView:
        """The delay of the pathway `pre`."""
        return self._get_delay(with_unit=True)

    @delay.setter
    def delay(self, value: object) -> None:
        self._set_delay(value, with_unit=True)

    @property
    def delay_(self) -> VariableView:
        """The delay of the pathway `pre`, without units."""
        return self._get_delay(with_unit=False)

    @delay_.setter
    def delay_(self, value: object) -> None:
        self._set_delay(value, with_unit=False)

    def _get_delay(self, with_unit):
        if "pre" not in self._synaptic_updaters:
            return super()._get_delay(with_unit)  # which says what is missing
        return getattr(self.pre, "delay" if with_unit else "delay_")

    def _set_delay(self, delay, with_unit):
        if "pre" not in self._synaptic_updaters:
            super()._set_delay(delay, with_unit)
        self.pre.__setattr__("delay" if with_unit else "delay_", delay, level=3)

    def before_run(self, run_namespace: dict) -> None:
        """Called by Brian2; raises ValueError if code outside the crossbar needs index arrays that
        there are not."""
        self.connect_all_unless_connected()
        super().before_run(run_namespace)
        if not is_standalone():
            tell_if_empty(self)
        elif not self.index_arrays and not self.mapped:
            self._refuse_users_of_indices(get_device().code_objects.values())

    def _refuse_users_of_indices(self, code_objects):
        """Code outside the crossbar would find no indices, and crash."""
        indices = {self.variables["_synaptic_pre"], self.variables["_synaptic_post"]}
        for code in code_objects:
            if not isinstance(code, CrossbarCodeObject) and not indices.isdisjoint(
                variable
                for variable in code.variables.values()
                if isinstance(variable, ArrayVariable)
            ):
                raise ValueError(
                    f"'{self.name}': '{code.name}' uses the synapses' rows or columns; "
                    "make the Crossbar with index_arrays=True."
                )

    def matrix(self, name: str) -> np.ndarray:
        """The state variable `name` in the shape (inputs, neurons); values without units.

        Where not all pairs are connected it is a `numpy.ma.MaskedArray`.
        """
        return matrix(self, name)

    def _add_updater(self, code, prepost, objname=None, delay=None, event="spike"):
        # Synapses makes its pathways by this name; everything else that it does with them stays as
        # it is.
        import brian2.synapses.synapses as module

        pulses = code if isinstance(code, Pulses) else None
        original, module.SynapticPathway = (
            module.SynapticPathway,
            partial(CrossbarPathway, pulses=pulses),
        )
        try:
            return super()._add_updater(
                pulses.conditional(self.variables) if pulses else code,
                prepost,
                objname,
                delay,
                event,
            )
        finally:
            module.SynapticPathway = original


def by_name(paths: Code, default: str) -> dict[str, str | Pulses]:
    """Pathways by name; code by itself has the `default` one."""
    if paths is None:
        return {}
    return paths if isinstance(paths, dict) else {default: paths}
