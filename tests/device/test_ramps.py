"""Measured files are read as they stand, and every mistake in one is told with file, row and
column."""

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.device.conductances import Reading
from snn_brian.device.ramps import Ramps, read_both, read_ramps, refuse_apart

RISING = "\n".join(f"{1e-7 * (1 + k)},{2e-7 * (1 + k)}" for k in range(6))


def write(tmp_path, text):
    path = tmp_path / "ramps.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [RISING, "first,second\n" + RISING + "\n\n", "\ufeffr 1,\n" + RISING.replace("\n", "\r\n")],
)
def test_with_header_or_without(tmp_path, text):
    expected = 1e-7 * np.outer(np.arange(1, 7), [1, 2])
    path = write(tmp_path, text)
    np.testing.assert_allclose(read_ramps(path, True).G, expected)
    np.testing.assert_allclose(read_ramps(path, True, Reading(0.2)).G, expected / 0.2)


def test_ramps_may_end_early(tmp_path):
    G = read_ramps(write(tmp_path, RISING + "\n,14e-7\n,15e-7"), True).G
    assert G.shape == (8, 2) and np.isnan(G[6:, 0]).all() and G[7, 1] == 15e-7
    short_rows = RISING + "\n9e-7\n10e-7"
    assert np.isnan(read_ramps(write(tmp_path, short_rows), True).G[6:, 1]).all()


def edited(row, text):
    lines = RISING.split("\n")
    lines[row - 1] = text
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "holds no numbers"),
        ("first,second\n", "holds no numbers"),
        (edited(3, "3e-7,high"), "row 3, column 2: 'high' is no number"),
        ("a,b\n" + edited(3, "3e-7,high"), "row 4, column 2: 'high' is no number"),
        (edited(1, "1e-7,high"), "row 1, column 2: 'high' is no number"),
        (edited(2, "inf,4e-7"), "row 2, column 1: 'inf' is no number"),
        (edited(4, ""), "row 4, column 1: the row is empty, and the ramps go on below"),
        (
            edited(4, ",8e-7").replace("3e-07,", ",") + "\n7e-07,1.4e-06",
            "column 1: 29% of the cells are empty",
        ),
        (edited(5, "5e-7,10e-7,1e-7"), "row 5: has 3 cells where the first row has 2"),
        (edited(2, "0,4e-7"), "row 2, column 1: 0 is not positive"),
        (edited(2, "1e-7,-4e-7"), "row 2, column 2: -4e-07 is not positive"),
        ("1e-7", "column 1: has 1 value; a ramp needs at least 5"),
        ("a,b,c\n" + RISING, "column 3: has 0 values"),
        (
            "\n".join(["1e-7,3e-7"] * 3 + ["2e-7,3e-7"] * 3),
            "column 2: the conductance is constant, 3e-07 S",
        ),
        (
            RISING.replace("e-", "e-1"),
            "column 2: the largest conductance would be 1.2e-106 S .*--read-voltage",
        ),
        (
            RISING.replace("e-07", "e2").replace("e-06", "e3"),
            "the largest conductance would be 1200 S .*pulse 5.*give their unit",
        ),
        (b"\xff\xfe\x00\x81\n", "is no text with comma-separated values"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path, text, said):
    path = write(tmp_path, text)
    with pytest.raises(UserError, match=said) as caught:
        read_ramps(path, True)
    assert str(caught.value).startswith(str(path)) and "\n" not in str(caught.value)


def test_a_read_voltage_of_another_unit_is_noticed(tmp_path):
    with pytest.raises(
        UserError, match="largest conductance would be .* check the unit of the currents"
    ):
        read_ramps(write(tmp_path, RISING), True, Reading(1e-9))


def test_missing_file_and_folder(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UserError, match=f"{path}: this file cannot be read"):
            read_ramps(path, True)


def test_files_in_the_wrong_order(tmp_path):
    with pytest.raises(
        UserError, match="most ramps rise where they should fall; give the potentiation file first"
    ):
        read_ramps(write(tmp_path, RISING), False)
    np.testing.assert_array_less(
        read_ramps(write(tmp_path, "\n".join(RISING.split("\n")[::-1])), False).G[1:, 0], 6e-7
    )


UP = 1e-6 - 9e-7 * np.exp(-np.arange(61) / 20)
DOWN = 1e-7 + 9e-7 * np.exp(-np.arange(61) / 15)


def columns(tmp_path, *ramps):
    path = tmp_path / "both.csv"
    np.savetxt(path, np.stack(ramps, axis=1), delimiter=",")
    return path


@pytest.mark.parametrize("cycles", [1, 3])
def test_both_ways_in_the_rows_of_one_file(tmp_path, cycles):
    n, states = np.arange(1, 61), [UP[:1]]
    for _ in range(cycles):  # each goes on from the state at which the one before ended
        states.append(1e-6 - (1e-6 - states[-1][-1]) * np.exp(-n / 20))
        states.append(1e-7 + (states[-1][-1] - 1e-7) * np.exp(-n / 15))
    path = columns(tmp_path, np.concatenate(states))
    found = read_both(path)
    assert found["potentiation"].G.shape == found["depression"].G.shape == (61, cycles)
    for k, name in enumerate(("potentiation", "depression")):
        for cycle in range(cycles):
            index = 2 * cycle + k
            expected = [states[index][-1], *states[index + 1]]
            np.testing.assert_allclose(found[name].G[:, cycle], expected, rtol=1e-6)
    assert "column 1: the ramps turn at row 61" in found["depression"].notes[-1]
    assert found["depression"].places[0] == "column 1, row 61 to row 121"
    for rising in (True, False):
        with pytest.raises(UserError, match="both ways, e.g. column 1, row .*give this file alone"):
            read_ramps(path, rising)


def test_both_ways_in_the_columns_of_one_file(tmp_path):
    found = read_both(columns(tmp_path, UP, DOWN, UP, DOWN))
    np.testing.assert_allclose(found["potentiation"].G, np.stack([UP, UP], 1), rtol=1e-6)
    np.testing.assert_allclose(found["depression"].G, np.stack([DOWN, DOWN], 1), rtol=1e-6)


def test_ramps_one_below_the_other_in_a_file_of_their_own(tmp_path):
    found = read_ramps(columns(tmp_path, np.concatenate([UP, UP, UP])), True)
    np.testing.assert_allclose(found.G, np.tile(UP[:, None], 3), rtol=1e-6)


def test_one_column_of_five_that_goes_the_other_way_is_named(tmp_path):
    with pytest.raises(UserError, match="both.csv, column 4: the ramp falls where most rise"):
        read_ramps(columns(tmp_path, UP, UP, UP, UP[::-1], UP), True)


def test_files_of_different_units_have_nothing_in_common():
    up, down = (Ramps(G[:, None], ["column 1"], []) for G in (UP, DOWN * 1e-3))
    with pytest.raises(UserError, match="d.csv: its conductances, 1.16e-10 to .* none in common"):
        refuse_apart(
            dict(potentiation=up, depression=down), dict(potentiation="u.csv", depression="d.csv")
        )
