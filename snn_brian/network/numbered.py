"""Expressions over the numbers of neurons, from which weights and delays of a projection follow."""

from collections.abc import Mapping

import numpy as np
from brian2 import DEFAULT_FUNCTIONS, Quantity, get_dimensions
from brian2.core.namespace import DEFAULT_UNITS
from brian2.core.variables import Constant, Variable
from brian2.parsing.expressions import parse_expression_dimensions
from brian2.units.fundamentalunits import Dimension
from brian2.utils.stringtools import get_identifiers

from snn_brian.base.errors import UserError
from snn_brian.crossbar.evaluate import evaluate

NUMBERS = ("i", "j", "N_pre", "N_post")  # neuron of the target, of the source; how many there are
RANDOM = frozenset({"rand", "randn", "poisson"})


def scope(parameters: Mapping[str, Quantity | float]) -> dict:
    """What such an expression may use, as Brian2's variables by name."""
    given = {name: get_dimensions(value) for name, value in parameters.items()}
    return (
        {name: each for name, each in DEFAULT_FUNCTIONS.items() if name not in RANDOM}
        | {name: Constant(name, float(unit), unit.dim) for name, unit in DEFAULT_UNITS.items()}
        | {name: Constant(name, value) for name, value in (("e", np.e), ("pi", np.pi))}
        | {name: Variable(name) for name in NUMBERS}
        | {name: Variable(name, dimension) for name, dimension in given.items()}
    )


def numbered(
    what: str, code: str, shape: tuple[int, int], parameters: Mapping[str, Quantity | float]
) -> tuple[np.ndarray, Dimension]:
    """The values of an expression, in SI units, and their dimensions.

    Parameters
    ----------
    what : str
        Where it stands, for messages.
    code : str
    shape : (int, int)
        Neurons of the source and of the target.
    parameters : mapping

    Returns
    -------
    values : array
        Of a shape that broadcasts to (source, target); float64.
    dimensions : Dimension

    Raises
    ------
    UserError
        For unknown or random symbols, and values that are not finite.
    """
    known = scope(parameters)
    for name in sorted(get_identifiers(code) - known.keys()):
        problem = "draws random numbers" if name in RANDOM else "is not known here"
        raise UserError(
            f"{what}={code!r}: '{name}' {problem}; use {', '.join(NUMBERS)}, parameters and "
            "functions such as exp."
        )
    j, i = np.ogrid[: shape[0], : shape[1]]
    values = dict(zip(NUMBERS, (i, j, *shape)))
    values |= {name: float(value) for name, value in parameters.items()}
    try:
        dimensions = parse_expression_dimensions(code, known)
        found = np.asarray(evaluate(code, values), float)
    except Exception as error:
        raise UserError(f"{what}={code!r} cannot be evaluated ({error}); mend it.") from error
    if not np.isfinite(found).all():
        at = np.argwhere(~np.isfinite(np.broadcast_to(found, shape)))[0]
        raise UserError(
            f"{what}={code!r} is not finite for i={at[1]}, j={at[0]}; mend it, e.g. by clip."
        )
    return found, dimensions
