"""A device that was measured and is no exponential: its response as a table of the change by one
pulse against the conductance."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from snn_brian.crossbar.tables import MOST_PLACES
from snn_brian.declarations import Law


def table_law(
    name: str,
    reference: str,
    potentiation: Sequence[float],
    depression: Sequence[float],
    noise: Sequence[float] = (),
    depression_noise: Sequence[float] = (),
) -> Law:
    """The law of a table.

    Places in the range are 0 at G_min and 1 at G_max, and all changes are shares of the range,
    linear from one place to the next. `n` pulses at once are `n` pulses one by one, and the law has
    an inverse.

    Parameters
    ----------
    name, reference : str
    potentiation, depression : sequence of float
        Size of the change by one pulse at places that are equally far from each other, the first at
        G_min and the last at G_max; 2 to 33 of them, from 0 to 1, above 0 but for the last place
        that pulses lead to.
    noise : sequence of float
        Spread of the change by one pulse at such places, in units of the device's `cycle_to_cycle`.
        Empty: 1.
    depression_noise : sequence of float
        The same of a pulse that depresses. Empty: as `noise`.

    Raises
    ------
    ValueError
        Naming the table and the place, for what is no such table.
    """
    place, span = "(G - G_min)/(G_max - G_min)", "(G_max - G_min)"
    found = {}
    for way, changes in (("potentiation", potentiation), ("depression", depression)):
        table, up = _table(way, changes), way == "potentiation"
        _refuse_stuck(way, table if up else table[::-1])
        values = ", ".join(repr(float(each)) for each in (table if up else table[::-1]))
        here, places = place if up else f"1 - {place}", len(table)
        found[way] = f"{span}*steps_{places}({here}, n, {values})"
        found[f"{way}_needed"] = f"steps_for_{places}({here}, dG/{span}, {values})"
    factor = "1"
    if len(noise):
        factor = _linear("noise", noise, place)
    if len(depression_noise):
        own = _linear("depression_noise", depression_noise, place)
        factor = f"rises*({factor}) + (1 - rises)*({own})"
    return Law(name=name, reference=reference, parameters=(), noise=factor, **found)


def _table(name: str, values: ArrayLike) -> np.ndarray:
    """The values of a table, which must be one."""
    table = np.asarray(values, float)
    if table.ndim != 1 or not 2 <= len(table) <= MOST_PLACES:
        raise ValueError(
            f"{name}: {np.shape(values)} is the shape of no table; give 2 to {MOST_PLACES} numbers."
        )
    wrong = ~np.isfinite(table) | (table < 0) | (table > 1)
    if wrong.any():
        place = int(np.argmax(wrong))
        raise ValueError(
            f"{name}[{place}]={table[place]:g}: the table must be of numbers from 0 to 1, shares "
            "of the range, without a hole."
        )
    return table


def _refuse_stuck(way, table):
    """That pulses lead from every place of a table, in their direction, to the next."""
    stuck = np.flatnonzero(table[:-1] <= 0)
    if stuck.size:
        place = int(stuck[0]) if way == "potentiation" else len(table) - 1 - int(stuck[0])
        raise ValueError(
            f"{way}[{place}]=0: a device would be stuck there; give a change above 0, or take less "
            "of the range."
        )


def _linear(name, values, place):
    """A table as an expression: linear from one place to the next."""
    table = _table(name, values)
    rises = np.diff(table)
    return " + ".join(
        [repr(float(table[0]))]
        + [
            f"{float(rise)!r}*clip({place}*{len(rises)} - {k}, 0, 1)"
            for k, rise in enumerate(rises)
            if rise
        ]
    )
