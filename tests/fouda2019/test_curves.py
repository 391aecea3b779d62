"""What training gave is put in order, and asked when an accuracy was reached."""

import numpy as np
from fouda2019.curves import Curves, curves, long_table


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
    found = curves(rows)
    np.testing.assert_allclose(found.accuracy[1], [[2, 3], [12, 13], [22, 23]])
    np.testing.assert_allclose(found.last, [22, 23])
    np.testing.assert_allclose(found.pulses[0], [30, 32, 34])
    np.testing.assert_allclose(found.reads[0], [14, 14, 14])
    np.testing.assert_allclose(found.energy[0], [1, 1, 1])


def test_an_accuracy_is_reached_between_two_tests():
    accuracy = np.array([[10, 50, 70, 69, 90], [10, 20, 30, 40, 50]], float)[:, :, None]
    found = Curves(accuracy, *[np.zeros((2, 5))] * 3)
    assert found.epochs == 4
    np.testing.assert_allclose(found.reaching(60), [1.5, np.nan])
    np.testing.assert_allclose(found.reaching(80), [3 + 11 / 21, np.nan])
    np.testing.assert_allclose(found.reaching(30), [0.5, 2])


def test_a_table_has_a_row_for_each_reading_setting_seed_epoch_and_layer():
    one = Curves(np.arange(24.0).reshape(2, 4, 3), np.arange(8).reshape(2, 4), None, None)
    table = long_table({"a": {"x": one, "y": one}, "b": {"x": one}})
    assert {len(column) for column in table.values()} == {72}
    row = {name: column[24 + 17] for name, column in table.items()}
    assert row == {
        "reading": "a",
        "setting": "y",
        "seed_number": 1,
        "epoch": 1,
        "layer": 3,
        "test_accuracy_percent": 17.0,
        "pulses_all_layers": 5,
    }
