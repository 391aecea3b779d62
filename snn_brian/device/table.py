"""A device that was measured and is no exponential: its response as a table of the change by one
pulse against the conductance."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from snn_brian.declarations import Law

MOST_PLACES = 33  # of a table, and of a ramp: every one is a term of the law's strings
NEAR, MOST_PULSES = 0.999, 20_000  # a ramp ends so near to the end of the range, or after so many
SIDES = {"potentiation": ("P", "x"), "depression": ("D", "(1 - x)")}


def table_law(
    name: str,
    reference: str,
    potentiation: Sequence[float],
    depression: Sequence[float],
    noise: Sequence[float] = (),
) -> Law:
    """The law of a table.

    Places in the range are 0 at G_min and 1 at G_max, and all changes are shares of the range,
    linear from one place to the next. The law is the ramp that such pulses make one by one, as
    straight pieces: a device is somewhere on it, and `n` pulses bring it so far along. So `n`
    pulses at once are `n` pulses one by one, and the law has an inverse.

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

    Raises
    ------
    ValueError
        Naming the table and the place, for what is no such table.
    """
    place = "(G - G_min)/(G_max - G_min)"
    before, found = [f"x = {place}"], {}
    for way, changes in (("potentiation", potentiation), ("depression", depression)):
        up, (symbol, here) = way == "potentiation", SIDES[way]
        table = _table(way, changes)
        pulses, x = _ramp(way, table if up else table[::-1])
        before.append(f"pulses_{symbol} = {_curve(x, pulses, here)}")
        after, now = (_curve(pulses, x, f"(pulses_{symbol}{n})") for n in (" + n", ""))
        found[way] = f"(G_max - G_min)*({after} - ({now}))"
        there = (
            place.replace("G -", "G + dG -") if up else f"1 - {place.replace('G -', 'G - dG -')}"
        )
        here = place if up else f"1 - {place}"
        ahead, behind = (_curve(x, pulses, f"({where})") for where in (there, here))
        found[f"{way}_needed"] = f"({ahead}) - ({behind})"
    factor = "1"
    if len(noise):
        spread = _table("noise", noise)
        factor = f"{float(spread[0])!r} + {_curve(np.linspace(0, 1, len(spread)), spread, place)}"
    return Law(
        name=name,
        reference=reference,
        parameters=(),
        before="\n".join(before),
        noise=factor,
        **found,
    )


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


def _ramp(way, table):
    """(pulses, places in the direction of `way`) of the ramp that the table makes, pulse by pulse
    from where it begins, at no more than `MOST_PLACES` of its points."""
    stuck = np.flatnonzero(table[:-1] <= 0)
    if stuck.size:
        place = int(stuck[0]) if way == "potentiation" else len(table) - 1 - int(stuck[0])
        raise ValueError(
            f"{way}[{place}]=0: a device would be stuck there; give a change above 0, or take less "
            "of the range."
        )
    places, course = np.linspace(0, 1, len(table)), [0.0]
    while course[-1] < NEAR and len(course) < MOST_PULSES:
        course.append(min(course[-1] + np.interp(course[-1], places, table), 1.0))
    x, pulses = np.array(course), np.arange(len(course), dtype=float)
    if x[-1] < 1:  # as far as the last pulse went, each time, from there
        x, pulses = np.r_[x, 1.0], np.r_[pulses, pulses[-1] + (1 - x[-1]) / (x[-1] - x[-2])]
    if len(x) > MOST_PLACES:
        bend = np.sqrt(abs(np.diff(x, 2, prepend=x[0], append=x[-1]))) + 1e-6
        share = np.cumsum(bend) / bend.sum()
        inner = np.searchsorted(share, np.linspace(share[0], share[-1], MOST_PLACES)[1:-1])
        kept = np.unique(np.r_[0, inner, len(x) - 1])
        x, pulses = x[kept], pulses[kept]
    return pulses, x


def _curve(x, y, code):
    """The curve of straight pieces through points, less its first value, as code."""
    return " + ".join(
        f"{rise:.9g}*clip(({code} - {start:.9g})*{1 / width:.9g}, 0, 1)"
        for rise, start, width in zip(np.diff(y), x[:-1], np.diff(x))
    )
