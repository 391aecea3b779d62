"""Counters and times are left out, exchanged tables exchanged, other tables named."""

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.device.layout import ramp_columns
from snn_brian.device.table_file import read_table

RAMP = 1 - 0.9 * np.exp(-np.arange(30) / 8)


def ramps_of(tmp_path, rows, head=""):
    path = tmp_path / "table.csv"
    path.write_text(head + "\n".join(",".join(f"{cell:.6g}" for cell in row) for row in rows))
    return ramp_columns(read_table(path))


@pytest.mark.parametrize(
    "first, head, said",
    [
        (np.arange(30), "pulse,conductance\n", "column 1 counts the pulses ('pulse')"),
        (np.arange(30), ",0\n", "column 1 counts the pulses"),
        (np.arange(30), "Unnamed: 0,G\n", "column 1 counts the pulses ('Unnamed: 0')"),
        (np.arange(1, 31), "", "column 1 counts the pulses"),
        (np.arange(30) % 15, "", "column 1 counts the pulses"),
        (10 * np.arange(30), "pulse number,G\n", "column 1 counts the pulses ('pulse number')"),
        (0.2 * np.arange(30), "t (s),G\n", "column 1 holds times ('t (s)')"),
        (np.full(30, 0.1), "V_read (V),G\n", "column 1 holds voltages ('V_read (V)')"),
    ],
)
def test_what_is_no_ramp_is_left_out(tmp_path, first, head, said):
    found = ramps_of(tmp_path, np.stack([first, RAMP * 1e-6], axis=1), head)
    np.testing.assert_allclose(found.values[:, 0], RAMP * 1e-6, rtol=1e-5)
    assert f"{said} and is left out" in found.notes


def test_a_counter_alone_and_an_unnamed_time_are_refused(tmp_path):
    with pytest.raises(UserError, match="holds no ramp, for column 1 counts the pulses"):
        ramps_of(tmp_path, np.arange(9)[:, None])
    with pytest.raises(UserError, match="column 1: rises in equal steps .* name it in a header"):
        ramps_of(tmp_path, np.stack([0.2 * np.arange(30), RAMP * 1e-6], axis=1))


@pytest.mark.parametrize("count", [2, 7])
def test_exchanged_rows_and_columns(tmp_path, count):
    noise = 1 + 0.02 * np.random.default_rng(0).standard_normal((30, count))
    rows = 1e-6 * RAMP[:, None] * noise
    found = ramps_of(tmp_path, rows.T)
    np.testing.assert_allclose(found.values, rows, rtol=1e-5)
    assert found.places[1] == "row 2"
    assert "rows are ramps and columns are pulses: they are exchanged" in found.notes
    assert not ramps_of(tmp_path, rows).notes


@pytest.mark.parametrize("head", ["G (nS),dG (nS)\n", "G,delta G\n", ""])
def test_steps_against_states_are_no_ramp(tmp_path, head):
    table = np.stack([RAMP, 0.1 * (1 - RAMP) - 0.01], axis=1)
    with pytest.raises(UserError, match="table of steps against states is no ramp, and no option"):
        ramps_of(tmp_path, table, head)
