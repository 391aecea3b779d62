"""What training gave: accuracies, pulses, reads and energy over epochs, a row for each seed."""

from dataclasses import dataclass, fields

import numpy as np


@dataclass(frozen=True)
class Curves:
    """What one setting gave, a row for each seed; from epoch 0, a test before training."""

    accuracy: np.ndarray  # %, (seeds, epochs + 1, layers)
    pulses: np.ndarray  # of all layers and devices, (seeds, epochs + 1)
    reads: np.ndarray  # the same
    energy: np.ndarray  # J, the same

    def beside(self, other):
        """Those of other seeds of the same setting, too."""
        return Curves(
            *(
                np.concatenate([getattr(each, field.name) for each in (self, other)])
                for field in fields(self)
            )
        )

    @property
    def epochs(self):
        """Epochs after the test before training."""
        return self.accuracy.shape[1] - 1

    @property
    def last(self):
        """Accuracy of the last layer after the last epoch, (seeds,)."""
        return self.accuracy[:, -1, -1]

    def reaching(self, bar):
        """Epochs (fractions by interpolation) until the last layer reaches `bar` %, for each seed;
        NaN where it never does."""
        times = []
        for accuracy in self.accuracy[:, :, -1]:
            above = np.flatnonzero(accuracy >= bar)
            k = above[0] if len(above) else 0
            times.append(k - (accuracy[k] - bar) / (accuracy[k] - accuracy[k - 1]) if k else np.nan)
        return np.array(times)


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


def long_table(whole):
    """Columns for a CSV, of {reading: {setting: Curves}}: a row for each reading, setting, seed,
    epoch and layer."""
    rows = [
        (reading, name, seed, epoch, layer + 1, round(accuracy, 4), int(curve.pulses[seed, epoch]))
        for reading, found in whole.items()
        for name, curve in found.items()
        for (seed, epoch, layer), accuracy in np.ndenumerate(curve.accuracy)
    ]
    names = ("reading", "setting", "seed_number", "epoch", "layer")
    names += ("test_accuracy_percent", "pulses_all_layers")
    return dict(zip(names, zip(*rows)))
