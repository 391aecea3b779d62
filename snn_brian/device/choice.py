"""Which law describes measured ramps: the exponential one or, where it does not fit, a table.

The criterion is `fit`'s: a curve describes ramps which it leaves, on average over a tenth of the
pulses, by at most 5 % of the way that they go, and single ramps by at most 10 % (noise aside).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.device.fit import LARGEST_DEVIATION, DeviceFit, fit, shapes
from snn_brian.device.table_fit import TableFit, fit_table

LAWS = ("auto", "exponential", "table")
IN_WORDS = dict(exponential="the exponential law", table="the table")


@dataclass(frozen=True)
class Chosen:
    """The law of a device; of the exponential one what is known, also where it is not chosen."""

    law: str  # "exponential" or "table"
    exponential: DeviceFit | None  # None: not asked for, or refused
    table: TableFit | None
    refused: str = ""  # why the exponential law has no end
    deviations: tuple[float, float] | None = None  # of the exponential law, both directions

    @property
    def sentence(self) -> str:
        """How well both laws do, where both were tried."""
        if self.table is None or self.deviations is None:
            return ""
        told = [
            f"{up:.1%} (potentiation) and {down:.1%} (depression)"
            for up, down in (
                self.deviations,
                (self.table.potentiation.deviation, self.table.depression.deviation),
            )
        ]
        other = "exponential" if self.law == "table" else "table"
        return (
            f"The exponential law leaves the ramps by up to {told[0]} of the way that they go, on "
            f"average over a tenth of the pulses, a table by up to {told[1]}; at most "
            f"{LARGEST_DEVIATION:.0%} is a fit. The device has {IN_WORDS[self.law]}; --law {other} "
            "takes the other."
        )


def choose(
    measured: Mapping[str, np.ndarray],
    law: str = "auto",
    fix_ends: bool = False,
    names: Mapping[str, str] | None = None,
    places: Mapping[str, Sequence[str]] | None = None,
) -> Chosen:
    """Fit the law that is asked for or, by "auto", the table where the exponential law does not fit
    and the table does.

    Parameters
    ----------
    measured : mapping of str to array
        "potentiation" and "depression", as in `snn_brian.device.fit.fit`.
    law : str
        One of LAWS.
    fix_ends, names, places
        As in `snn_brian.device.fit.fit`.

    Raises
    ------
    UserError
        As `fit`, or `fit_table` for a table that is asked for.
    """
    given = dict(fix_ends=fix_ends, names=names, places=places)
    exponential, refused = None, ""
    if law != "table":
        try:
            exponential = fit(**measured, **given)
        except UserError as error:
            if law == "exponential":
                raise
            refused = error
    if law == "exponential" or exponential and not problems(exponential):
        return Chosen("exponential", exponential, None)
    free = {} if exponential else shapes(**measured, places=places)
    own = _directions(exponential) if exponential else list(free.values())
    # an end that the data leave open is no matter of the shape
    if refused and not any(each.problem for each in own):
        raise refused
    try:
        table = fit_table(**measured, **given)
    except UserError:
        if law == "table":
            raise
        table = None
    deviations = tuple(each.deviation for each in own)
    if law == "table" or table and not problems(table):
        return Chosen("table", exponential, table, str(refused), deviations)
    if refused:
        raise refused
    return Chosen("exponential", exponential, table, "", deviations)


def _directions(found):
    return [found.potentiation, found.depression]


def problems(found: DeviceFit | TableFit) -> dict[str, str]:
    """{direction: why the law does not describe it}"""
    named = zip(("potentiation", "depression"), _directions(found))
    return {name: each.problem for name, each in named if each.problem}
