"""A pathway of a `Crossbar`: code for every synapse of a spiking row or column, or `Pulses`."""

import weakref

import numpy as np
from brian2 import ms, prefs
from brian2.codegen.generators.cpp_generator import c_data_type
from brian2.core.variables import ArrayVariable
from brian2.devices.device import get_device
from brian2.synapses.synapses import SynapticPathway

from snn_brian.crossbar.codegen import CrossbarGenerator, is_standalone
from snn_brian.crossbar.delays import (
    INDEX,
    check_whole_steps,
    hold_one_for_each_synapse,
    same_along_lines,
)
from snn_brian.crossbar.event_driven import check_solvable, traces
from snn_brian.crossbar.names import (
    check_bare_names,
    check_one_name,
    own_names,
    rows_are_independent,
)
from snn_brian.crossbar.order import held_by_neuron
from snn_brian.crossbar.postponed import postponed
from snn_brian.crossbar.rows import spread, stride, together
from snn_brian.crossbar.statements import read

ROWS_TOGETHER = 8  # rows of spiking inputs in one pass along the columns; 4 was no faster


class CrossbarPathway(SynapticPathway):
    """A pathway of a `Crossbar`, made by it; arguments as those of Brian2's `SynapticPathway`.

    Attributes
    ----------
    delayed : None or "one" or "each"
        Of a compiled pathway: no delay, one for all synapses, or one for each of them.
    """

    def __init__(
        self, synapses, code, prepost, objname=None, delay=None, event="spike", pulses=None
    ):
        self.pulses = pulses
        self.blocks = None
        self.delayed = None
        self.declares_delay, self.known_delay = delay is not None, None
        self.waited, self.in_lines_before = None, False  # `waiting` of the run before
        # For the templates, which read them here: a name of their own might be that of a variable.
        self.row_names = [f"_row_{k}" for k in range(ROWS_TOGETHER)]
        self.real = c_data_type(prefs.core.default_float_dtype)
        self.independent = False
        self.carried, self.handed_on, self.by_neuron, self.fetched = [], [], [], []
        self.traces, self.begins_traces, self.spreads_traces = None, False, False
        self.postponed = None
        # from row to row; variables that are moved before and after a run, and whether by this one
        self.stride, self.spread, self.together, self.moves = 0, [], [], False
        if is_standalone():
            # A single delay of zero takes the place of an array with one for each synapse.
            self.delayed = None if delay is None or not np.any(delay) else "one"
            self.known_delay, delay = delay, 0 * ms if delay is None else delay
        super().__init__(synapses, code, prepost, objname, delay, event)
        written_down = pulses.plain() if pulses else self.code
        check_bare_names(synapses, written_down, synapses.strict)
        check_one_name(synapses, written_down)
        if self.pulses and "n" in synapses.variables:
            raise ValueError(
                f"'n' is the number of pulses in the code of '{synapses.name}'; "
                "call the variable of that name otherwise."
            )
        if not is_standalone():
            return
        # The compiler may not treat a row as independent synapses if they share what they write.
        self.independent = rows_are_independent(synapses, self.code)
        self.variables["delay"].read_only = self.delayed is None
        if self.pulses:
            self._add_variables_of_pulses(synapses)

    def _add_variables_of_pulses(self, synapses):
        for name in ("n", "_drawn", "_given", "_by_neuron", "_together"):
            self.variables.add_auxiliary_variable(name, dtype=np.int32)
        # a synapse's place among those that are held neuron by neuron, and synapse by synapse
        self.variables["_by_neuron"].unique = self.variables["_together"].unique = True
        self.carried, self.handed_on = (
            [name for name in names if name not in synapses.variables]
            for names in (self.pulses.carried(), self.pulses.handed_on())
        )
        for name in {*self.carried, *self.handed_on}:
            self.variables.add_auxiliary_variable(name)

    def _choose_template(self):
        """How the compiled program goes along the synapses in this run."""
        synapses, on_post = self.synapses, self.prepost == "post"
        self.blocks, self.template = None, "synapses"
        self._choose_traces()
        self.in_lines_before = (self.waited, self.waiting) == ("lines", "parts")
        self.waited = self.waiting
        if self.delayed:  # the queue is made ready where the run begins
            _apply_run_args()
        if synapses.mapped or self.waiting == "parts":
            self.template = "mapped_synapses"
        elif self.at_pulses_alone:
            indices = dict(synapses.variables.indices)
            self.blocks, self.template = self.pulses.blocks(indices, of_inputs=not on_post)
            if self.template == "pulses" and self.pulses.can_repeat(synapses.equations.names):
                self.blocks["number"] = f"n = {self.pulses.number}"
        self._choose_rows()

    @property
    def at_pulses_alone(self) -> bool:
        """Whether a compiled program runs the code at pulses alone, where rows or columns are
        whole, and not for each synapse that has an event."""
        own = self.pulses and self.synapses.event_driven is None
        return bool(own) and not (self.delayed and self.prepost == "post")

    def _choose_rows(self):
        """Where rows begin in this run, and what waits until they are read."""
        synapses = self.synapses
        found, put_off = spread(synapses), postponed(synapses)
        columns = len(synapses.target)
        self.stride = stride(columns) if found else columns
        self.together = together(synapses, found)
        self.spread = [variable for variable in found if variable not in self.together]
        self.postponed = put_off if put_off and self in (put_off.writer, put_off.reader) else None
        if self.postponed:
            put_off.add_variables()
            self.blocks = put_off.blocks(self)
        if put_off and self is put_off.writer:
            self.template = "postponed"
        # One moves the rows for all: what waits is carried out before they are packed again.
        mover = put_off.writer if put_off else next(p for p in synapses._pathways if p.active)
        self.moves = bool(found) and self is mover
        if self.moves:  # values are, where the run begins
            _apply_run_args()

    @property
    def waiting(self) -> str | None:
        """By what numbers the spike queue of a compiled pathway knows events: "lines" (rows, or
        columns) where all synapses of a line have the same delay, else "parts" of them."""
        if self.delayed is None:
            return None
        # What is in flight from a run before in numbers of parts stays so.
        by_line = self.delayed == "one" or (self.waited != "parts" and same_along_lines(self))
        return "lines" if by_line else "parts"

    def _choose_traces(self):
        """Event-driven variables are held line by line, if they can be and always have been."""
        synapses = self.synapses
        before, self.traces = self.traces, None if synapses.traces_are_spread else traces(synapses)
        self.begins_traces = self.spreads_traces = False
        if self.traces is None:
            synapses.traces_are_spread = True
            return
        self.traces.add_variables(synapses)
        sides = {"pre": self.traces.pre, "post": self.traces.post}
        for side, names in sides.items():
            for name in (
                f"_line_last_{side}",
                *(f"_{a}_{b}" for b in names for a in ("line", "now")),
            ):
                if name not in self.variables:
                    self.variables.add_reference(name, synapses, index=INDEX[side])
        self.spreads_traces = synapses._pathways[0].name == self.name
        self.begins_traces = self.spreads_traces and before is None
        if self.begins_traces:
            _apply_run_args()
        self.blocks = self.traces.blocks(self, self.spreads_traces)

    def _hold_by_neuron(self, variables):
        self.by_neuron = [variable for _, variable in sorted(variables.items())]
        together = [variable.name for variable in self.together]
        soon = self.pulses.first if "first" in (self.blocks or {}) else self.pulses.whole
        self.fetched = _synaptic_arrays(self.synapses, soon, [*variables, *together])
        usual = {
            name: self.synapses.variables.indices[name] for name in self.synapses.equations.names
        }
        usual |= dict.fromkeys(together, "_together")
        self.variables.indices.update(usual | dict.fromkeys(variables, "_by_neuron"))
        if variables:  # they are in the usual order, which ends where the run begins
            _apply_run_args()

    def __getattr__(self, name):
        if name in ("delay", "delay_") and "_group_attribute_access_active" in self.__dict__:
            self._delays_are_seen()
        return super().__getattr__(name)

    def __setattr__(self, name, value, level=0):
        sets_delays = name in ("delay", "delay_") and is_standalone()
        if sets_delays:
            alone = not isinstance(value, str) and np.size(value) == 1
            if alone and self.delayed != "each":
                self._delay_by("one")
            else:
                self._delays_are_seen()
        super().__setattr__(name, value, level=level + 1)
        if sets_delays:
            self.known_delay = value if isinstance(value, str) else np.array(value)

    def check_variable_write(self, variable: object) -> None:
        """Called by Brian2 before a variable is set, perhaps of some of the synapses."""
        super().check_variable_write(variable)
        if variable.name == "delay":
            self.known_delay = None

    def _delays_are_seen(self):
        """They may be read or set one by one from here on, unless the crossbar was made with one
        for all."""
        if not is_standalone():
            return
        if not self.declares_delay and self.delayed != "each":
            self.synapses.connect_all_unless_connected()
            hold_one_for_each_synapse(self)
            self._delay_by("each")
        elif self.delayed is None:
            self._delay_by("one")

    def _delay_by(self, number):
        self.delayed = number
        self.variables["delay"].read_only = False

    def before_run(self, run_namespace: dict) -> None:
        """Called by Brian2; raises ValueError for a delay that is no whole number of time steps
        and UnsupportedEquationsException for event-driven equations without an exact solution."""
        self.synapses.connect_all_unless_connected()
        check_solvable(self.synapses)
        known = self.known_delay if is_standalone() else self._delays.get_value()
        if known is not None and not isinstance(known, str):  # else the compiled program checks it
            check_whole_steps(self.name, known, self.source.clock.dt_)
        if is_standalone():
            self._choose_template()
        super().before_run(run_namespace)

    def create_code_objects(self, run_namespace: dict) -> None:
        """Called by Brian2. There is no spike queue that spikes would have to be pushed into."""
        if is_standalone():
            self.code_objects[:] = [weakref.proxy(self.create_default_code_object(run_namespace))]
        else:
            super().create_code_objects(run_namespace)

    def update_abstract_code(self, run_namespace=None, level=0):
        if self.pulses:
            self._hold_by_neuron(held_by_neuron(self) if self.blocks else {})
        if self.blocks:
            self.abstract_code = dict(self.blocks)
        else:
            super().update_abstract_code(run_namespace=run_namespace, level=level + 1)


def _apply_run_args():
    """Has run arguments set before the code that begins the run, if that is still to come."""
    if not get_device().run_args_applied:
        get_device().apply_run_args()


def _synaptic_arrays(synapses, code, elsewhere):
    """C++ names of the arrays, one value for each synapse and input by input, that the code uses,
    but for the names that lie `elsewhere`."""
    return sorted(
        CrossbarGenerator.get_array_name(synapses.variables[name])
        for name in read(code)
        if name in own_names(synapses)
        and synapses.variables.indices[name] == "_idx"
        and isinstance(synapses.variables[name], ArrayVariable)
        and name not in elsewhere
    )
