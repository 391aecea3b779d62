"""Cells of a table to siemens: by the unit of the header or of a flag, and none on trust."""

import re
from dataclasses import dataclass

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.device.table_file import Table
from snn_brian.device.units import NORMALISED, Unit, header_unit, symbol

# S, of the largest conductance in a file: beyond, it is in other units or holds currents
LEAST, MOST = 1e-9, 1e-2
LEAST_NAMED = 1e-13  # S, where the file or a flag names the unit
HIGHEST_NORMALISED = 1.5  # of normalised values


@dataclass(frozen=True)
class Reading:
    """What the user says of the numbers in a file; everything may be None."""

    read_voltage: float | None = None  # volt
    unit: Unit | None = None
    G_max: float | None = None  # siemens, for which 1 stands in normalised values
    G_min: float | None = None  # siemens, for which 0 stands


def normalisation(text: str) -> tuple[float, float | None]:
    """(G_max, G_min or None) in siemens from e.g. `G_max=674nS` or `G_max=6e-7,G_min=3e-8`.

    Raises
    ------
    UserError
        Unless it is that, with 0 < G_min < G_max and a conductance that devices have.
    """
    found = {}
    for part in text.split(","):
        name, _, value = (piece.strip() for piece in part.partition("="))
        number = re.fullmatch(r"([\d.]+(?:[eE][+-]?\d+)?)\s*(\D*)", value)
        unit = symbol(number[2] or "S") if number else None
        try:
            found[name] = float(number[1]) * unit.factor if unit.quantity == "conductance" else 0
        except (AttributeError, TypeError, ValueError):
            found[name] = 0.0
    G_max, G_min = found.get("G_max", 0), found.get("G_min", 0)
    if found.keys() - {"G_max", "G_min"} or not G_min < G_max or not LEAST_NAMED <= G_max <= MOST:
        raise UserError(
            f"--normalised: {text[:40]!r} is not possible; give the conductance for which 1 "
            f"stands, {LEAST_NAMED:g} to {MOST:g} S, and where 0 does not stand for none at all "
            "the one for which 0 stands, e.g. G_max=674nS,G_min=33nS."
        )
    return G_max, found.get("G_min")


def conductances(table: Table, reading: Reading) -> np.ndarray:
    """Siemens, shape (pulses, ramps); adds to `table.notes` what was taken for the unit.

    Raises
    ------
    UserError
        If the units of columns and flags contradict each other, currents come without a read
        voltage, normalised values without a G_max, or values are none of a memristor.
    """
    units = [_unit(table, index, reading) for index in range(table.values.shape[1])]
    for index, unit in enumerate(units):
        if unit.quantity != units[0].quantity:
            table.fail(
                index,
                f"holds {_plural(unit.quantity)} ('{table.headers[index]}') where "
                f"{table.places[0]} holds {_plural(units[0].quantity)} ('{table.headers[0]}'); "
                "keep one kind of column.",
            )
    quantity = units[0].quantity
    values = table.values * [unit.factor for unit in units]
    if quantity == NORMALISED:
        return _normalised(table, values, reading)
    if quantity == "current":
        values = values / reading.read_voltage
    _refuse_not_positive(table, values, reading)
    G = 1 / values if quantity == "resistance" else values
    _refuse_other_scale(table, G, quantity, reading, units[0])
    return G


def _unit(table, index, reading):
    """The Unit of a column, complete."""
    header = table.headers[index]
    said = header_unit(header)
    letter = re.fullmatch(r"\s*\w\s*", header) and len(set(table.headers)) > 1
    if letter or said.quantity not in ("conductance", "current", "resistance", NORMALISED):
        said = Unit(None, None, header)
    if said.factor is None:
        above = [header_unit(line) for line in table.preamble]
        above = [each for each in above if each.factor and each.quantity not in ("time", "voltage")]
        if above and said.quantity in (None, above[-1].quantity):
            said = above[-1]
    given = reading.unit
    if given and said.factor and (given.quantity, given.factor) != (said.quantity, said.factor):
        table.fail(
            index, f"the header '{said.text}' and --unit {given.text} differ; correct one of them."
        )
    if given and said.quantity not in (None, given.quantity):
        table.fail(
            index,
            f"the header '{said.text}' names a {said.quantity}, and --unit {given.text} is one of "
            f"{_plural(given.quantity)}; correct one of them.",
        )
    return _with_flags(table, index, given or said, reading)


def _with_flags(table, index, unit, reading):
    quantity = unit.quantity
    if quantity is None and reading.G_max is not None:
        quantity = NORMALISED
    if quantity is None:
        quantity = "conductance" if reading.read_voltage is None else "current"
    told = f" ('{unit.text}')" if unit.text else ""
    if quantity == "current" and reading.read_voltage is None:
        table.fail(index, f"holds currents{told}; give the voltage of the reads, --read-voltage.")
    if quantity != "current" and reading.read_voltage is not None:
        table.fail(index, f"holds {_plural(quantity)}{told}; leave --read-voltage out.")
    if quantity == NORMALISED and reading.G_max is None:
        table.fail(
            index,
            f"holds normalised values{told}; give the conductance for which 1 stands, e.g. "
            "--normalised G_max=674nS.",
        )
    if quantity != NORMALISED and reading.G_max is not None:
        table.fail(index, f"holds {_plural(quantity)}{told}; leave --normalised out.")
    if unit.factor is None:
        name = dict(conductance="siemens", current="ampere", resistance="ohm").get(quantity)
        note = f"no unit is named, and {name} is taken"
        if name and note not in table.notes:
            table.notes.append(note)
    return Unit(quantity, unit.factor or 1.0, unit.text)


def _plural(quantity):
    return "normalised values" if quantity == NORMALISED else f"{quantity}s"


def _normalised(table, values, reading):
    top = np.nanmax(values)
    if not 0.05 <= top <= HIGHEST_NORMALISED:
        row, column = np.argwhere(values == top)[0]
        table.fail(
            column,
            f"the largest value is {top:g}, and normalised ones have up to 1; give --unit in "
            "place of --normalised.",
            row,
        )
    low = reading.G_min or 0.0
    G = low + values * (reading.G_max - low)
    if (G <= 0).any():
        row, column = np.argwhere(G <= 0)[0]
        table.fail(
            column,
            f"{values[row, column]:g} would be no conductance; give --normalised the one for which "
            "0 stands too, e.g. G_max=674nS,G_min=33nS.",
            row,
        )
    return G


def _refuse_not_positive(table, values, reading):
    wrong = np.argwhere(values <= 0)
    if not len(wrong):
        return
    row, column = wrong[0]
    if reading.read_voltage is not None and (values[np.isfinite(values)] < 0).all():
        raise UserError(
            f"{table.path}, {table.places[0]}: the currents have the other sign than "
            f"--read-voltage {reading.read_voltage:g}; give {-reading.read_voltage:g}."
        )
    shown = table.values[row, column]
    table.fail(column, f"{shown:g} is not positive; take the offset of the measurement out.", row)


def _refuse_other_scale(table, G, quantity, reading, unit):
    least = LEAST_NAMED if reading.unit or quantity == "resistance" or unit.text else LEAST
    tops = np.nanmax(G, axis=0, initial=-np.inf)
    wrong = np.flatnonzero((tops < least) & (tops > 0) | (tops > MOST))
    if not len(wrong):
        return
    column = wrong[np.argmax(tops[wrong])]
    top = tops[column]
    row = np.flatnonzero(G[:, column] == top)[0]
    if quantity == "current":
        mend = "check the unit of the currents, --unit, and --read-voltage, in volt"
    elif quantity == "conductance" and not unit.text and MOST < top <= HIGHEST_NORMALISED:
        mend = (
            "if they are normalised, give the conductance for which 1 stands, e.g. --normalised "
            "G_max=674nS, or else their unit, e.g. --unit mS"
        )
    else:
        mend = (
            "give their unit, e.g. --unit uS or --unit ohm or, if they are currents, "
            "--read-voltage, and convert the values to siemens otherwise"
        )
    table.fail(
        column,
        f"the largest conductance would be {top:g} S (pulse {row}), and devices have {least:g} to "
        f"{MOST:g} S; {mend}.",
    )
