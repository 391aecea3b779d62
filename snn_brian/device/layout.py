"""Which columns of a table are ramps: rows and columns exchanged, counters, times, other tables."""

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.device.table_file import Table
from snn_brian.device.units import header_unit

FEWEST = 5  # pulses of a ramp: a fit has three parameters


def ramp_columns(table: Table) -> Table:
    """The Table with ramps alone, one in each column.

    Raises
    ------
    UserError
        If no column is a ramp, or for a table of changes against states.
    """
    if _is_exchanged(table):
        table = _exchanged(table)
    said = [header_unit(text) for text in table.headers]
    for index, unit in enumerate(said):
        if unit.quantity == "change":
            table.fail(
                index,
                f"'{table.headers[index]}' is a change of the conductance: a table of steps "
                "against states is no ramp, and no option takes one yet; give the conductance "
                "after each pulse.",
            )
    kept, left_out = [], []
    for index in range(table.values.shape[1]):
        reason = _no_ramp(table, index, said[index].quantity)
        if reason:
            left_out.append(f"{table.places[index]} {reason} and is left out")
        else:
            kept.append(index)
    if not kept:
        raise UserError(
            f"{table.path}: holds no ramp, for {left_out[0].removesuffix(' and is left out')}; add "
            "a column of conductances."
        )
    table.notes += left_out
    table = table.only(kept)
    _refuse_states(table)
    return table


def is_counter(values: np.ndarray) -> bool:
    """Whether these are whole numbers that count on by one from 0 or 1, once or again and again."""
    values = values[np.isfinite(values)]
    if len(values) < FEWEST or values[0] not in (0, 1) or (values != np.round(values)).any():
        return False
    steps = np.diff(values)
    return bool(((steps == 1) | (values[1:] == values[0])).all() and (steps == 1).mean() > 0.5)


def roughness(values: np.ndarray) -> float:
    """Half the mean squared difference of neighbours over the variance: 1 in any order, 0 on a
    smooth curve (von Neumann's ratio)."""
    values = values[np.isfinite(values)]
    if len(values) < 3 or np.ptp(values) == 0:
        return 1.0
    return np.mean(np.diff(values) ** 2) / 2 / values.var()


def _no_ramp(table, index, quantity):
    """What a column is that is no ramp, or None."""
    values, header = table.values[:, index], table.headers[index]
    name = f" ('{header}')" if header else ""
    finite = values[np.isfinite(values)]
    whole = len(finite) > 1 and (finite == np.round(finite)).all()
    alone = table.values.shape[1] == 1
    if quantity == "counter" and whole or quantity is None and is_counter(values):
        return f"counts the pulses{name}"
    if quantity in ("time", "voltage"):
        return f"holds {'times' if quantity == 'time' else 'voltages'}{name}"
    if quantity is None and not alone and index == 0 and _is_even(finite):
        ratio = np.nanmax(abs(table.values[:, 1:]), axis=0, initial=0) / finite.max()
        if ((ratio > 10) | (ratio < 0.1)).all():
            table.fail(
                index,
                "rises in equal steps far from the other columns, as a time or a counter does; "
                "name it in a header, e.g. time, or take it out.",
            )
    return None


def _is_even(values):
    """Whether values rise in steps that are equal but for rounding."""
    if len(values) < FEWEST:
        return False
    steps = np.diff(values)
    return bool((steps > 0).all() and np.ptp(steps) < 1e-6 * abs(values).max())


def _is_exchanged(table):
    rows, columns = table.values.shape
    if columns < FEWEST:
        return False
    ramps = table.values[:, [not is_counter(column) for column in table.values.T]]
    if ramps.shape[1] < FEWEST:
        return False
    if rows < FEWEST:
        return True
    along, down = (np.median([roughness(line) for line in each]) for each in (ramps, ramps.T))
    return bool(along < 0.5 * down)


def _exchanged(table):
    headers = table.row_labels or [""] * len(table.values)
    given = list(filter(None, table.headers))
    notes = [*table.notes, "rows are ramps and columns are pulses: they are exchanged"]
    preamble = table.preamble + given
    return Table(
        table.path, table.values.T, headers, table.across, table.places, preamble, [], notes
    )


def _refuse_states(table):
    """Refuse two or three columns of which the others are small changes of the first."""
    values = table.values
    if not 2 <= values.shape[1] <= 3 or any(header_unit(text).factor for text in table.headers):
        return
    states = values[:, 0]
    if not np.isfinite(states).all() or len(states) < FEWEST:
        return
    steps = np.diff(states)
    sorted_states = (steps > 0).all() or (steps < 0).all()
    changes = values[:, 1:]
    if sorted_states and np.nanmax(abs(changes), initial=0) < 0.3 * np.ptp(states) and (
        (changes < 0).any() or np.nanmin(changes[:, 0] / states) < 1e-3
    ):  # fmt: skip
        table.fail(
            1,
            "holds changes that are small against the states in "
            f"{table.places[0]}: a table of steps against states is no ramp, and no option takes "
            "one yet; give the conductance after each pulse.",
        )
