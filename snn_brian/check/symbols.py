"""The symbols that a declaration's strings may use, with what they stand for where an expression is
tried."""

import numpy as np
from brian2 import get_dimensions
from brian2.core.variables import Variable
from brian2.equations.equations import BOOLEAN

# What the network calls its own variables, in groups of neurons and in synapses. LOCALS, which a
# synapse's code sets for itself, are refused for neurons, too: Brian2 takes a name that the synapse
# does not declare for the neuron's.
LOCALS = (
    "dw n n_P n_D way up down sum_plus sum_minus new_plus new_minus moved mean_grad steps image "
    "label order present presented spiking"
).split()
NEURON_SYMBOLS = (
    LOCALS
    + (
        "delta request eta learning batch_ends pixel feedback S pulses_P pulses_D load_P load_D "
        "reads "
        "batch batches batches_before presentations batch_size seed duration step eligibility "
        "lastspike not_refractory"
    ).split()
)
SYNAPSE_SYMBOLS = (
    LOCALS + "w G_plus G_minus G G_max G_min eta grad m v updates batch_size learning".split()
)
CLASS_SYMBOLS = "y z err Y better hits target i j N".split()
STEP = {
    name: Variable(name, dtype=np.int32) for name in ("step", "steps")
}  # of a presentation: this one, and how many
STEPS = "".join(f"{name} : integer (shared)\n" for name in STEP)


def variables(equations):
    """The scope of the symbols that equations declare."""
    return {
        name: Variable(name, equation.dim, dtype=bool if equation.var_type == BOOLEAN else None)
        for name, equation in equations.items()
    }


def parameters(values):
    """The scope of parameters, from their values."""
    return {symbol: Variable(symbol, get_dimensions(value)) for symbol, value in values.items()}


def numbers(*symbols):
    """A scope of symbols without a unit."""
    return {symbol: Variable(symbol) for symbol in symbols}
