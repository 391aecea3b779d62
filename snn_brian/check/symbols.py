"""The symbols that a declaration's strings may use, with what they stand for where an expression is
tried."""

from collections.abc import Mapping

import numpy as np
from brian2 import Equations, get_dimensions
from brian2.core.functions import Function
from brian2.core.variables import Variable
from brian2.equations.equations import BOOLEAN

from snn_brian.crossbar.line_resistance import PARAMETERS
from snn_brian.network.delay_values import WORDS
from snn_brian.network.heterogeneity import Value
from snn_brian.network.pair import COUNTERS, REACH, READ_LOAD, WIRED
from snn_brian.network.refresh import REFRESHED
from snn_brian.network.transfer import REFERENCE

Scope = dict[str, Variable | Function]  # what a string may use, by name

# What the network calls its own variables, in groups of neurons and in synapses. LOCALS, which a
# synapse's code sets for itself, are refused for neurons, too: Brian2 takes a name that the synapse
# does not declare for the neuron's.
LOCALS = (
    "dw n n_P n_D all_P all_D moves_P moves_D depresses w_read way up down "
    "sum_plus sum_minus new_plus new_minus moved to_write erasing "
    "erased_plus erased_minus missing_plus missing_minus pulses_plus pulses_minus "
    "written_plus written_minus read_A new_A sum_A "
    "steps image label order present presented spiking"
).split()
NEURON_SYMBOLS = (
    LOCALS
    + (
        "delta request eta learning batch_ends pixel feedback S fired "
        "batch batches batches_before presentations batch_size seed duration first step "
        "eligibility rests rest relaxes_every refreshes refresh_every presented_before "
        "transfers transferring transfer_every shown_before "
        "lastspike not_refractory substep substep_t substep_dt crossed spiked "
        "silent_steps spike_interval no_spike_yet first_spike before"
    ).split()
    + [f"{name}_{word}" for name in ("past", "now", "unit") for word in range(WORDS)]
)
# those that textbooks use for something else: the adaptation of AdEx, a gate of Hodgkin and Huxley
MEANINGS = {
    "w": "the weight of a synapse",
    "n": "the number of pulses of a request",
    "S": "1 in a time step with a spike",
}
SYNAPSE_SYMBOLS = [
    *LOCALS,
    *COUNTERS,
    READ_LOAD,
    *REACH.values(),
    WIRED,
    *PARAMETERS,
    *REFRESHED,
    REFERENCE,
    *"w G_plus G_minus G_A G G_max G_min eta grad m v updates batch_size learning".split(),
]
CLASS_SYMBOLS = "y z err Y better hits target i j N".split()
# of a presentation: this one, and how many
STEP = {name: Variable(name, dtype=np.int32) for name in ("step", "steps")}
STEPS = "".join(f"{name} : integer (shared)\n" for name in STEP)


def variables(equations: Equations) -> Scope:
    """The scope of the symbols that equations declare."""
    return {
        name: Variable(name, equation.dim, dtype=bool if equation.var_type == BOOLEAN else None)
        for name, equation in equations.items()
    }


def parameters(values: Mapping[str, Value]) -> Scope:
    """The scope of parameters, from their values."""
    return {symbol: Variable(symbol, get_dimensions(value)) for symbol, value in values.items()}


def numbers(*symbols: str) -> Scope:
    """A scope of symbols without a unit."""
    return {symbol: Variable(symbol) for symbol in symbols}
