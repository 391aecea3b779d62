"""Labels of data of one's own."""

from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError


def check_classes(path: str | Path, train: np.ndarray, test: np.ndarray) -> int:
    """The number of classes in two arrays of whole labels from 0.

    Raises
    ------
    UserError
        If a class up to the largest label has no training data.
    """
    classes = int(max(train.max(), test.max())) + 1
    missing = np.flatnonzero(np.bincount(train, minlength=classes) == 0)
    if len(missing):
        raise UserError(
            f"{path}: labels go to {classes - 1}, but the training set has none of class "
            f"{missing[0]}; number the classes from 0 without gaps."
        )
    return classes
