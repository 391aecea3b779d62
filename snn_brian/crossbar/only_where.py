"""A function that Brian2 code may use: `only_where(condition, x)` is x, and 0 where the condition
does not hold, whatever x is there. Statements that run at some synapses alone are written with it.
"""

from collections.abc import Collection

import numpy as np
from brian2.core.functions import DEFAULT_FUNCTIONS, Function

from snn_brian.crossbar.statements import statements


def _only_where(condition, x):
    return np.where(condition, x, 0)


ONLY_WHERE = Function(
    _only_where,
    arg_types=["boolean", "any"],
    return_type="highest",
    arg_units=[1, None],
    return_unit=lambda condition, unit: unit,
    stateless=True,
)
ONLY_WHERE.implementations.add_numpy_implementation(_only_where, discard_units=True)
ONLY_WHERE.implementations.add_implementation(
    "cpp",
    """
    template <typename T>
    static inline T _only_where(const bool condition, const T x)
    {
        return condition ? x : (T)0;
    }
    """,
    name="_only_where",
)
ONLY_WHERE.implementations.add_implementation(
    "cython",
    """
    ctypedef fused _any_number:
        char
        short
        int
        float
        double

    cdef _any_number _only_where(bint condition, _any_number x):
        return x if condition else 0
    """,
    name="_only_where",
)
DEFAULT_FUNCTIONS["only_where"] = ONLY_WHERE


def conditional(code: str, condition: str, kept: Collection[str]) -> str:
    """Statements that change none of the variables `kept` where the condition, which they do not
    change, does not hold; other names are those of local variables."""
    return "\n".join(
        _conditional(each, condition) if each.name in kept else str(each)
        for each in statements(code)
    )


def _conditional(each, condition):
    if each.operation in ("+=", "-="):
        return f"{each.name} {each.operation} only_where({condition}, {each.expression})"
    return (
        f"{each.name} = only_where({condition}, {each.value}) + "
        f"only_where(not ({condition}), {each.name})"
    )
