"""Checkpoints that are not of this training, or not whole, are refused, and change nothing."""

import numpy as np
import pytest

from snn_brian.base.checkpoints import Damaged
from snn_brian.train.continuing import check_like


@pytest.fixture(scope="module")
def ten(mnist):
    return mnist(10, 40)


@pytest.fixture(scope="module")
def ternary(training, ten):
    return list(training("ternary", ten).epochs())


def change(arrays, name, index, value):
    array = np.array(arrays[name])
    array[index] = value
    return arrays | {name: array}


@pytest.mark.parametrize(
    "damage, said",
    [
        (lambda arrays: {name: arrays[name] for name in arrays if name != "J_2"}, "it lacks J_2"),
        (lambda arrays: arrays | {"more": np.zeros(3)}, "it holds more"),
        (
            lambda arrays: arrays | {"G_plus_1": arrays["G_plus_1"].T},
            r"its G_plus_1 is float32 of shape \(30, 784\)",
        ),
        (
            lambda arrays: arrays | {"G_plus_1": arrays["G_plus_1"].astype(float)},
            "its G_plus_1 is float64",
        ),
        (lambda arrays: arrays | {"epoch": np.int64(2)}, "its epochs do not add up"),
        (lambda arrays: arrays | {"presentations": np.int64(10)}, "its epochs do not add up"),
        (
            lambda arrays: arrays | {"measured_seconds": np.zeros((7, 2))},
            "its epochs do not add up",
        ),
        (lambda arrays: arrays | {"presentations": np.int64(5)}, "its epochs do not add up"),
        (lambda arrays: arrays | {"batches": np.int64(2**40)}, "its batches do not add up"),
        (
            lambda arrays: change(arrays, "measured_reads", (0, 0), np.nan),
            "its measured_reads is not finite",
        ),
        (lambda arrays: change(arrays, "counts", (0, 0), np.inf), "its counts is not finite"),
        (
            lambda arrays: change(arrays, "measured_train_accuracy", 1, np.nan),
            "its measured_train_accuracy is not finite",
        ),
        (
            lambda arrays: change(arrays, "measured_reads", (0, 0), -1e-3),
            "its measured_reads is below 0",
        ),
        (lambda arrays: change(arrays, "J_1", (0, 0), 0), "its J_1 is not that of this run"),
        (lambda arrays: change(arrays, "order", 3, 99), "its order is not that of this run"),
        (lambda arrays: arrays | {"seed": np.int64(4)}, "its seed is not that of this run"),
        (
            lambda arrays: change(arrays, "G_plus_2", (0, 0), np.nan),
            "synapses_2.G_plus is not finite in epoch 1",
        ),
        (
            lambda arrays: change(arrays, "G_minus_2", (0, 0), 1.01),
            "synapses_2.G_minus is out of its device's range in epoch 1",
        ),
    ],
)
def test_a_checkpoint_of_another_training_is_refused(training, ten, ternary, damage, said):
    arm = training("ternary", ten)
    before = arm.arrays(0)
    with pytest.raises(Damaged, match=said):
        arm.resume(damage(ternary[1].arrays))
    after = arm.arrays(0)
    assert after.keys() == before.keys()
    assert all(after[name].tobytes() == before[name].tobytes() for name in before)
    arm.resume(ternary[1].arrays)


def test_the_first_checkpoint_and_those_within_an_epoch_are_gone_on_from(training, ten):
    """Where all is 0, and where batches are those of ended epochs and of pieces."""
    arm, pieces = training("ternary", ten, piece=4, target="numpy"), []
    epochs = arm.epochs(keep=lambda number, arrays: pieces.append(arrays))
    kept = [epoch.arrays for epoch in epochs] + pieces
    places = [tuple(int(each[name]) for name in ("epoch", "presentations")) for each in kept]
    assert places == [(0, 0), (1, 0), (2, 0), (1, 4), (1, 8), (2, 4), (2, 8)]
    for arrays, (number, done) in zip(kept, places):
        again = training("ternary", ten, piece=4, target="numpy")
        again.resume(arrays)
        assert again.batches == 10 * (number - (done > 0)) + done
        wrong = arrays | {"batches": arrays["batches"] + 1}
        with pytest.raises(Damaged, match="its batches do not add up"):
            training("ternary", ten, piece=4, target="numpy").resume(wrong)


def test_a_length_is_no_other_unless_it_grows():
    short, long = np.zeros((3, 2)), np.zeros((4, 2))
    check_like("theta", long, long)
    check_like("theta", long, short, grows=True)
    with pytest.raises(Damaged, match=r"its theta is float64 of shape \(4, 2\)"):
        check_like("theta", long, short)
