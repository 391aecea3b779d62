"""What is written at the end of a run is there, and told."""

from snn_brian.job import aftermath
from snn_brian.train.recording import Recording


def test_a_run_has_it_all(finished_run):
    for arm in ("memristive", "baseline"):
        assert (finished_run / "confusion" / f"{arm}.csv").is_file()
        for kind in ("confusion", "receptive_fields"):
            assert (finished_run / "figures" / f"{kind}_{arm}.png").is_file()
    assert (finished_run / "report.html").is_file()


def test_records_of_epochs_are_not_made_again(monkeypatch, tmp_path):
    monkeypatch.setattr(aftermath.confusion, "save", lambda *_: None)
    monkeypatch.setattr(aftermath, "save", lambda folder, arm, training, records: records)
    late, during = (Recording("layer_1.U", (0, 1), (0, 1), epoch) for epoch in (None, 2))
    assert list(aftermath.after(tmp_path, "baseline", None, [during])) == []
    (line,) = aftermath.after(tmp_path, "baseline", None, [during, late])
    assert line.startswith("baseline: records in") and "epoch=2" not in line
