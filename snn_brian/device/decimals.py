"""Numbers with decimal commas: recognised, or named where the comma may be a separator too."""

import re
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError

DECIMAL_COMMA = r"\s*[+-]?\d+,\d*(?:[eE][+-]?\d+)?\s*"
Row = tuple[int, list[str]]  # number of the line, cells


def pointed(cell: str) -> str:
    """A cell with a point for a decimal comma, where it is a number with one."""
    return cell.replace(",", ".") if re.fullmatch(DECIMAL_COMMA, cell) else cell


def with_points(path: str | Path, rows: list[Row]) -> tuple[list[Row], list[str]]:
    """Rows with points for decimal commas, and a note where there were any.

    Raises
    ------
    UserError
        For numbers with decimal points beside them.
    """
    cells = [(line, cell) for line, row in rows for cell in row]
    commas = [cell for _, cell in cells if re.fullmatch(DECIMAL_COMMA, cell)]
    if not commas:
        return rows, []
    other = next(((line, cell) for line, cell in cells if re.search(r"\d\.\d", cell)), None)
    if other:
        raise UserError(
            f"{path}, row {other[0]}: '{other[1].strip()[:40]}' has a decimal point where "
            f"'{commas[0].strip()[:40]}' has a decimal comma; write all numbers in one way."
        )
    return (
        [(line, [pointed(cell) for cell in row]) for line, row in rows],
        ["the numbers have decimal commas"],
    )


def refuse_ambiguous(path: str | Path, rows: list[Row]) -> None:
    """That no numbers such as 0,105 stand in cells that are separated by commas too.

    Raises
    ------
    UserError
        Naming the first row.
    """
    pairs = [row for _, row in rows if len(row) != 1]
    if not pairs or any(len(row) % 2 or not row for row in pairs):
        return
    whole = [cell.strip() for row in pairs for cell in row[::2]]
    parts = [cell.strip() for row in pairs for cell in row[1::2]]
    if not (
        all(re.fullmatch(r"[+-]?\d{1,6}", cell) for cell in whole)
        and all(re.fullmatch(r"\d+(?:[eE][+-]?\d+)?", cell) for cell in parts)
    ):
        return
    firsts = [int(row[0]) for row in pairs]
    if np.array_equal(np.diff(firsts), np.ones(len(firsts) - 1)) and firsts[0] in (0, 1):
        return  # a counter and whole numbers
    if any(re.match(r"0\d", cell) for cell in parts) or len(set(whole)) < len(set(parts)) / 2:
        line, row = next(each for each in rows if len(each[1]) > 1)
        raise UserError(
            f"{path}, row {line}: the comma of '{row[0].strip()},{row[1].strip()}' may be a "
            "decimal comma or stand between two cells; separate the cells by semicolons, or write "
            "decimal points."
        )
