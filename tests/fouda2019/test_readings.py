"""Readings: what their networks are, whole seeds one after the other, and what is kept of them."""

import argparse
from pathlib import Path

import pytest
from fouda2019 import readings, training

from snn_brian.base.errors import UserError
from snn_brian.job import arguments, job
from snn_brian.sweep.points import point


def given(tmp_path, *flags):
    return readings.flags("").parse_args(["--quick", "--out", str(tmp_path), *flags])


def test_networks_of_the_papers_reading_learn_at_adams_default_rate():
    settings = readings.READINGS["paper"].settings
    assert len(settings) == 9
    for name, values in settings.items():
        args = job.flags().parse_args(point(values).flags)
        (arm,) = arguments.arms(args).values()
        assert (arm.optimizer.name, arm.batch, arm.epochs) == ("adam", 100, 50), name
        assert {*arm.etas(1), *arm.etas(50)} == {0.001}


def test_the_tuned_reading_is_what_the_main_job_does():
    values = readings.READINGS["tuned"].settings["gamma (1,1)"]
    own = arguments.arms(job.flags().parse_args(point(values).flags))["memristive"]
    assert own == arguments.arms(job.flags().parse_args([]))["memristive"]


@pytest.mark.parametrize(
    ("flag", "keys"),
    [("paper", ["paper"]), ("tuned", ["tuned"]), ("study", []), ("all", ["paper", "tuned"])],
)
def test_readings_are_chosen(flag, keys):
    assert list(readings.chosen(argparse.Namespace(reading=flag), ["study"])) == keys


@pytest.mark.parametrize("flag", ["papr", "study"])
def test_an_unknown_reading_is_refused(flag):
    with pytest.raises(UserError, match=f"^--reading: '{flag}' is unknown.*choose one of paper"):
        readings.chosen(argparse.Namespace(reading=flag))


def test_seeds_are_the_readings_own_or_those_asked_for(tmp_path):
    paper = readings.READINGS["paper"]
    assert readings.seeds_of(paper, given(tmp_path)) == [0, 1, 2, 3, 4]
    assert readings.seeds_of(paper, given(tmp_path, "--seeds", "7,1")) == [7, 1]


def test_a_seed_is_trained_after_the_other(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(training, "trained", lambda names, args, seeds: asked.append(seeds))
    monkeypatch.setattr(readings, "thin_out", lambda reading, args, seed: asked.append(seed))
    readings.trained(readings.READINGS["paper"], given(tmp_path, "--seeds", "7,1"))
    assert asked == [[7], 7, [1], 1, [7, 1]]


def test_only_checkpoints_that_no_figure_needs_are_removed(tmp_path):
    args, paper = (
        readings.flags("").parse_args(["--out", str(tmp_path)]),
        readings.READINGS["paper"],
    )
    values = training.asked(paper.settings, args, [3])["gamma (3,1)", 3]
    own = tmp_path / "runs/points" / point(values).name / "checkpoints/memristive"
    other = tmp_path / "runs/points/another-0123456789ab/checkpoints/memristive"
    for folder in (own, other):
        folder.mkdir(parents=True)
        for epoch in range(51):
            (folder / f"epoch_{epoch:03d}.npz").touch()
    readings.thin_out(paper, args, 3)
    kept = [Path(f"epoch_{epoch:03d}.npz") for epoch in (0, 1, 10, 50)]
    assert sorted(path.relative_to(own) for path in own.iterdir()) == kept
    assert len(list(other.iterdir())) == 51
    args.seeds = "3"
    assert readings.checkpoints(paper, args, "gamma (3,1)") == [own / name for name in kept]
