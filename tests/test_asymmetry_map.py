"""runs/asymmetry_map.py: the map, its cuts and its table, from accuracies that are known."""

import csv
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from asymmetry import networks
from fouda2019 import training
from made_up import curves

from snn_brian.base.errors import UserError

FILE = Path(__file__).parents[1] / "runs" / "asymmetry_map.py"


@pytest.fixture
def script():
    spec = importlib.util.spec_from_file_location("asymmetry_map", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def made_up(monkeypatch):
    """A drop of 10 (PANL + DANL) + 2 (DANL - PANL) + 8/N points."""
    asked = {}

    def trained(names, args, seeds=None):
        asked.update(names)
        found = {}
        for name, values in names.items():
            drop = 0
            if values["arm"] == "memristive":
                P, D, N = (float(part.split()[-1]) for part in name.split(", ")[1:])
                drop = 10 * (P + D) + 2 * (D - P) + 8 / N
            found[name] = curves(np.full(values["epochs"], 97 - drop), np.full(3, 100.0), seeds=1)
        return found

    monkeypatch.setattr(training, "trained", trained)
    return asked


def test_map_and_cuts_are_drawn_from_the_drops(script, made_up, tmp_path, capsys):
    script.main(script.flags().parse_args(["--out", str(tmp_path)]))
    with open(tmp_path / "asymmetry_map.csv") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3 * (81 + 24)  # no network twice
    for row in rows:
        P, D, N = (float(row[name]) for name in ("PANL", "DANL", "N"))
        wanted = 10 * (P + D) + 2 * (D - P) + 8 / N
        assert float(row["drop_points"]) == pytest.approx(wanted, abs=1e-3)
    for name in ("asymmetry_map.png", "asymmetry_cuts.png"):
        assert (tmp_path / name).read_bytes()[:4] == b"\x89PNG"
    said = capsys.readouterr().out
    assert "ternary: 10.08 points below the baseline at PANL 0.5, DANL 0.5" in said


def test_cuts_tell_nonlinearity_and_asymmetry_apart(script, made_up):
    found = training.trained(
        networks.settings(["counter"], [shape for row in networks.grid() for shape in row]), None
    )
    drops = script.Drops(found)
    along, across = script.cuts(drops, "counter", networks.grid())
    for line, slope in ((along["DANL - PANL = 0"], 10), (across["ANL = 0.5"], 2)):
        x, y = np.transpose(line)
        assert len(x) >= 4 and np.allclose(np.diff(y) / np.diff(x), slope)


def test_every_network_is_a_point_that_can_be_trained():
    """And a rule that has to know what a pulse pair is worth is told."""
    from snn_brian.sweep.points import point

    shapes = [*networks.grid()[0][:2], *networks.lengths()["as TiOx"][:1]]
    for name, values in networks.settings(networks.LEARNING, shapes).items():
        assert point(values).epochs == 1 + networks.EPOCHS
        assert ("programming.theta" in values) == name.startswith(("counter", "accumulator"))


def test_an_unknown_rule_is_refused(script):
    with pytest.raises(UserError, match="^--rules: 'ternari' is unknown .did you mean ternary"):
        script.main(script.flags().parse_args(["--rules", "ternari"]))
