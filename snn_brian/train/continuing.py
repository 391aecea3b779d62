"""Whether a checkpoint is one that a training can go on from."""

from collections.abc import Mapping

import numpy as np

from snn_brian.base.checkpoints import Damaged
from snn_brian.train.arm import Arm


def check_place(
    arm: Arm, trained: int, arrays: Mapping[str, np.ndarray], expected: Mapping[str, np.ndarray]
) -> None:
    """Whether names, types and shapes are those of the arm, and epochs, presentations and batches
    add up.

    Parameters
    ----------
    arm : Arm
    trained : int
        Training images, in each epoch.
    arrays : mapping
        Of the checkpoint.
    expected : mapping
        Of any checkpoint of the arm.

    Raises
    ------
    Damaged
        If it is none of this arm.
    """
    for name in sorted(expected.keys() | arrays.keys()):
        if name not in arrays or name not in expected:
            raise Damaged(f"it {'holds' if name in arrays else 'lacks'} {name}")
        grows = name.startswith("measured_") or name in ("order", "random_state")
        check_like(name, arrays[name], expected[name], grows)
    number, presentations = int(arrays["epoch"]), int(arrays["presentations"])
    ended = number + (presentations == 0)
    lengths = {len(arrays[name]) for name in arrays if name.startswith("measured_")}
    pieces = range(0, trained, arm.piece or trained)
    if number < 0 or ended < 1 or presentations not in pieces or lengths != {ended}:
        raise Damaged("its epochs do not add up")
    _check_numbers(arrays)
    if arrays["batches"] != (ended - 1) * arm.batches(trained) + arm.batches(presentations):
        raise Damaged("its batches do not add up")


def check_like(name: str, found: np.ndarray, wanted: np.ndarray, grows: bool = False) -> None:
    """Whether an array is of the wanted type and shape, but for a length that grows; raises
    Damaged."""
    shapes = found.shape[grows:], wanted.shape[grows:]
    if (found.dtype, found.ndim) != (wanted.dtype, wanted.ndim) or shapes[0] != shapes[1]:
        raise Damaged(f"its {name} is {found.dtype} of shape {found.shape}")


def check_known(arrays: Mapping[str, np.ndarray], known: Mapping[str, np.ndarray]) -> None:
    """Whether what the arm decides is in the checkpoint; raises Damaged."""
    for name, value in known.items():
        if not np.array_equal(arrays[name], value):
            raise Damaged(f"its {name} is not that of this run")


def _check_numbers(arrays):
    """Of what was measured and counted; epoch 0 has no accuracy of training."""
    for name in arrays:
        if name.startswith(("measured_", "counts", "counted_")):
            known = arrays[name][1:] if name == "measured_train_accuracy" else arrays[name]
            if not np.isfinite(known).all():
                raise Damaged(f"its {name} is not finite")
            if np.any(known < 0):
                raise Damaged(f"its {name} is below 0")
