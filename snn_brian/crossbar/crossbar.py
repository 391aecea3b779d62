"""A crossbar: all-to-all Synapses whose C++ goes along rows of a dense array.

`Crossbar` is declared with the same equation strings as `brian2.Synapses`. In the runtime targets
(numpy, cython) it is an all-to-all `Synapses`. In C++ standalone mode Brian2's own templates are
replaced by ones that loop over the rows of spiking inputs: no spike queue, no index arrays, loops
that the compiler vectorises.
"""

import weakref
from functools import partial
from typing import NoReturn

import numpy as np
from brian2 import Equations, Synapses, get_device, ms, prefs
from brian2.codegen.codeobject import create_runner_codeobj
from brian2.codegen.generators.cpp_generator import c_data_type
from brian2.core.variables import ArrayVariable
from brian2.devices.cpp_standalone.device import CPPStandaloneDevice
from brian2.groups.group import Group
from brian2.groups.subgroup import Subgroup
from brian2.synapses.synapses import SynapticPathway

from snn_brian.crossbar.codegen import CrossbarCodeObject, CrossbarGenerator
from snn_brian.crossbar.order import held_by_neuron
from snn_brian.crossbar.pulses import Pulses
from snn_brian.crossbar.statements import read, written

Code = str | Pulses | dict[str, str | Pulses] | None

ROWS_TOGETHER = 8  # rows of spiking inputs in one pass along the columns; 4 was no faster


class CrossbarPathway(SynapticPathway):
    """A pathway of a `Crossbar`: code for every synapse of a spiking row or column, or `Pulses`."""

    def __init__(
        self, synapses, code, prepost, objname=None, delay=None, event="spike", pulses=None
    ):
        self.pulses = pulses
        self.blocks = None
        super().__init__(synapses, code, prepost, objname, delay, event)
        changed = written(self.code)
        _refuse_bare_names(synapses, changed)
        if self.pulses and "n" in synapses.equations.names:
            raise ValueError(
                f"'n' is the number of pulses in the code of '{synapses.name}'; "
                "call the variable of the synapses otherwise."
            )
        self.variables["delay"].read_only = True
        if not _standalone():
            return
        # The compiler may not treat a row as independent synapses if they share what they write.
        shared = any(name.endswith("_pre") for name in changed)
        self.template_kwds["independent"] = not shared and synapses.source is not synapses.target
        self.template_kwds["row_names"] = [f"_row_{k}" for k in range(ROWS_TOGETHER)]
        if self.pulses:
            self.variables.add_auxiliary_variable("n", dtype=np.int32)
            self.variables.add_auxiliary_variable("_drawn", dtype=np.int32)
            self.variables.add_auxiliary_variable("_by_neuron", dtype=np.int32)
            self.variables[
                "_by_neuron"
            ].unique = True  # a synapse's place among those that are held neuron by neuron
            self.template_kwds |= {
                "carried": self._carried(synapses),
                "real": c_data_type(prefs.core.default_float_dtype),
            }
            indices = None if prepost == "post" else dict(synapses.variables.indices)
            self.blocks, self.template = self.pulses.blocks(indices)
            if self.template == "pulses" and self.pulses.can_repeat(synapses.equations.names):
                self.blocks["number"] = f"n = {self.pulses.number}"

    def _carried(self, synapses):
        names = [name for name in self.pulses.carried() if name not in synapses.equations.names]
        for name in names:
            self.variables.add_auxiliary_variable(name)
        return names

    def _hold_by_neuron(self, variables):
        self.template_kwds["by_neuron"] = [variable for _, variable in sorted(variables.items())]
        self.template_kwds["fetched"] = _synaptic_arrays(self.synapses, self.pulses.code, variables)
        usual = {
            name: self.synapses.variables.indices[name] for name in self.synapses.equations.names
        }
        self.variables.indices.update(usual | dict.fromkeys(variables, "_by_neuron"))
        if variables and not get_device().run_args_applied:
            # they are in the usual order, which ends where the run begins
            get_device().apply_run_args()

    def __setattr__(self, name, value):
        _refuse_delay(name, value, self)
        super().__setattr__(name, value)

    def create_code_objects(self, run_namespace: dict) -> None:
        """Called by Brian2. There is no spike queue that spikes would have to be pushed into."""
        if _standalone():
            self.code_objects[:] = [weakref.proxy(self.create_default_code_object(run_namespace))]
        else:
            super().create_code_objects(run_namespace)

    def update_abstract_code(self, run_namespace=None, level=0):
        if self.pulses and _standalone():
            self.abstract_code = dict(self.blocks)
            self._hold_by_neuron(held_by_neuron(self))
        else:
            super().update_abstract_code(run_namespace=run_namespace, level=level + 1)


class Crossbar(Synapses):
    """All-to-all connections between two groups, with the arguments of `brian2.Synapses`.

    `on_pre` and `on_post` take code strings, `Pulses`, or a dict of them by pathway name. All
    connections exist at once: there is no `connect` to call. A state variable has one value for
    each synapse, row by row: `crossbar.matrix("w")` gives it in the shape (inputs, neurons).

    Parameters
    ----------
    index_arrays : bool
        Whether a compiled program holds the arrays of the synapses' rows and columns (8 bytes a
        synapse). Only what is outside the crossbar's own code needs them: `crossbar.w = "..."` with
        `i`, `j`, `_pre` or `_post`, monitors of such variables, and two-dimensional indexing after
        the run.

    Raises
    ------
    NotImplementedError
        For what a crossbar does not have: delays, sparse connections, subgroups, several synapses
        for a pair, event-driven equations, connections to synapses.
    """

    def __init__(
        self,
        source: Group,
        target: Group | None = None,
        model: str | Equations | None = None,
        on_pre: Code = None,
        on_post: Code = None,
        delay: None = None,
        index_arrays: bool = True,
        **kwds: object,
    ):
        target = source if target is None else target
        _refuse(source, target, model, delay, kwds)
        on_pre, on_post = (
            {} if path is None else path if isinstance(path, dict) else {default: path}
            for path, default in ((on_pre, "pre"), (on_post, "post"))
        )
        if _standalone():
            kwds["codeobj_class"] = CrossbarCodeObject
        self.index_arrays = index_arrays
        # A scalar delay of zero takes the place of an array with one for each synapse.
        super().__init__(
            source,
            target,
            model,
            on_pre=on_pre or None,
            on_post=on_post or None,
            delay={name: 0 * ms for name in [*on_pre, *on_post]} or None,
            **kwds,
        )
        self._connect_all()

    def __setattr__(self, name, value):
        _refuse_delay(name, value, self)
        super().__setattr__(name, value)

    def connect(self, *args: object, **kwds: object) -> NoReturn:
        """Not for a crossbar, whose connections are all there: raises NotImplementedError."""
        raise NotImplementedError(
            "A Crossbar connects all inputs to all neurons when it is made: leave out connect(), "
            "or use brian2.Synapses for sparse connections."
        )

    def _connect_all(self):
        if not _standalone():
            super().connect()
            return
        # The same as there, but with the template of this class: since Brian2 2.11, connect()
        # insists on its own.
        self._connect_called = True
        create_runner_codeobj(self, "", "synapses_create_generator", run_namespace={})()

    def before_run(self, run_namespace: dict) -> None:
        """Called by Brian2; raises ValueError if code outside the crossbar needs index arrays that
        there are not."""
        super().before_run(run_namespace)
        if _standalone() and not self.index_arrays:
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
        """The state variable `name` in the shape (inputs, neurons); values without units."""
        return np.asarray(getattr(self, name + "_")[:]).reshape(
            int(self.source.N), int(self.target.N)
        )

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
                pulses.plain() if pulses else code, prepost, objname, delay, event
            )
        finally:
            module.SynapticPathway = original


def _standalone():
    return isinstance(get_device(), CPPStandaloneDevice)


def _synaptic_arrays(synapses, code, by_neuron):
    """C++ names of the arrays, one value for each synapse and input by input, that the code
    uses."""
    return sorted(
        CrossbarGenerator.get_array_name(synapses.variables[name])
        for name in read(code)
        if name in synapses.equations.names
        and synapses.variables.indices[name] == "_idx"
        and isinstance(synapses.variables[name], ArrayVariable)
        and name not in by_neuron
    )


def _refuse_bare_names(synapses, written):
    """Brian2 takes a name that the synapses do not define from the neurons, without a word."""
    for name in sorted(written - set(synapses.equations.names)):
        if not name.endswith(("_pre", "_post")) and name in synapses.target.variables:
            raise ValueError(
                f"'{name} = ...' in the code of '{synapses.name}' would change the variable of "
                "that name of "
                f"'{synapses.target.name}'; write '{name}_post', or call the local variable "
                "otherwise."
            )


def _refuse_delay(name, value, owner):
    if name == "delay":
        raise NotImplementedError(
            f"delay={value} of '{owner.name}': a Crossbar has no delays; use brian2.Synapses."
        )


def _refuse(source, target, model, delay, kwds):
    if delay is not None:
        raise NotImplementedError(
            f"delay={delay}: a Crossbar has no delays; leave the argument out or use "
            "brian2.Synapses."
        )
    for role, group in (("source", source), ("target", target)):
        if isinstance(group, Subgroup):
            raise NotImplementedError(
                f"{role}='{group.name}' is a subgroup: a Crossbar connects whole groups; "
                "make a group of its own or use brian2.Synapses."
            )
        if isinstance(group, Synapses):
            raise NotImplementedError(
                f"{role}='{group.name}' are synapses: a Crossbar connects groups of neurons."
            )
    if kwds.get("multisynaptic_index") is not None:
        raise NotImplementedError(
            "multisynaptic_index: a Crossbar has one synapse for each input and neuron."
        )
    if model is not None and any(
        "event-driven" in part.flags for part in Equations(str(model)).values()
    ):
        raise NotImplementedError(
            "model: '(event-driven)' equations are not available in a Crossbar; "
            "use '(clock-driven)' or update the variable in the pathway's code."
        )
