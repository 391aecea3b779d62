"""Statements that run at some synapses alone, written with two functions that Brian2 code may use.

`only_where(condition, x)` is x, and 0 where the condition does not hold, whatever x is there;
`chosen(condition, new, old)` is the new value, or else the old one, and of the type of the old one:
what is computed from it does not depend on whether it was stored meanwhile.
"""

from collections.abc import Collection

import numpy as np
from brian2.core.functions import DEFAULT_FUNCTIONS, Function

from snn_brian.crossbar.statements import statements

CPP = {
    "only_where": """
        template <typename T>
        static inline T _only_where(const bool condition, const T x)
        {
            return condition ? x : (T)0;
        }
        """,
    "chosen": """
        template <typename N, typename T>
        static inline T _chosen(const bool condition, const N changed, const T old)
        {
            return condition ? (T)changed : old;
        }
        """,
}
CYTHON = {
    "only_where": """
        ctypedef fused _any_number:
            char
            short
            int
            float
            double

        cdef _any_number _only_where(bint condition, _any_number x):
            return x if condition else 0
        """,
    "chosen": """
        ctypedef fused _any_kept:
            char
            short
            int
            float
            double

        cdef _any_kept _chosen(bint condition, double changed, _any_kept old):
            return <_any_kept>changed if condition else old
        """,
}


def _only_where(condition, x):
    x = np.asarray(x)
    return np.where(condition, x, x.dtype.type(0))


def _chosen(condition, new, old):
    old = np.asarray(old)
    return np.where(condition, new, old).astype(old.dtype)


def _add(name, function, arg_units, return_unit):
    added = Function(
        function,
        arg_types=["boolean"] + ["any"] * (len(arg_units) - 1),
        return_type="highest",
        arg_units=arg_units,
        arg_names=["condition", "x", "old"][: len(arg_units)],
        return_unit=return_unit,
        stateless=True,
    )
    added.implementations.add_numpy_implementation(function, discard_units=True)
    for target, code in (("cpp", CPP), ("cython", CYTHON)):
        added.implementations.add_implementation(target, code[name], name=f"_{name}")
    DEFAULT_FUNCTIONS[name] = added


_add("only_where", _only_where, [1, None], lambda condition, unit: unit)
_add("chosen", _chosen, [1, None, "x"], lambda condition, unit, same: unit)


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
    return f"{each.name} = chosen({condition}, {each.value}, {each.name})"
