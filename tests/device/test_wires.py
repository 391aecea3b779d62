"""Currents through wires with a resistance: the nodal solution against dense linear algebra written
down node by node, and the fast form against the nodal solution."""

import numpy as np
import pytest
from brian2 import DimensionMismatchError, amp, ohm, siemens, uS, volt

from snn_brian.device.wires import column_currents, fast_column_currents, largest_drop

SIZES = [(8, 8), (32, 32), (48, 12), (12, 48)]


def dense(G, voltages, r):
    """Node by node: currents out of each node sum up to 0."""
    rows, columns = G.shape
    A, b = np.zeros((2, rows, columns, 2, rows, columns)), np.zeros((2, rows, columns))
    for i in range(rows):
        for j in range(columns):
            on_row, on_column = (0, i, j), (1, i, j)
            for node, other in ((on_row, on_column), (on_column, on_row)):
                A[node][node] += G[i, j]
                A[node][other] -= G[i, j]
            A[on_row][on_row] += 1 / r  # to the left: the row before, or the driver
            if j:
                A[on_row][0, i, j - 1] -= 1 / r
            else:
                b[on_row] = voltages[i] / r
            if j < columns - 1:
                A[on_row][on_row] += 1 / r
                A[on_row][0, i, j + 1] -= 1 / r
            A[on_column][on_column] += 1 / r  # downwards: the device below, or 0 V
            if i < rows - 1:
                A[on_column][1, i + 1, j] -= 1 / r
            if i:
                A[on_column][on_column] += 1 / r
                A[on_column][1, i - 1, j] -= 1 / r
    found = np.linalg.solve(A.reshape(b.size, b.size), b.ravel()).reshape(b.shape)
    return found[1, -1] / r


def array(shape, kind="uniform"):
    random = np.random.default_rng(3)
    G = {
        "uniform": random.uniform(0.05, 1, shape),
        "few high": 0.05 + 0.95 * random.uniform(0, 1, shape) ** 6,
        "alike": np.ones(shape),
        "low at the top": random.uniform(0.05, 1, shape)
        * np.where(np.arange(shape[0]) < shape[0] / 2, 0.1, 1)[:, None],
    }[kind]
    return G * uS


def test_one_device_is_three_resistors_in_a_row():
    current = column_currents([[2e-6]] * siemens, [0.5] * volt, 1e5 * ohm)
    np.testing.assert_allclose(current / amp, 0.5 / (1e5 + 5e5 + 1e5))


@pytest.mark.parametrize("shape", [(1, 6), (6, 1), (4, 3), (3, 5)])
@pytest.mark.parametrize("r", [1.0, 1e4, 1e6])
def test_the_nodal_solution_is_kirchhoffs(shape, r):
    G, voltages = array(shape), np.random.default_rng(1).uniform(-0.1, 0.3, shape[0])
    found = column_currents(G, voltages * volt, r * ohm)
    np.testing.assert_allclose(found / amp, dense(np.asarray(G), voltages, r), rtol=1e-6)


def test_columns_of_tiles_add_up():
    G, voltages = array((5, 7)), np.array([0.1, 0, 0.2, 0.1, 0]) * volt
    found = column_currents(G, voltages, 1e5 * ohm, tile=(3, 4))
    expected = np.zeros(7)
    for rows in (slice(0, 3), slice(3, 5)):
        for columns in (slice(0, 4), slice(4, 7)):
            part = dense(np.asarray(G[rows, columns]), np.asarray(voltages[rows]), 1e5)
            expected[columns] += part
    np.testing.assert_allclose(found / amp, expected, rtol=1e-6)


def test_several_reads_at_once_are_those_of_each():
    G, voltages = array((6, 5)), np.random.default_rng(1).uniform(0, 0.3, (6, 3)) * volt
    for form in (column_currents, fast_column_currents):
        together = form(G, voltages, 1e5 * ohm)
        alone = [form(G, voltages[:, k], 1e5 * ohm) for k in range(3)]
        np.testing.assert_allclose(together / amp, np.transpose(alone), rtol=1e-9)


@pytest.mark.parametrize("shape", SIZES)
@pytest.mark.parametrize("kind", ["uniform", "few high", "alike", "low at the top"])
def test_the_fast_form_is_within_3_percent_where_columns_lose_at_most_20(shape, kind):
    """At any activity, one row alone included, and as the largest resistance allows."""
    G, random = array(shape, kind), np.random.default_rng(7)
    spikes = random.uniform(size=(shape[0], 4)) < np.array([0, 0.05, 0.2, 1])
    spikes[random.integers(shape[0], size=4), range(4)] = True
    voltages, ideal = 0.2 * volt * spikes, 0.2 * np.asarray(G).T @ spikes
    largest = np.zeros(4)
    for r in 10 ** np.arange(0, 6, 0.5):
        exact = column_currents(G, voltages, r * ohm) / amp
        drop = 1 - np.min(exact / ideal, axis=0)
        tried = drop <= 0.2
        largest = np.where(tried, drop, largest)
        fast = fast_column_currents(G, voltages, r * ohm) / amp
        np.testing.assert_allclose(fast[:, tried], exact[:, tried], rtol=0.03)
    assert np.all(largest > 0.02)  # so that the bound is tried where it matters


@pytest.mark.parametrize("shape", SIZES)
def test_the_fast_form_is_exact_in_one_line_and_without_resistance(shape):
    voltages = np.linspace(0, 0.2, shape[0]) * volt
    almost = fast_column_currents(array(shape), voltages, 1e-9 * ohm) / amp
    np.testing.assert_allclose(almost, voltages @ array(shape) / amp, rtol=1e-9)
    column = array((shape[0], 1), "uniform")
    for r in (1e2, 1e4):
        exact = column_currents(column, voltages, r * ohm) / amp
        np.testing.assert_allclose(
            fast_column_currents(column, voltages, r * ohm) / amp, exact, rtol=0.01
        )


def test_the_largest_drop_is_that_of_the_worst_column():
    G = array((40, 30))
    exact = column_currents(G, np.ones(40) * volt, 100 * ohm) / amp
    drop = 1 - np.min(exact / np.asarray(G).sum(axis=0))
    assert largest_drop(np.asarray(G), 100) == pytest.approx(drop, rel=0.02)
    assert largest_drop(np.asarray(G), 100, (10, 10)) < drop / 5
    assert largest_drop(np.zeros((3, 2)), 100) == 0  # no current, nothing lost


@pytest.mark.parametrize("form", [column_currents, fast_column_currents])
def test_units_are_checked(form):
    with pytest.raises(DimensionMismatchError, match="ohm"):
        form(array((2, 2)), [0.1, 0.1] * volt, 2)
    with pytest.raises(DimensionMismatchError, match="siemens"):
        form(np.ones((2, 2)), [0.1, 0.1] * volt, 2 * ohm)
    with pytest.raises(DimensionMismatchError, match="volt"):
        form(array((2, 2)), [0.1, 0.1], 2 * ohm)


@pytest.mark.parametrize("r", [0, -2, np.nan])
def test_no_resistance_is_refused(r):
    with pytest.raises(ValueError, match=r"resistance=.* ohm: must be above 0."):
        column_currents(array((2, 2)), [0.1, 0.1] * volt, r * ohm)
