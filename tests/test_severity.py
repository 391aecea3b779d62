"""runs/severity.py: its figure and table, from accuracies that are known."""

import csv
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from fouda2019 import training
from made_up import curves

from snn_brian.base.errors import UserError

FILE = Path(__file__).parents[1] / "runs" / "severity.py"


@pytest.fixture
def script():
    spec = importlib.util.spec_from_file_location("severity", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def made_up(monkeypatch):
    """A drop of 1 point with sound devices, and of 1 + severity with a fault."""

    def trained(names, args, seeds=None):
        found = {}
        for name, values in names.items():
            drop = 0
            if values["arm"] == "memristive":
                drop = 1 if name.endswith("sound devices") else 1 + float(name.split()[-1])
            found[name] = curves(np.full(values["epochs"], 97 - drop), np.full(3, 100.0), seeds=2)
        return found

    monkeypatch.setattr(training, "trained", trained)


def test_table_and_words_say_the_drops(script, made_up, tmp_path, capsys):
    script.main(script.flags().parse_args(["--out", str(tmp_path)]))
    with open(tmp_path / "severity.csv") as file:
        rows = list(csv.DictReader(file))
    networks = 1 + sum(len(fault.severities) for fault in script.FAULTS.values())
    assert len(rows) == 3 * 2 * networks  # rules, seeds
    for row in rows:
        assert float(row["drop_points"]) == pytest.approx(1 + float(row["severity"]))
        assert int(row["pulses_all_layers"]) == 300
    assert (tmp_path / "severity.png").read_bytes()[:4] == b"\x89PNG"
    said = capsys.readouterr().out
    assert "accumulator: 1.00 points with sound devices" in said
    assert "stuck on: 1.00 at 0.001, 1.00 at 0.003, 1.01 at 0.01" in said


def test_lines_stand_at_the_drops_and_get_worse_to_the_right(script, made_up):
    from matplotlib.figure import Figure

    faults = {name: script.FAULTS[name] for name in ("endurance", "read noise")}
    figure = Figure()
    found = training.trained(script.settings(["counter"], faults), None)
    script.draw(figure, ["counter"], faults, found)
    for axes, fault in zip(figure.axes, faults.values()):
        x, y = axes.lines[0].get_data()
        assert tuple(x) == fault.severities
        np.testing.assert_allclose(y, 1 + np.array(fault.severities), atol=1e-9)
        assert np.all(np.diff(axes.transData.transform(np.column_stack([x, y]))[:, 0]) > 0)


def test_every_fault_can_be_trained_and_is_a_network_of_its_own(script):
    from snn_brian.sweep.points import point

    faults = {
        name: script.Fault(each.label, each.setting, each.severities[-1:], each.unit, each.more)
        for name, each in script.FAULTS.items()
    }
    points = [point(values) for values in script.settings(["counter"], faults).values()]
    assert len({each.digest for each in points}) == 2 + len(faults)


def test_an_unknown_fault_is_refused(script):
    with pytest.raises(UserError, match="^--faults: 'stuk' is unknown .did you mean stuck"):
        script.main(script.flags().parse_args(["--faults", "stuk"]))
