"""runs/tutorial.py, with fewer images."""

import runpy
from pathlib import Path

import numpy as np

SCRIPT = runpy.run_path(str(Path(__file__).parents[1] / "runs" / "tutorial.py"))


def test_the_tutorial_trains_and_draws(tmp_path, capsys):
    before, *_, after = SCRIPT["main"](
        SCRIPT["flags"]().parse_args(["--out", str(tmp_path / "new"), "--train", "60"])
    )
    assert before.max() < 0.3 and after[0] > 0.4
    printed = capsys.readouterr().out
    assert "spikes per step" in printed and "Least weight that makes it spike" in printed
    files = {str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*.*")}
    assert files == {"hard_reset.png", "records/tutorial.npz", "figures/records_tutorial.png"}
    assert np.load(tmp_path / "new" / "records" / "tutorial.npz")["layer_1.U"].shape == (3, 10, 5)
