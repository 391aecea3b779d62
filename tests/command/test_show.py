"""A run is shown as it was left, also one that has not ended."""

import shutil
import webbrowser

import pytest

from snn_brian.base.errors import UserError
from snn_brian.command.show import flags, main
from snn_brian.job.metrics import read_metrics


@pytest.fixture
def folder(finished_run, tmp_path):
    return shutil.copytree(finished_run, tmp_path / "run")


def show(folder, *more):
    return main(flags().parse_args([str(folder), *more]))


def test_a_run_that_has_ended(folder, capsys):
    for path in [*(folder / "figures").iterdir(), folder / "report.html"]:
        path.unlink()
    assert show(folder) == folder / "report.html" and (folder / "report.html").is_file()
    told = capsys.readouterr().out
    for row in read_metrics(folder):
        if row["epoch"] == "1":
            assert f"{100 * float(row['test_accuracy']):.2f}" in told
    assert "drop (points)" in told and "memristive: accuracy (%)        layer 1   layer 2" in told
    assert sum(line.startswith("class ") for line in told.splitlines()) == 20
    for kind in ("receptive_fields", "confusion"):
        assert (folder / "figures" / f"{kind}_memristive.png").is_file()


def test_a_run_that_was_interrupted(folder, capsys):
    (folder / "summary.json").unlink()
    shutil.rmtree(folder / "confusion")
    show(folder)
    told = capsys.readouterr().out
    assert "This run has not ended" in told and "baseline, epoch 1, layer 2: test" in told
    assert "memristive: '" in told and "has not ended, or it is of before" in told


def test_the_report_is_opened_where_it_is_asked_for(folder, monkeypatch):
    opened = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    show(folder, "--open")
    assert opened == [(folder / "report.html").as_uri()]


def test_what_is_no_run_is_told(folder, tmp_path):
    with pytest.raises(UserError, match="is no run: its config.json cannot be read"):
        show(tmp_path)
    (folder / "summary.json").write_text('{"arms": {}}')
    (folder / "metrics.csv").write_text("arm,epoch\nmemristive,x\n")
    with pytest.raises(UserError, match="is damaged or of another version"):
        show(folder)
