"""Settings are trained once for each seed, kept, and read back."""

import argparse
import itertools

import numpy as np
import pytest
from fouda2019 import networks, training

from snn_brian.base.errors import SimulationFailed, UserError


def arguments(tmp_path, *given):
    return training.flags("").parse_args(
        ["--quick", "--workers", "1", "--out", str(tmp_path), *given]
    )


def test_settings_are_trained_once_and_read_back(tmp_path, capsys):
    names = {
        "baseline": networks.BASELINE["baseline"],
        "gamma (3,1)": networks.GAMMAS["gamma (3,1)"],
    }
    found = training.trained(names, arguments(tmp_path, "--seeds", "4,5"))
    assert "4 points, 4 of them to do" in capsys.readouterr().out
    assert list(found) == list(names)
    for curves in found.values():
        assert curves.accuracy.shape == (2, 3, 2) and curves.pulses.shape == curves.reads.shape == (
            2,
            3,
        )
        assert np.all((0 <= curves.accuracy) & (curves.accuracy <= 100))
    assert not found["baseline"].pulses.any() and found["gamma (3,1)"].pulses[:, 1:].all()
    again = training.trained(names, arguments(tmp_path, "--seeds", "5,4"))
    assert "4 points, 0 of them to do" in capsys.readouterr().out
    for name, curves in again.items():
        np.testing.assert_array_equal(curves.accuracy, found[name].accuracy[::-1])


@pytest.mark.parametrize("seeds", ["a", "-1", "1,,2", ""])
def test_seeds_are_whole_numbers(seeds):
    with pytest.raises(UserError, match="^--seeds: "):
        training.read_seeds(argparse.Namespace(seeds=seeds))


def test_without_seeds_they_are_those_of_the_table():
    assert training.read_seeds(argparse.Namespace(seeds=None)) == [0, 1, 2]


def test_a_seeds_settings_stand_together(tmp_path):
    names = networks.BASELINE | networks.GAMMAS
    points = training.asked(names, arguments(tmp_path), [4, 2])
    assert list(points) == [(name, seed) for seed, name in itertools.product([4, 2], names)]
    assert all(values["seed"] == seed for (_, seed), values in points.items())


def test_the_time_it_takes_is_told_unless_there_is_nothing_to_do(tmp_path, capsys):
    args = training.flags("").parse_args(["--workers", "2", "--out", str(tmp_path)])
    points = {"a": {"epochs": 30}, "b": {"epochs": 10, "batch": 20}, "c": {"epochs": 90}}
    (tmp_path / "runs" / "points" / "something-c0ffee").mkdir(parents=True)
    training.say_how_long(points, {"a": "a0", "b": "b0", "c": "c0ffee"}, args)
    assert capsys.readouterr().out == "This takes about 2 minutes on 2 free cores.\n"
    for rule, minutes in {"counter": 1, "write_verify": 6, "tiki_taka": 6}.items():
        training.say_how_long({"a": {"epochs": 30, "programming": rule}}, {"a": "a0"}, args)
        assert capsys.readouterr().out == f"This takes about {minutes} minutes on 2 free cores.\n"
    training.say_how_long({"c": points["c"]}, {"c": "c0ffee"}, args)
    assert not capsys.readouterr().out


def test_a_network_that_fails_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(training.sweep, "run", lambda points, folder, workers: [])
    with pytest.raises(
        SimulationFailed, match="^2 of 2 networks failed, .* 'baseline' with seed 4"
    ):
        training.trained(networks.BASELINE, arguments(tmp_path), [4, 5])
