"""runs/skip_connection.py, with fewer images."""

import runpy
from pathlib import Path

import numpy as np

SCRIPT = runpy.run_path(str(Path(__file__).parents[1] / "runs" / "skip_connection.py"))


def test_every_graph_learns_and_has_the_connections_that_it_names(capsys):
    found = SCRIPT["main"](SCRIPT["flags"]().parse_args(["--quick"]))
    assert found.keys() == SCRIPT["PROJECTIONS"].keys() and len(found) == 5
    assert all(np.isfinite(each).all() and each.shape == (2,) for each in found.values())
    # layer 2 sees the pixels, too
    assert found["skip"][1] > found["chain"][1] + 0.05
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    for name, line in lines.items():
        assert ("skip: 784 x 40" in line) == (name in ("skip", "delayed"))
        assert ("recurrent: 40 x 40" in line) == (name == "recurrent")
        assert ("inhibition: 40 x 40" in line) == (name == "inhibition")
    assert "up to 7.9 points" in lines["One"]
