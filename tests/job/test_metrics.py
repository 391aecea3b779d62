"""The table of a run is read as it was written, less what was cut short."""

import pytest

from snn_brian.base.files import write_table
from snn_brian.job.metrics import METRICS, read_metrics


def test_what_was_written_is_read(tmp_path):
    rows = [{name: f"{name} {number}" for name in METRICS} for number in range(3)]
    write_table(tmp_path / "metrics.csv", {name: [row[name] for row in rows] for name in METRICS})
    assert read_metrics(tmp_path) == rows
    whole = (tmp_path / "metrics.csv").read_text()
    (tmp_path / "metrics.csv").write_text(whole[: whole.rindex(",")])
    assert read_metrics(tmp_path) == rows[:2]


def test_a_run_that_has_none_yet(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_metrics(tmp_path)
