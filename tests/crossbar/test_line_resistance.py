"""What is seen of conductances through lines: ladders by linear algebra, and the object that keeps
it up to date, in NumPy and compiled, by `attenuation`."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, ms
from brian2.core.base import BrianObjectException
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.line_resistance import PARAMETERS, LineResistance, attenuation

MODEL = "A : 1\nB : 1\nof_A : 1\nof_B : 1\nseen : 1\n"
MODEL += "\n".join(f"{name} : 1 (shared, constant)" for name in PARAMETERS)
RESISTANCE, ROWS, COLUMNS = 0.004, 37, 23


def ladder(G, r):
    """Voltages of a line that is driven at its first device by 1: currents sum up to 0."""
    size = len(G)
    A, b = np.diag(np.asarray(G, float)), np.zeros(size)
    for k in range(size):
        A[k, k] += 1 / r
        if k:
            A[k, k - 1] -= 1 / r
            A[k - 1, k - 1] += 1 / r
            A[k - 1, k] -= 1 / r
    b[0] = 1 / r
    return np.linalg.solve(A, b)


def expected(G, r):
    """Rows are driven from the left; a column is read at its last row, which by reciprocity is as
    if it were driven there."""
    rows = np.array([ladder(row, r) for row in G])
    columns = np.array([ladder(column[::-1], r)[::-1] for column in G.T]).T
    share = rows * columns
    return share, G.mean() * (1 - rows) * (1 - columns) * share


def conductances():
    random = np.random.default_rng(2)
    return random.uniform(0.05, 1, (ROWS, COLUMNS)), random.uniform(0, 0.3, (ROWS, COLUMNS))


@pytest.mark.parametrize("tile", [None, (100, 100), (16, 10), (1, 1), (37, 5)])
def test_each_line_of_a_tile_is_a_ladder(tile):
    G, _ = conductances()
    found = attenuation(G, 0.02, tile)
    rows, columns = tile or G.shape
    for i in range(0, ROWS, rows):
        for j in range(0, COLUMNS, columns):
            here = slice(i, i + rows), slice(j, j + columns)
            for part, wanted in zip(found, expected(G[here], 0.02)):
                np.testing.assert_allclose(part[here], wanted, rtol=1e-9, atol=1e-12)


def script(steps, every, tile, change=""):
    """A network whose lines are looked at for so many steps, and its crossbar."""
    crossbar = Crossbar(NeuronGroup(ROWS, ""), NeuronGroup(COLUMNS, ""), MODEL)
    crossbar.A, crossbar.B = (G.ravel() for G in conductances())
    for name, value in zip(PARAMETERS, (RESISTANCE, *tile)):
        setattr(crossbar, name, value)
    if change:
        crossbar.run_regularly(change, when="end")
    lines = LineResistance(crossbar, {"A": "of_A", "B": "of_B"}, "seen", every)
    network = Network(crossbar, crossbar.source, crossbar.target, lines)
    network.run(steps * crossbar.clock.dt, namespace={})
    return crossbar


def wanted(factor, tile):
    """Of both arrays after all conductances were multiplied."""
    parts = [attenuation(factor * G, RESISTANCE, tile) for G in conductances()]
    seen = [share * factor * G + stray for (share, stray), G in zip(parts, conductances())]
    return parts[0][0], parts[1][0], seen[0] - seen[1]


def same(crossbar, values, tolerance):
    for name, value in zip(("of_A", "of_B", "seen"), values):
        np.testing.assert_allclose(crossbar.matrix(name), value, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("steps, factor", [(1, 1), (3, 1), (4, 0.5**3), (7, 0.5**6)])
def test_it_follows_every_so_many_steps(steps, factor):
    """Conductances are halved at the end of each step, and looked at in the 0th, 3rd, 6th."""
    with numpy_target():
        crossbar = script(steps, 3, (16, 10), "A = A/2; B = B/2")
        same(crossbar, wanted(factor, (16, 10)), 1e-12)


def test_a_compiled_program_does_the_same(tmp_path):
    with standalone(np.float32):
        crossbar = script(7, 3, (16, 10), "A = A/2; B = B/2")
        compile_and_run(tmp_path / "program")
        same(crossbar, wanted(0.5**6, (16, 10)), 2e-6)


def test_pairs_that_are_left_out_are_refused():
    with numpy_target():
        crossbar = Crossbar(NeuronGroup(3, ""), NeuronGroup(3, ""), MODEL)
        crossbar.connect("i != j")
        lines = LineResistance(crossbar, {"A": "of_A"}, "seen", 1)
        with pytest.raises((BrianObjectException, ValueError)) as caught:
            Network(crossbar, crossbar.source, crossbar.target, lines).run(1 * ms, namespace={})
        told = caught.value.__cause__ or caught.value
        assert "need all inputs connected" in str(told)
