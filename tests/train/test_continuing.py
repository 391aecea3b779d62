"""Checkpoints that are not of this training, or not whole, are refused, and change nothing."""

import numpy as np
import pytest

from snn_brian.base.checkpoints import Damaged


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
