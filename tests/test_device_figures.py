"""Figures 2, 4a and 4b: their tables against the equations step by step, and what they print
against the paper."""

import csv
import re
import runpy
from pathlib import Path

import numpy as np
import pytest

from snn_brian.base.errors import UserError

pytestmark = pytest.mark.pictures

RUNS = Path(__file__).parents[1] / "runs"


@pytest.fixture
def figure(tmp_path, monkeypatch):
    """figure(name, *flags) runs a script in an empty folder; gives the columns of its table."""
    monkeypatch.chdir(tmp_path)

    def make(name, *given):
        script = runpy.run_path(str(RUNS / f"{name}.py"))
        folder = script["main"](script["flags"]().parse_args(["--out", f"new/{name}", *given]))
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        with open(folder / f"{name}.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        return {column: np.array([float(row[column]) for row in rows]) for column in rows[0]}

    return make


def test_figure_2_has_equal_steps(figure, capsys):
    table = figure("figure_2")
    assert table["n"].tolist() == list(range(101))
    np.testing.assert_allclose(np.diff(table["G_P_nS"]), 0.95 * 6.74)
    np.testing.assert_allclose(table["G_D_nS"], table["G_P_nS"][::-1])
    assert table["G_P_nS"][[0, -1]] == pytest.approx([33.7, 674])
    assert "needs 10.53 pulses" in capsys.readouterr().out


def test_figure_4a_has_both_forms(figure, capsys):
    table = figure("figure_4a")
    up, down = [32.95], [674.0]
    for _ in range(200):
        up.append(up[-1] + (674 - up[-1]) * (1 - np.exp(-0.03058)))
        down.append(down[-1] - (down[-1] - 32.95) * (1 - np.exp(-0.3534)))
    np.testing.assert_allclose(table["G_P_from_state_nS"], up, rtol=1e-9)
    np.testing.assert_allclose(table["G_D_from_state_nS"], down, rtol=1e-9)
    n = table["n"]
    np.testing.assert_allclose(
        table["G_P_fitted_nS"], 674 - 626.8 * np.exp(-0.03058 * n), rtol=1e-9
    )
    np.testing.assert_allclose(
        table["G_D_fitted_nS"], 32.95 + 921.9 * np.exp(-0.3534 * n), rtol=1e-9
    )
    out = capsys.readouterr().out
    assert "3.0% of the range in potentiation, 29.8% in depression" in out
    assert (
        "depression at 954.9 nS instead of G_max = 674 nS" in out
        and "above G_max up to n = 1;" in out
    )
    for value, N in (("PANL = 0.32", "110.7"), ("DANL = 0.45", "19.0"), ("ANL = 0.77", "94.6")):
        assert re.search(rf"{value} +{N} ", out)


def test_figure_4b_has_devices_that_differ_and_stay_in_their_range(figure, capsys):
    table = figure("figure_4b", "--seed", "3")
    with open("new/figure_4b/devices.csv", newline="") as file:
        devices = [
            {name: float(value) for name, value in row.items()} for row in csv.DictReader(file)
        ]
    up, down = (table[name].reshape(1000, 101) for name in ("G_P_nS", "G_D_nS"))
    low, high, alpha_P, alpha_D = (
        np.array([device[name] for device in devices])[:, None]
        for name in ("G_min", "G_max", "alpha_P", "alpha_D")
    )
    low, high = 1e9 * low, 1e9 * high
    for nominal, deviation, drawn in (
        (32.95, 0.05, low),
        (674, 0.01, high),
        (0.03058, 0.25, alpha_P),
        (0.3534, 0.25, alpha_D),
    ):
        assert drawn.mean() == pytest.approx(nominal, rel=4 * deviation / np.sqrt(1000))
        assert drawn.std() == pytest.approx(deviation * nominal, rel=0.1)
        assert (abs(drawn / nominal - 1) <= 3 * deviation + 1e-12).all()
    for G in (up, down):
        assert (G >= low - 1e-9).all() and (G <= high + 1e-9).all()
    # errors of single pulses, where the clip does not act: 1 % of the range
    error = (up[:, 1:] - up[:, :-1] - (high - up[:, :-1]) * (1 - np.exp(-alpha_P))) / (high - low)
    assert error[:, 5:15].std() == pytest.approx(0.01, rel=0.05)
    assert abs(error[:, 5:15].mean()) < 4 * 0.01 / np.sqrt(error[:, 5:15].size)
    ANL = (up[:, 50] - down[:, 50]) / (high - low)[:, 0]
    assert f"ANL      mean {ANL.mean():.3f}, spread {ANL.std():.3f}" in capsys.readouterr().out


def test_draws_follow_the_seed(figure, tmp_path):
    tables = []
    for run, seed in enumerate("334"):
        tables.append(figure("figure_4b", "--quick", "--seed", seed)["G_P_nS"])
        (tmp_path / "new").rename(tmp_path / f"run{run}")
    assert (tables[0] == tables[1]).all() and (tables[0] != tables[2]).any()


def test_a_seed_that_is_none_is_told(figure, tmp_path):
    with pytest.raises(UserError, match="--seed: 'x' is not possible"):
        figure("figure_4b", "--seed", "x")
    assert not list(tmp_path.iterdir())
