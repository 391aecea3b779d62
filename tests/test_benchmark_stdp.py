"""runs/benchmark_stdp.py measures what it says; how fast anything is, is not tested."""

import json

import benchmark_stdp
import numpy as np
import pytest
from brian2 import defaultclock, ms, seed
from peers import stdp
from standalone import numpy_target

from snn_brian.base.errors import UserError


@pytest.mark.parametrize("case", stdp.CASES)
def test_both_kinds_are_the_same_network(case):
    """With the same random numbers, after some steps in NumPy."""
    weights = []
    try:
        with numpy_target():
            for kind in stdp.KINDS:
                seed(3)
                found = stdp.CASES[case][0](*stdp.KINDS[kind], 12)
                parts = found[0] if isinstance(found[0], list) else found
                weights.append(np.array(parts[-1].w[:]))
    finally:
        defaultclock.dt = 0.1 * ms
    assert weights[0].std() > 0
    np.testing.assert_allclose(*weights, rtol=1e-9)


def test_medians_and_ratios_are_written(tmp_path, monkeypatch, capsys):
    times = {stdp.PLAIN: 30.0, stdp.CROSSBAR: 2.0}
    monkeypatch.setattr(benchmark_stdp, "output", lambda name, command: "")
    monkeypatch.setattr(stdp, "microseconds", lambda case, kind, place: times[kind])
    case = "documentation, 1000 to 1"
    args = ["--rounds", "2", "--case", case, "--out", str(tmp_path / "new")]
    path = benchmark_stdp.main(benchmark_stdp.flags().parse_args(args))
    found = json.loads((path / "benchmark_stdp.json").read_text())["cases"]
    assert found.keys() == {case} and found[case]["times"] == 15.0
    assert found[case]["plain_us"]["rounds"] == [30.0, 30.0]
    assert "15.0" in capsys.readouterr().out


def test_an_unknown_case_is_refused():
    with pytest.raises(UserError, match="--case: 'documentation' is unknown"):
        benchmark_stdp.main(benchmark_stdp.flags().parse_args(["--case", "documentation"]))
