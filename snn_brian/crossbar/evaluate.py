"""Brian2's expressions and statements in NumPy, for trying what a declaration says."""

import numpy as np
from brian2 import DEFAULT_FUNCTIONS
from brian2.core.namespace import DEFAULT_UNITS
from brian2.parsing.rendering import NumpyNodeRenderer

from snn_brian.crossbar import statements

CONSTANTS = {"e": np.e, "pi": np.pi, "inf": np.inf} | {
    name: float(unit) for name, unit in DEFAULT_UNITS.items()
}


def evaluate(code, values):
    """An expression in NumPy; a random draw counts with its mean."""
    functions = {name: function.pyfunc for name, function in DEFAULT_FUNCTIONS.items()}
    fixed = {
        "rand": lambda: 0.5,
        "randn": lambda: 0.0,
        "SR": np.rint,
        "logical_not": np.logical_not,
    }
    with np.errstate(all="ignore"):
        return eval(NumpyNodeRenderer().render_expr(code), functions | CONSTANTS | fixed, values)


def carry_out(code, values):
    """The values of all symbols after statements, in NumPy."""
    for each in statements.statements(code):
        values = values | {each.name: evaluate(each.value, values)}
    return values
