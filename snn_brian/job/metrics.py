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
READ_ENERGY = "read_energy_J"
# Columns beyond these, where an arm of the run has them: field of an `Epoch`, form, what stands for
# an arm without it.
FURTHER = {
    READ_ENERGY: ("read_energy", "{:.6e}", ""),
    "erasing_pulses": ("erasing_pulses", "{:.0f}", "0"),
    "refresh_pulses": ("refresh_pulses", "{:.0f}", "0"),
    "refresh_reads": ("refresh_reads", "{:.0f}", "0"),
}


def read_metrics(folder: Path) -> list[dict[str, str]]:
    """The rows in a run's folder, cells as texts, less a row that was cut short.

    Raises
    ------
    FileNotFoundError
        If the run has not written any yet.
    """
    with open(Path(folder) / "metrics.csv", newline="") as file:
        return [row for row in csv.DictReader(file) if None not in row.values()]
