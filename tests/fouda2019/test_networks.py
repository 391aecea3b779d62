"""The settings behind the paper's figures: trained once for each seed, kept, and read back."""

import argparse

import numpy as np
import pytest
from fouda2019 import networks, training

from snn_brian.base.errors import UserError
from snn_brian.sweep.points import point


def arguments(tmp_path, *given):
    return training.flags("").parse_args(
        ["--quick", "--workers", "1", "--out", str(tmp_path), *given]
    )


def test_every_setting_is_possible():
    tables = (
        networks.GAMMAS,
        networks.BASELINE,
        networks.BEYOND,
        networks.ROUNDING,
        networks.READ_RULES,
        networks.LONG,
        networks.EARLY,
        networks.SILENT,
    )
    digests = [
        point({"epochs": 3} | values).digest for table in tables for values in table.values()
    ]
    assert len(digests) > 40
    # "as chosen here", with both gammas, and "on-line" stand in two tables.
    assert len(digests) - len(set(digests)) == 3


def test_settings_are_trained_once_and_read_back(tmp_path, capsys):
    names = {
        "baseline": networks.BASELINE["baseline"],
        "gamma (3,1)": networks.GAMMAS["gamma (3,1)"],
    }
    found = training.trained(names, arguments(tmp_path, "--seeds", "4,5"))
    assert "4 points, 4 of them to do" in capsys.readouterr().out
    assert list(found) == list(names)
    for curves in found.values():
        assert curves.accuracy.shape == (2, 3, 3) and curves.pulses.shape == curves.reads.shape == (
            2,
            3,
        )
        assert np.all((0 <= curves.accuracy) & (curves.accuracy <= 100))
    assert not found["baseline"].pulses.any() and found["gamma (3,1)"].pulses[:, 1:].all()
    again = training.trained(names, arguments(tmp_path, "--seeds", "5,4"))
    assert "4 points, 0 of them to do" in capsys.readouterr().out
    for name, curves in again.items():
        np.testing.assert_array_equal(curves.accuracy, found[name].accuracy[::-1])
    table = networks.long_table(found)
    assert len(table["epoch"]) == 2 * 2 * 3 * 3 and {len(column) for column in table.values()} == {
        36
    }


def test_curves_are_put_in_order():
    rows = [
        [
            dict(
                epoch=epoch,
                layer=layer,
                test_accuracy=(10 * epoch + layer + run) / 100,
                potentiation_pulses=epoch,
                depression_pulses=10 * layer,
                reads=7,
                write_energy_J=0.5,
            )
            for layer in (2, 1)
            for epoch in (1, 0, 2)
        ]
        for run in (0, 1)
    ]
    curves = networks.curves(rows)
    np.testing.assert_allclose(curves.accuracy[1], [[2, 3], [12, 13], [22, 23]])
    np.testing.assert_allclose(curves.last, [22, 23])
    np.testing.assert_allclose(curves.pulses[0], [30, 32, 34])
    np.testing.assert_allclose(curves.reads[0], [14, 14, 14])
    np.testing.assert_allclose(curves.energy[0], [1, 1, 1])


@pytest.mark.parametrize("seeds", ["a", "-1", "1,,2", ""])
def test_seeds_are_whole_numbers(seeds):
    with pytest.raises(UserError, match="^--seeds: "):
        training.read_seeds(argparse.Namespace(seeds=seeds))
