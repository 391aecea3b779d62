"""The study of what the paper leaves open: its settings, and which one is nearest to the paper."""

import dataclasses

import made_up
import numpy as np
import pytest
from fouda2019 import networks, readings, study
from fouda2019.networks import setting

from snn_brian.job import arguments, job
from snn_brian.sweep.points import point


@pytest.fixture(scope="module")
def points():
    return {name: point(values) for name, values in study.settings().items()}


def test_settings_come_to_what_their_names_say(points):
    for each in study.COMBINATIONS:
        for P, D in study.GAMMAS:
            args = job.flags().parse_args(points[f"{each}, gamma ({P},{D})"].flags)
            (arm,) = arguments.arms(args).values()
            assert arm.batch == each.batch and set(arm.etas(10)) == {each.eta}
            assert arm.programming.parameters == {"gamma_P": P, "gamma_D": D}
            lowest, highest = map(float, study.STARTS[each.start].split(","))
            assert arm.learning.initial == (lowest, highest)


def test_whole_trainings_are_not_done_again(points):
    digests = {each.digest for each in points.values()}
    paper = readings.READINGS["paper"].settings
    shared = [name for name, values in paper.items() if point(values).digest in digests]
    assert shared == ["baseline", *map(setting, study.GAMMAS)]
    assert len(digests) == len(points)


def made_up_study():
    """All combinations miss the paper by the same, but for one."""
    found = {}
    for each in study.COMBINATIONS:
        found[study.name_of_baseline(each)] = made_up.curves(made_up.constant(97), [0] * 50)
        for P, D in study.GAMMAS:
            pulses = made_up.settling() * {(1, 1): 1, (3, 1): 1.6, (5, 1): 2.0}[P, D]
            found[f"{each}, gamma ({P},{D})"] = made_up.curves(made_up.constant(90), pulses)
    nearest = study.COMBINATIONS[3]
    for pair, growth, accuracy in (((1, 1), 1, 95), ((3, 1), 2, 96), ((5, 1), 2.85, 95.5)):
        found[f"{nearest}, {setting(pair)}"] = made_up.curves(
            made_up.constant(accuracy), 100 * growth * np.ones(50)
        )
    return nearest, found


def test_the_nearest_stands_first_and_misses_nothing():
    nearest, found = made_up_study()
    first, second, *_ = study.best_of_each(found)
    assert first.combination == nearest and first.miss == pytest.approx(0, abs=1e-9)
    # 5 points too low, no gain, 1.6 and 2 times the pulses
    assert second.misses[:3] == pytest.approx((5, 2, (1 - 2 / 2.85) / 0.15))
    assert len(study.best_of_each(found)) == len(study.COMBINATIONS)


def test_every_epoch_that_was_trained_counts_but_the_first():
    _, found = made_up_study()
    places = {(cell.combination, cell.epoch) for cell in study.cells(found)}
    assert len(places) == 49 * len(study.COMBINATIONS)
    assert {epoch for _, epoch in places} == set(range(2, 51))


def test_combinations_are_trained_for_as_long_as_they_need():
    settings = study.settings()
    for each in study.COMBINATIONS:
        wanted = 50 if each == study.PAPER else 6 if each.batch == 20 else networks.EPOCHS
        assert settings[f"{each}, gamma (1,1)"]["epochs"] == wanted


def test_a_table_has_all_of_a_cell():
    nearest, found = made_up_study()
    table = study.table(study.best_of_each(found))
    assert {len(column) for column in table.values()} == {len(study.COMBINATIONS)}
    row = {name: column[0] for name, column in table.items()}
    assert (row["start"], row["eta"], row["batch"]) == dataclasses.astuple(nearest)
    assert (row["drop_points"], row["gain_points"]) == pytest.approx((2, 1))
    assert (row["growth_3_1"], row["growth_5_1"]) == pytest.approx((2, 2.85))
