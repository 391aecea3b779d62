"""The table `metrics.csv` of a run: a row for each arm, epoch and layer."""

import csv
from pathlib import Path

METRICS = [
    "arm",
    "epoch",
    "layer",
    "test_accuracy",
    "train_accuracy",
    "potentiation_pulses",
    "depression_pulses",
    "write_energy_J",
    "reads",
    "seconds",
]


def read_metrics(folder: Path) -> list[dict[str, str]]:
    """The rows in a run's folder, cells as texts, less a row that was cut short.

    Raises
    ------
    FileNotFoundError
        If the run has not written any yet.
    """
    with open(Path(folder) / "metrics.csv", newline="") as file:
        return [row for row in csv.DictReader(file) if None not in row.values()]
