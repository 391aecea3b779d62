"""What training gave: accuracies, pulses, reads and energy over epochs, a row for each seed."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Curves:
    """What one setting gave, a row for each seed; from epoch 0, a test before training."""

    accuracy: np.ndarray  # %, (seeds, epochs + 1, layers)
    pulses: np.ndarray  # of all layers and devices, (seeds, epochs + 1)
    reads: np.ndarray  # the same
    energy: np.ndarray  # J, the same

    @property
    def epochs(self):
        """Epochs after the test before training."""
        return self.accuracy.shape[1] - 1

    @property
    def last(self):
        """Accuracy of the last layer after the last epoch, (seeds,)."""
        return self.accuracy[:, -1, -1]


def curves(runs):
    """The `Curves` of one setting from the rows of its runs."""

    def table(column):
        epochs, layers = (
            1 + max(row["epoch"] for row in runs[0]),
            max(row["layer"] for row in runs[0]),
        )
        return np.array(
            [
                [row[column] for row in sorted(rows, key=lambda row: (row["epoch"], row["layer"]))]
                for rows in runs
            ],
            float,
        ).reshape(len(runs), epochs, layers)

    pulses = (table("potentiation_pulses") + table("depression_pulses")).sum(axis=2)
    return Curves(
        100 * table("test_accuracy"),
        pulses,
        table("reads").sum(axis=2),
        table("write_energy_J").sum(axis=2),
    )


def long_table(found):
    """Columns for a CSV: a row for each setting, seed, epoch and layer."""
    columns = {
        "setting": [],
        "seed_number": [],
        "epoch": [],
        "layer": [],
        "test_accuracy_percent": [],
        "pulses_all_layers": [],
    }
    for name, curve in found.items():
        for (seed, epoch, layer), accuracy in np.ndenumerate(curve.accuracy):
            for column, value in zip(
                columns.values(),
                (name, seed, epoch, layer + 1, round(accuracy, 4), int(curve.pulses[seed, epoch])),
            ):
                column.append(value)
    return columns
