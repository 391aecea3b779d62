"""Functions that Brian2 code may use: steps along a table, one by one.

`steps_5(x, n, f0, f1, f2, f3, f4)` is how far `n` steps lead from `x`, each of a size that depends
on where it begins: f0 at 0, f4 at 1, linear from one place to the next, all equally far apart. No
step leads beyond 1. `steps_for_5(x, way, f0, ..., f4)` is the number of steps, with a part of the
last one, that lead so far. There are such functions for 2 to 33 places.
"""

import numpy as np
from brian2.core.functions import DEFAULT_FUNCTIONS, Function
from numpy.typing import ArrayLike

MOST_PLACES = 33
MOST_STEPS = 20_000  # at once: no loop of a program is endless
CPP = """
static inline double {name}(const double x, const double n, {arguments})
{{
    const double f[{places}] = {{{values}}};
    double y = x{start};
    for (int k = 0; {goes_on} && y < 1 && k < {most}; k++)
    {{
        double part = y > 0 ? y*{cells} : 0;
        const int cell = part < {cells} ? (int)part : {cells} - 1;
        part -= cell;
        const double step = f[cell] + part*(f[cell + 1] - f[cell]);
        {count}
        y = y + step < 1 ? y + step : 1;
    }}
    return n != n ? n : {found};
}}
"""
CYTHON = """
cdef double {name}(double x, double n, {arguments}):
    cdef double[{places}] f = [{values}]
    cdef double y = x
    cdef double part, step
    cdef double taken = 0
    cdef int cell, k = 0
    while {goes_on} and y < 1 and k < {most}:
        part = y*{cells} if y > 0 else 0
        cell = <int>part if part < {cells} else {cells} - 1
        part -= cell
        step = f[cell] + part*(f[cell + 1] - f[cell])
        {count}
        y = y + step if y + step < 1 else 1
        k += 1
    return n if n != n else {found}
"""
# of n steps, or of steps for a way n
KINDS = {
    "steps": dict(
        start="", found="y - x",
        cpp=("k < n", ""),
        cython=("k < n", "pass"),
    ),
    "steps_for": dict(
        start=", taken = 0", found="taken",
        cpp=("y - x < n", "taken += y - x + step < n ? 1 : (n - (y - x))/step;"),
        cython=("y - x < n", "taken += 1 if y - x + step < n else (n - (y - x))/step"),
    ),
}  # fmt: skip


def _step(y, table):
    """The size of a step at each of many places."""
    part = np.clip(y, 0, 1) * (len(table) - 1)
    cell = np.minimum(part.astype(int), len(table) - 2)
    return table[cell] + (part - cell) * (table[cell + 1] - table[cell])


def steps(x: ArrayLike, n: ArrayLike, *values: float) -> np.ndarray:
    """How far `n` steps lead from `x`; arrays broadcast."""
    x, n = np.broadcast_arrays(np.asarray(x, float), np.asarray(n, float))
    y, table, k = x.copy(), np.array(values, float), 0
    while k < MOST_STEPS and np.any(going := (k < n) & (y < 1)):
        y[going] = np.minimum(y[going] + _step(y[going], table), 1)
        k += 1
    return np.where(np.isnan(n), n, y - x)


def steps_for(x: ArrayLike, way: ArrayLike, *values: float) -> np.ndarray:
    """The number of steps from `x` that lead so far; arrays broadcast."""
    x, way = np.broadcast_arrays(np.asarray(x, float), np.asarray(way, float))
    y, taken, table, k = x.copy(), np.zeros(x.shape), np.array(values, float), 0
    while k < MOST_STEPS and np.any(going := (y - x < way) & (y < 1)):
        led, step, whole = (y - x)[going], _step(y[going], table), way[going]
        with np.errstate(divide="ignore"):
            taken[going] += np.where(led + step < whole, 1, (whole - led) / step)
        y[going] = np.minimum(y[going] + step, 1)
        k += 1
    return np.where(np.isnan(way), way, taken)


def _function(kind, places):
    def of_arrays(*given):
        return (steps if kind == "steps" else steps_for)(*given)

    own, name = KINDS[kind], f"{kind}_{places}"
    named = [f"f{k}" for k in range(places)]
    given = dict(name=name, places=places, cells=places - 1, most=MOST_STEPS, **own)
    given |= dict(values=", ".join(named))
    count = places + 2
    function = Function(
        of_arrays,
        arg_types=["any"] * count,
        return_type="float",
        arg_units=[1] * count,
        return_unit=1,
        stateless=True,
    )
    function.implementations.add_numpy_implementation(of_arrays, discard_units=True)
    for target, template, typed in (("cpp", CPP, "const double "), ("cython", CYTHON, "double ")):
        goes_on, counted = own[target]
        code = template.format(
            goes_on=goes_on,
            count=counted,
            arguments=", ".join(f"{typed}{each}" for each in named),
            **given,
        )
        function.implementations.add_implementation(target, code, name=name)
    return function


TABLE_FUNCTIONS = {
    f"{kind}_{places}": _function(kind, places)
    for kind in KINDS
    for places in range(2, MOST_PLACES + 1)
}
DEFAULT_FUNCTIONS.update(TABLE_FUNCTIONS)
