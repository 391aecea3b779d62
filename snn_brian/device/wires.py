"""Wires with a resistance, along the rows and columns of an array of devices: what is declared, and
the currents of its columns."""

from dataclasses import dataclass

import numpy as np
from brian2 import Quantity, amp, check_units, ohm, siemens, volt
from scipy import sparse
from scipy.sparse.linalg import splu

from snn_brian.crossbar.line_resistance import attenuation


@dataclass(frozen=True)
class Wires:
    """The wires of all arrays: G_plus and G_minus of a projection are an array each.

    Rows are driven at their first column, columns read at their last row by a circuit that holds
    them at 0 V; rows without a spike are held at 0 V. A driver and a circuit have no resistance of
    their own.
    """

    resistance: Quantity  # of each piece, between two neighbouring devices or to the first of them
    # rows and columns of a tile; the currents of tiles below each other are summed. None: the whole
    tile: tuple[int, int] | None = None


@check_units(G=siemens, voltages=volt, resistance=ohm, result=amp)
def column_currents(
    G: Quantity, voltages: Quantity, resistance: Quantity, tile: tuple[int, int] | None = None
) -> Quantity:
    """The currents at the ends of the columns, from Kirchhoff's current law at every node of the
    network of resistors: the reference for `fast_column_currents`.

    Parameters
    ----------
    G : Quantity, siemens, of shape (rows, columns)
    voltages : Quantity, volt, of shape (rows,) or (rows, reads)
        At the beginning of each row.
    resistance : Quantity, ohm
        Of each piece of wire, above 0.
    tile : (int, int) or None
        Rows and columns of the tiles, each a network of its own, over which the array is spread.

    Returns
    -------
    Quantity, amp, of shape (columns,) or (columns, reads)

    Raises
    ------
    DimensionMismatchError
        For another unit.
    ValueError
        For a resistance that is not above 0.

    References
    ----------
    Two nodes for each device, on its row and on its column, as in A. Chen, IEEE Trans. Electron
    Devices 60, 1318 (2013).
    """
    G, voltages, resistance = (np.asarray(each) for each in (G, voltages, resistance))
    if not resistance > 0:
        raise ValueError(f"resistance={float(resistance)} ohm: must be above 0.")
    currents = np.zeros((G.shape[1], *voltages.shape[1:]))
    rows, columns = tile or G.shape
    for row in range(0, G.shape[0], rows):
        for column in range(0, G.shape[1], columns):
            own = slice(row, row + rows), slice(column, column + columns)
            currents[own[1]] += _solved(G[own], voltages[own[0]], 1 / float(resistance))
    return currents * amp


def _solved(G, voltages, wire):
    """Column currents of one tile; `wire` is the conductance of a piece of wire."""
    on_row = np.arange(G.size).reshape(G.shape)
    on_column = on_row + G.size
    links = [  # (node, node, conductance between them)
        (on_row, on_column, G),
        (on_row[:, :-1], on_row[:, 1:], wire),
        (on_column[:-1], on_column[1:], wire),
    ]
    matrix = sparse.csc_array((2 * G.size, 2 * G.size))
    for one, other, conductance in links:
        one, other = one.ravel(), other.ravel()
        value = np.broadcast_to(np.ravel(conductance), one.shape)
        for i, j, sign in ((one, one, 1), (other, other, 1), (one, other, -1), (other, one, -1)):
            matrix += sparse.csc_array((sign * value, (i, j)), shape=matrix.shape)
    ends = np.zeros(2 * G.size)
    ends[on_row[:, 0]] += wire  # to the drivers
    ends[on_column[-1]] += wire  # to 0 V
    driven = np.zeros((2 * G.size, *voltages.shape[1:]))
    driven[on_row[:, 0]] = wire * voltages
    return (
        wire
        * splu(sparse.csc_array(matrix + sparse.diags_array(ends))).solve(driven)[on_column[-1]]
    )


@check_units(G=siemens, voltages=volt, resistance=ohm, result=amp)
def fast_column_currents(
    G: Quantity, voltages: Quantity, resistance: Quantity, tile: tuple[int, int] | None = None
) -> Quantity:
    """The same as networks compute it, by `snn_brian.crossbar.line_resistance.attenuation`; within
    3 % of `column_currents` where no column loses more than 20 %, at any number of driven rows."""
    share, stray = attenuation(np.asarray(G), float(resistance), tile)
    seen = share * np.asarray(G) + stray
    return (seen.T @ np.asarray(voltages)) * amp


def largest_drop(G: np.ndarray, resistance: float, tile: tuple[int, int] | None = None) -> float:
    """The largest share of a column's current that is lost, with all rows driven alike; resistance
    in the reciprocal unit of G."""
    share, stray = attenuation(G, resistance, tile)
    whole, seen = G.sum(axis=0, dtype=float), (share * G + stray).sum(axis=0)
    return float(np.max(1 - seen[whole > 0] / whole[whole > 0], initial=0))
