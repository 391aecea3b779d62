"""runs/rule_comparison.py: the choice of learning rates, the front, and a small comparison."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from fouda2019 import training
from made_up import curves
from rules import networks

from snn_brian.base.errors import UserError
from snn_brian.sweep.points import point

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


def test_devices_count_with_the_first_seed_alone(script, monkeypatch):
    asked = []

    def trained(names, args, seeds):
        for name, values in names.items():
            asked.append((name, "device.reliability.endurance" in values, *seeds))
        return {name: curves([90 + seeds[0]], [1], seeds=len(seeds)) for name in names}

    monkeypatch.setattr(training, "trained", trained)
    settings = {"own": {"arm": "memristive", "device": "TiOx"}, "float": {"arm": "baseline"}}
    found = script.compared(settings, script.flags().parse_args(["--seeds", "3,4,5"]))
    assert asked == [
        ("own", True, 3), ("float", False, 3), ("own", False, 4, 5), ("float", False, 4, 5)
    ]  # fmt: skip
    for each in found.values():
        assert np.array_equal(np.round(each.last), [93, 94, 94])


def test_the_front_has_the_rules_that_no_other_beats_in_both(script):
    points = [(3, 97), (1, 90), (2, 89), (4, 96.9), (3, 95)]
    rows = [{"write_energy_J": energy, "accuracy_percent": value} for energy, value in points]
    assert script.front(rows) == ([1, 3], [90, 97])


def test_what_is_not_there_is_refused(script):
    for flag, value in (("--rules", "counters"), ("--devices", "TiOy")):
        with pytest.raises(UserError, match=f"^{flag}: '{value}' is unknown"):
            script.main(script.flags().parse_args([flag, value]))


def test_a_rule_that_cannot_move_a_device_is_left_out_and_told(script, capsys):
    script.tell_what_is_left_out(["counter", "write_verify"], ["Ag_aSi", "TiOx"])
    why = "'write_verify' needs the inverse of the device's law, which the law 'neurosim' of "
    assert capsys.readouterr().out == (
        f"left out on Ag_aSi: write_verify, since {why}'Ag_aSi' lacks\n"
    )
    args = ["--rules", "write_verify", "--devices", "Ag_aSi,PCMO"]
    with pytest.raises(UserError, match=f"^--rules: {why}'Ag_aSi' lacks; name another rule, or"):
        script.main(script.flags().parse_args(args))


def test_the_most_pulses_of_a_device_are_those_after_the_last_epoch(script, tmp_path, monkeypatch):
    args = script.flags().parse_args(["--quick", "--seeds=2", f"--out={tmp_path}"])
    settings = {"own": networks.chosen(networks.arm("counter", "TiOx", "alike"), 0.1)}
    ((_, values),) = training.asked(networks.counting(settings), args, [2]).items()
    folder = tmp_path / "quick" / "points" / f"readable-{point(values).digest}"
    (folder / "checkpoints" / "memristive").mkdir(parents=True)
    for epoch, most in ((1, 5), (2, 9)):
        np.savez(
            folder / "checkpoints" / "memristive" / f"epoch_00{epoch}.npz",
            pulses_seen_plus_1=[most - 3, 0],
            pulses_seen_minus_2=[most, 1],
            w_1=[1000],
        )
    assert script.most_pulses(settings, args) == {"own": 9}
