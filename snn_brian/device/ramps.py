"""Measured ramps of pulses from text files: read, converted to siemens, split and judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.device.conductances import Reading, conductances
from snn_brian.device.judging import judge, judge_alone
from snn_brian.device.layout import FEWEST, ramp_columns
from snn_brian.device.table_file import read_table
from snn_brian.device.turns import begins_after_drop, segments

WORDS = {1: "rise", -1: "fall", 0: "go nowhere"}


@dataclass(frozen=True)
class Ramps:
    """Ramps of one direction."""

    G: np.ndarray  # (pulses, ramps), siemens; NaN where a reading is missing
    places: list[str]  # how each ramp is named: "column 1", or "column 1, row 2 to row 102"
    notes: list[str]  # what was found out about the file


def read_ramps(path: str | Path, rising: bool, reading: Reading = Reading()) -> Ramps:
    """Ramps of one direction from a file of their own.

    Parameters
    ----------
    path : str or Path
        Rows are pulses, columns are ramps, the first row is the state before any pulse. Headers,
        counters, times, exchanged rows and columns, decimal commas are recognised. Empty cells are
        missing readings, at the end of a column they end its ramp.
    rising : bool
        True for potentiation, False for depression.
    reading : Reading

    Raises
    ------
    UserError
        Naming the file, and where it applies row and column: if it cannot be read or is no table of
        ramps, for conductances that no device has, for ramps that differ from the others or go in
        the wrong direction.
    """
    table = ramp_columns(read_table(path))
    G = conductances(table, reading)
    for place, ramp in zip(table.places, G.T):
        judge_alone(f"{path}, {place}", ramp)
    sign, parts = 1 if rising else -1, {1: [], -1: []}
    groups = _groups(G)
    for columns in groups:
        _split(table, G, columns, parts, FEWEST)
    wrong, right = parts[-sign], parts[sign]
    if not right or len(wrong) > len(right):
        if right and len(groups) == 1:
            raise UserError(f"{path}: {_both(right, wrong)}; give this file alone, for both ways.")
        raise UserError(
            f"{path}: most ramps {WORDS[-sign]} where they should {WORDS[sign]}; give the "
            "potentiation file first and the depression file second."
        )
    if wrong and len(groups) == 1:
        raise UserError(f"{path}: {_both(right, wrong)}; give this file alone, for both ways.")
    if wrong:
        raise UserError(
            f"{path}, {wrong[0][0]}: the ramp {WORDS[-sign]}s where most {WORDS[sign]}; take the "
            "column out."
        )
    return _ramps(table, right)


def read_both(path: str | Path, reading: Reading = Reading()) -> dict[str, Ramps]:
    """{"potentiation": Ramps, "depression": Ramps} from one file in which ramps turn, or columns
    have different directions.

    Parameters
    ----------
    path : str or Path
    reading : Reading
        As in `read_ramps`.

    Raises
    ------
    UserError
        As `read_ramps` does, and if one of the directions is missing.
    """
    table = ramp_columns(read_table(path))
    G = conductances(table, reading)
    for place, ramp in zip(table.places, G.T):
        judge_alone(f"{path}, {place}", ramp)
    parts = {1: [], -1: []}
    for columns in _groups(G):
        _split(table, G, columns, parts, FEWEST)
    for sign, name in ((1, "potentiation"), (-1, "depression")):
        if not parts[sign]:
            raise UserError(
                f"{path}: no part of at least {FEWEST} rows {WORDS[sign]}s; give a file of "
                f"potentiation and one of depression, for {name} is missing in this one."
            )
    return {
        "potentiation": _ramps(table, parts[1]),
        "depression": _ramps(table, parts[-1]),
    }


def refuse_apart(measured: Mapping[str, Ramps], paths: Mapping[str, str | Path]) -> None:
    """That two files have conductances in common.

    Parameters
    ----------
    measured : mapping of str to Ramps
        For "potentiation" and "depression".
    paths : mapping of str to str or Path
        The file of each.

    Raises
    ------
    UserError
        If they have none.
    """
    up, down = (measured[name].G for name in ("potentiation", "depression"))
    if np.nanmin(up) > np.nanmax(down) or np.nanmax(up) < np.nanmin(down):
        raise UserError(
            f"{paths['depression']}: its conductances, {np.nanmin(down):.3g} to "
            f"{np.nanmax(down):.3g} S, have none in common with those of {paths['potentiation']}, "
            f"{np.nanmin(up):.3g} to {np.nanmax(up):.3g} S; give two files of one device, each in "
            "its unit."
        )


def _groups(G):
    """Columns that go together, and those that go the opposite way, as lists of indices."""
    signs = np.ones(G.shape[1])
    for index in range(1, G.shape[1]):
        both = np.isfinite(G[:, 0]) & np.isfinite(G[:, index])
        first, other = G[both, 0], G[both, index]
        if len(first) > 2 and (first - first.mean()) @ (other - other.mean()) < 0:
            signs[index] = -1
    return [group for sign in (1, -1) if len(group := np.flatnonzero(signs == sign))]


def _split(table, G, columns, parts, fewest):
    """Add (place, ramp) of the columns to the rising and falling `parts`, split where they turn."""
    spans = np.nanmax(G[:, columns], axis=0)
    scaled = G[:, columns] / spans
    some = np.isfinite(scaled).any(axis=1)
    together = np.full(len(G), np.nan)
    together[some] = np.nanmedian(scaled[some], axis=1)
    found = segments(together)
    if not all(sign for *_, sign in found):
        table.fail(columns[0], "ends where it began; take the ramp out.")
    whole = len(found) == 1
    if not whole:
        turns = [table.across[stop] for _, stop, _ in found[:-1]]
        shown = ", ".join(turns[:6]) + (", ..." if len(turns) > 6 else "")
        named = ", ".join(table.places[index] for index in columns[:3])
        named += ", ..." if len(columns) > 3 else ""
        table.notes.append(f"{named}: the ramps turn at {shown} and are split there")
    for start, stop, sign in found:
        if not whole and stop - start < fewest:
            continue  # the way back to the start of the next ramp
        if start and begins_after_drop(together, start, stop):
            start += 1
        for index in columns:
            last = np.flatnonzero(np.isfinite(G[:, index]))[-1] if whole else stop
            place = table.places[index]
            if not whole:
                place += f", {table.across[start]} to {table.across[stop]}"
            parts[sign].append((place, G[start : last + 1, index]))


def _both(right, wrong):
    return f"holds ramps of both ways, e.g. {right[0][0]} and {wrong[0][0]}"


def _ramps(table, parts):
    G = np.full((max(len(ramp) for _, ramp in parts), len(parts)), np.nan)
    for index, (_, ramp) in enumerate(parts):
        G[: len(ramp), index] = ramp
    places = [place for place, _ in parts]
    judge(table.path, G, places)
    missing = sum(np.isnan(ramp[: np.flatnonzero(np.isfinite(ramp))[-1]]).sum() for ramp in G.T)
    notes = [f"{missing} missing readings are left out"] if missing else []
    return Ramps(G, places, [*table.notes, *notes])
