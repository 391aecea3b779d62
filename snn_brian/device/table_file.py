"""A text file of numbers as measuring programs write it: separator, decimal sign, headers."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.device.decimals import pointed, refuse_ambiguous, with_points

MISSING = {"", "nan", "na", "n/a", "#n/a", "null", "none", "-", "--"}
SEPARATORS = {"\t": "tabs", ";": "semicolons", ",": "commas"}


@dataclass
class Table:
    """Numbers, shape (rows, columns), NaN where a cell is missing; and how they are named."""

    path: str | Path
    values: np.ndarray
    headers: list[str]  # of each column, "" where it has none
    places: list[str]  # "column 1", ...; "row 1", ... after an exchange
    across: list[str]  # "row 1", ..., the lines of the file; "column 1", ... after an exchange
    preamble: list[str] = field(default_factory=list)  # lines of text above the table
    row_labels: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what was found out and is worth a line

    def fail(self, index: int, text: str, row: int | None = None) -> NoReturn:
        """Refuse a column, or the cell in a row of it.

        Parameters
        ----------
        index : int
            Of the column.
        text : str
            What is wrong with it, and the mend.
        row : int or None
            Of the cell.

        Raises
        ------
        UserError
        """
        place = [self.places[index]] if row is None else [self.across[row], self.places[index]]
        raise UserError(f"{self.path}, {', '.join(sorted(place, reverse=True))}: {text}")

    def only(self, kept: Iterable[int]) -> "Table":
        """The same with these columns alone, by their indices."""
        kept = list(kept)
        return Table(
            self.path,
            self.values[:, kept],
            [self.headers[index] for index in kept],
            [self.places[index] for index in kept],
            self.across,
            self.preamble,
            self.row_labels,
            self.notes,
        )


def read_table(path: str | Path) -> Table:
    """The Table in a file.

    Raises
    ------
    UserError
        Naming file, row and column.
    """
    comments, lines = _lines(path)
    separator, rows = _cells(path, lines)
    notes = [] if separator == "," else [f"the cells are separated by {_named(separator)}"]
    rows = _without_blanks(path, rows)
    heads, rows, numbered = _split_header(rows)
    if numbered:
        notes.append("the first row holds the numbers of the columns and is left out")
    if not rows:
        raise UserError(
            f"{path}: holds no numbers; give a row for each pulse and a column for each ramp."
        )
    width = max(len(cells) for _, cells in rows[:1])
    heads = [[cell.strip() for cell in cells] for cells in heads]
    if comments and len(found := _row(comments[-1], separator)) in (width, width + 1) and not heads:
        heads = [[cell.strip() for cell in found]]
        comments = comments[:-1]
    if heads and len(heads[-1]) > 1:
        width = len(heads[-1])
    if separator == ",":
        refuse_ambiguous(path, rows)
    for line, cells in rows:
        if len(cells) > width:
            raise UserError(
                f"{path}, row {line}: has {len(cells)} cells where the first row has {width}; "
                "give each row a cell for each ramp."
            )
    rows, decimals = with_points(path, rows)
    notes += decimals
    named = [cells for cells in heads if len(cells) == width]
    headers = [" ".join(filter(None, column)) for column in zip(*named)] or [""] * width
    preamble = comments + [cells[0] for cells in heads if len(cells) == 1 < width]
    labels = []
    if width > 1 and all(_is_text(cells[0]) for _, cells in rows if cells):
        labels = [cells[0].strip() for _, cells in rows]
        rows = [(line, ["", *cells[1:]]) for line, cells in rows]
    values = _values(path, rows, width)
    places = [f"column {k + 1}" for k in range(width)]
    across = [f"row {line}" for line, _ in rows]
    table = Table(path, values, headers, places, across, preamble, labels, notes)
    return table.only(
        k
        for k in range(width)
        if not (k == 0 and labels)
        and (np.isfinite(values[:, k]).any() or (headers[k] and not numbered))
    )


def is_number(cell: str) -> bool:
    """Whether a cell holds a finite number, with a decimal point."""
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False


def _lines(path):
    """(comments, [(line number, text)])"""
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except OSError as error:
        raise UserError(
            f"{path}: this file cannot be read ({error.strerror}); check its name."
        ) from error
    text = None
    for encoding in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            pass
    if text is None and not re.search(rb"[\x00-\x08\x0e-\x1f\x7f-\xa0]", raw):
        text = raw.decode("latin-1")  # as spreadsheets write the sign of micro
    if text is None or "\0" in text:
        raise UserError(
            f"{path}: this file is no text with comma-separated values; export it as CSV."
        )
    comments, lines = [], []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if re.match(r"\s*(#|%|//)", line) and not any(is_number(c) for c in line.split(",")):
            comments.append(re.sub(r"^\s*(#|%|//)+\s?", "", line))
        else:
            lines.append((number, line))
    return comments, lines


def _cells(path, lines):
    """The separator and (line number, cells) of every line."""
    full = [line for _, line in lines if re.search(r"\d", line)][:200]
    separator = next((sign for sign in "\t;" if sum(sign in line for line in full) > len(full) / 2),
                     ",")  # fmt: skip
    if full and all(re.fullmatch(r"\s*(0,\d+|\d,\d+[eE][+-]?\d+)\s*", line) for line in full):
        separator = ";"  # one column of decimal commas, for a column of zeros is no ramp
    if separator == "," and full and not any("," in line for line in full[1:]):
        blanks = [line.split() for line in full[1:]]
        if blanks and all(len(cells) > 1 and all(map(is_number, cells)) for cells in blanks):
            separator = None
    try:
        return separator, [(number, _row(line, separator)) for number, line in lines]
    except csv.Error as error:
        raise UserError(
            f"{path}: this file is no text with comma-separated values; export it as CSV."
        ) from error


def _row(line, separator):
    if separator is None:
        return line.split()
    return next(csv.reader([line], delimiter=separator), [])


def _named(separator):
    return SEPARATORS.get(separator, "blanks")


def _without_blanks(path, rows):
    """The rows without empty ones around them, or between any two; a single empty one is a gap."""
    empty = [not "".join(cells).strip() for _, cells in rows]
    full = [index for index, none in enumerate(empty) if not none]
    if not full:
        return []
    rows, empty = rows[full[0] : full[-1] + 1], empty[full[0] : full[-1] + 1]
    if len(full) > 2 and empty == [index % 2 == 1 for index in range(len(rows))]:
        return rows[::2]
    heading = next((i for i, (_, cells) in enumerate(rows) if any(map(is_number, cells))), 0)
    rows = [row for i, row in enumerate(rows) if i >= heading or not empty[i]]
    for line, cells in rows:
        if len(cells) < 2 and not "".join(cells).strip():
            raise UserError(
                f"{path}, row {line}, column 1: the row is empty, and the ramps go on below; fill "
                "the gap, or take the row out if no pulse belongs to it."
            )
    return rows


def _split_header(rows):
    """(rows of words, rows of numbers, whether a row of column numbers was between them)."""
    first = next(
        (i for i, (_, cells) in enumerate(rows) if any(is_number(pointed(c)) for c in cells)),
        len(rows),
    )
    heads, rows = [cells for _, cells in rows[:first]], rows[first:]
    if len(rows) > 1 and len(cells := rows[0][1]) > 1:
        names = cells if is_number(cells[0]) else cells[1:]
        if (len(names) > 1 or cells[0] == "") and all(
            re.fullmatch(r"\s*\d+\s*", name) for name in names
        ):
            numbers = list(map(int, names))
            if numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] < 2:
                follow = [pointed(cell) for cell in rows[1][1]]
                if not all(re.fullmatch(r"\s*\d+\s*", cell) for cell in follow[-len(names) :]):
                    head = ["" if is_number(cell) else cell for cell in cells]
                    return [*heads, head], rows[1:], True
    return heads, rows, False


def _is_text(cell):
    if cell.strip().lower() in MISSING or is_number(cell) or re.search(r"(?i)inf|over", cell):
        return False
    return any(map(str.isalpha, cell))


def _values(path, rows, width):
    values = np.full((len(rows), width), np.nan)
    for index, (line, cells) in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell.strip().lower() in MISSING:
                continue
            if not is_number(cell):
                raise UserError(
                    f"{path}, row {line}, column {column + 1}: '{' '.join(cell.split())[:40]}' is "
                    "no number; give a number, or leave the cell empty where a reading is missing."
                )
            values[index, column] = float(cell)
    return values
