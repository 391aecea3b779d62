"""The resistance of a crossbar's lines: what of each device's current reaches the end of its
column.

Every row is driven at its first column and every column is read at its last row, which is at 0 V;
rows without a spike are held at 0 V, too. The network of resistors then is linear: a column's
current is a sum over the spiking rows, whichever others spike, of the conductance of a device as it
is seen through the lines.
"""

import numpy as np
from brian2.groups.group import CodeRunner

from snn_brian.crossbar.codegen import is_standalone

# Names of what a crossbar with such lines declares beside its conductances, "1 (shared, constant)":
# the resistance between two neighbouring devices, times the unit of conductance, and the rows and
# columns of a tile.
PARAMETERS = ("line_resistance", "tile_rows", "tile_columns")


def attenuation(
    G: np.ndarray, resistance: float, tile: tuple[int, int] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """What a read of single rows sees of conductances at the ends of the columns: share*G + stray.

    Each line alone is solved exactly, as a ladder of its devices to 0 V, from its far end on; what
    is seen of a device is the product of both. What returns from the columns into other rows, and
    from there into this column, is taken as if all devices of the tile were alike.

    Parameters
    ----------
    G : array of shape (rows, columns)
    resistance : float
        Between two neighbouring devices of a line, and between its end and the first of them, in
        the reciprocal unit of G.
    tile : (int, int) or None
        Rows and columns of the tiles over which the array is spread, the last ones being what is
        left. None: one tile.

    Returns
    -------
    (share, stray) : arrays of the shape of G
    """
    share, stray = np.empty(G.shape), np.empty(G.shape)
    rows, columns = tile or G.shape
    for row in range(0, G.shape[0], rows):
        for column in range(0, G.shape[1], columns):
            here = slice(row, row + rows), slice(column, column + columns)
            own = np.asarray(G[here], float)
            along_row = _ladder(own, resistance)
            along_column = _ladder(own.T[:, ::-1], resistance)[:, ::-1].T
            share[here] = along_row * along_column
            stray[here] = own.mean() * (1 - along_row) * (1 - along_column) * share[here]
    return share, stray


def _ladder(G, resistance):
    """The voltage at each device of lines that are driven at their first one by 1."""
    kept, beyond = np.empty(G.shape), np.zeros(len(G))  # beyond: conductance of what follows
    for k in reversed(range(G.shape[1])):
        seen = G[:, k] + beyond
        kept[:, k] = 1 / (1 + resistance * seen)
        beyond = seen * kept[:, k]
    return np.cumprod(kept, axis=1)


class LineResistance(CodeRunner):
    """Keeps what is seen of a crossbar's conductances up to date.

    Parameters
    ----------
    crossbar : Crossbar
        Without a mask, with `PARAMETERS`.
    sides : mapping of str to str
        {variable of a conductance: variable of the share of it that is seen}, for an array each:
        the first one counts as it is, a second one is subtracted.
    seen : str
        The variable that gets share*G + stray of the first, less that of the second.
    every : int
        Time steps from one time to the next, at the start of a time step; the first is the 0th.
    """

    def __init__(self, crossbar, sides: dict[str, str], seen: str, every: int):
        self.crossbar, self.sides, self.seen, self.every = crossbar, sides, seen, every
        # Variables that this uses, for whoever would hold them in another order.
        self.code = " + ".join([*sides, *sides.values(), seen])
        super().__init__(
            crossbar,
            "line_resistance",
            clock=crossbar.clock,
            when="start",
            order=-1,
            name=f"{crossbar.name}_lines",
            template_kwds=dict(lines=self),
        )

    def before_run(self, run_namespace: dict) -> None:
        """Called by Brian2; raises ValueError for a crossbar of which pairs are left out."""
        if self.crossbar.mapped:
            raise ValueError(
                f"'{self.crossbar.name}': lines with a resistance need all inputs connected to "
                "all neurons; leave connect() and subgroups out."
            )
        super().before_run(run_namespace)

    def create_code_objects(self, run_namespace: dict) -> None:
        """Called by Brian2; in a runtime target, NumPy does it."""
        if is_standalone():
            super().create_code_objects(run_namespace)

    def run(self) -> None:
        """Called by Brian2 in each time step of a runtime target."""
        if self.clock.variables["timestep"].get_value().item() % self.every:
            return
        variables = self.crossbar.variables
        shape = len(self.crossbar.source), len(self.crossbar.target)
        resistance, *tile = (float(variables[name].get_value().item()) for name in PARAMETERS)
        seen = np.zeros(shape)
        for sign, (conductance, share) in zip((1, -1), self.sides.items()):
            G = variables[conductance].get_value().reshape(shape)
            own, stray = attenuation(G, resistance, tuple(map(int, tile)))
            variables[share].get_value()[:] = own.ravel()
            seen += sign * (own * G + stray)
        variables[self.seen].get_value()[:] = seen.ravel()
