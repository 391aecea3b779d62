"""Measured ramps of pulses from a CSV file, every cell checked."""

import csv
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError

FEWEST = 5  # pulses of a ramp: a fit has three parameters
LEAST, MOST = (
    1e-9,
    1.0,
)  # S, of the largest conductance in a file: beyond, it is in other units or holds currents


def read_ramps(path: str | Path, rising: bool, read_voltage: float | None = None) -> np.ndarray:
    """Conductances in siemens, shape (pulses, ramps), NaN after the end of a ramp that is shorter
    than others.

    Parameters
    ----------
    path : str or Path
        Comma-separated; rows are pulses, columns are ramps, the first row is the state before any
        pulse. A first row without a number is a header. Empty cells at the end of a column end its
        ramp.
    rising : bool
        True for potentiation, False for depression.
    read_voltage : float or None
        In volt; the file holds currents in ampere. None: it holds conductances in siemens.

    Raises
    ------
    UserError
        Naming the file, and where it applies row and column: if it cannot be read, for text, gaps,
        numbers that are not positive, less than 5 pulses, a constant ramp, conductances that no
        device has, ramps in the wrong direction.
    """
    G = _numbers(path) / (1 if read_voltage is None else read_voltage)
    for column, ramp in enumerate(G.T, 1):
        ramp = ramp[np.isfinite(ramp)]
        if len(ramp) < FEWEST:
            raise UserError(
                f"{path}, column {column}: has {len(ramp)} value{'s' * (len(ramp) != 1)}; a ramp "
                "needs at "
                f"least {FEWEST}, one row for each pulse."
            )
        if np.ptp(ramp) == 0:
            raise UserError(
                f"{path}, column {column}: the conductance is constant, {ramp[0]:g} S; take the "
                "column out."
            )
    top = np.nanmax(G)
    if not LEAST <= top <= MOST:
        row, column = np.argwhere(G == top)[0] + 1
        mend = (
            "check the unit of the currents, ampere, and of --read-voltage, volt"
            if read_voltage
            else "convert the values to siemens or, if they are currents in ampere, give "
            "--read-voltage"
        )
        raise UserError(
            f"{path}, column {column}: the largest conductance would be {top:g} S (pulse "
            f"{row - 1}), and "
            f"devices have {LEAST:g} to {MOST:g} S; {mend}."
        )
    moved = np.median([(ramp := column[np.isfinite(column)])[-1] - ramp[0] for column in G.T])
    if moved == 0 or (moved > 0) != rising:
        wanted, found = ("rise", "fall") if rising else ("fall", "rise")
        raise UserError(
            f"{path}: most ramps {found} where they should {wanted}; give the potentiation file "
            "first and "
            "the depression file second."
        )
    return G


def _numbers(path):
    """The cells of the file, NaN where a ramp has ended."""
    rows = _rows(path)
    if rows and not any(_is_number(cell) for cell in rows[0][1]):
        columns = len(rows.pop(0)[1])
    else:
        columns = len(rows[0][1]) if rows else 0
    if not rows:
        raise UserError(
            f"{path}: holds no numbers; give a row for each pulse and a column for each ramp."
        )
    values = np.full((len(rows), columns), np.nan)
    for index, (line, cells) in enumerate(rows):
        if len(cells) > columns:
            raise UserError(
                f"{path}, row {line}: has {len(cells)} cells where the first row has {columns}; "
                "give each row "
                "a cell for each ramp."
            )
        for column, cell in enumerate(cells):
            if not cell.strip():
                continue
            if not _is_number(cell):
                raise UserError(
                    f"{path}, row {line}, column {column + 1}: '{' '.join(cell.split())[:40]}' "
                    "is no "
                    "number; give siemens, or ampere with --read-voltage, with commas between "
                    "the cells."
                )
            if not float(cell) > 0:
                raise UserError(
                    f"{path}, row {line}, column {column + 1}: {float(cell):g} is not positive; "
                    "take the "
                    "offset of the measurement out."
                )
            if index and np.isnan(values[index - 1, column]):
                raise UserError(
                    f"{path}, row {rows[index - 1][0]}, column {column + 1}: the cell is empty, "
                    "and the ramp "
                    "goes on below; fill the gap or take the column out."
                )
            values[index, column] = float(cell)
    return values


def _rows(path):
    """(line number, cells) of every row but empty ones at the end."""
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            rows = [(reader.line_num, cells) for cells in reader]
    except OSError as error:
        raise UserError(
            f"{path}: this file cannot be read ({error.strerror}); check its name."
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UserError(
            f"{path}: this file is no text with comma-separated values; export it as CSV."
        ) from error
    while rows and not "".join(rows[-1][1]).strip():
        rows.pop()
    return rows


def _is_number(cell):
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False
