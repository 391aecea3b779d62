"""runs/rule_comparison.py: the choice of learning rates, the front, and a small comparison."""

import csv
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from fouda2019 import training
from made_up import curves
from rules import networks

from snn_brian.base.errors import UserError

FILE = Path(__file__).parents[1] / "runs" / "rule_comparison.py"


@pytest.fixture
def script():
    spec = importlib.util.spec_from_file_location("rule_comparison", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_best_learning_rate_on_validation_images_is_taken(script, monkeypatch):
    def trained(names, args, seeds=None):
        assert seeds == [3] and all("validation" in values for values in names.values())
        best = {name: 0.06 if "counter" in name else 0.015 for name, _ in names}
        return {
            (name, eta): curves([90 - abs(np.log(eta / best[name]))], [1], seeds=1)
            for name, eta in names
        }

    monkeypatch.setattr(training, "trained", trained)
    args = script.flags().parse_args(["--seeds", "3,4"])
    found = script.etas(networks.compared(["counter"], ["TiOx"]), args)
    assert found.pop("float, on-line") == 0.015 and set(found.values()) == {0.06}


def test_the_front_has_the_rules_that_no_other_beats_in_both(script):
    points = [(3, 97), (1, 90), (2, 89), (4, 96.9), (3, 95)]
    rows = [{"write_energy_J": energy, "accuracy_percent": value} for energy, value in points]
    assert script.front(rows) == ([1, 3], [90, 97])


def test_what_is_not_there_is_refused(script):
    for flag, value in (("--rules", "counters"), ("--devices", "TiOy")):
        with pytest.raises(UserError, match=f"^{flag}: '{value}' is unknown"):
            script.main(script.flags().parse_args([flag, value]))


def test_a_small_comparison_is_trained(script, tmp_path, monkeypatch):
    monkeypatch.setattr(networks, "FACTORS", (1,))
    monkeypatch.setattr(networks, "CONDITIONS", {"varied": networks.varied})
    given = ["--rules=counter", "--devices=EpiRAM", "--seeds=0", "--workers=1", f"--out={tmp_path}"]
    script.main(script.flags().parse_args(["--quick", *given]))
    with open(tmp_path / "rule_comparison.csv") as file:
        (row,) = csv.DictReader(file)
    assert row["rule"] == "counter" and 0 < int(row["most_pulses_on_a_device"]) < 80
    assert (tmp_path / "rule_comparison.png").read_bytes()[:4] == b"\x89PNG"
