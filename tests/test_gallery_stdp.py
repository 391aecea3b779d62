"""runs/gallery/05_stdp.py, as it stands."""

import runpy
from pathlib import Path

import numpy as np
from brian2 import defaultclock, ms, prefs

SCRIPT = Path(__file__).parents[1] / "runs" / "gallery" / "05_stdp.py"


def test_both_kinds_of_synapses_learn(capsys):
    target = prefs.codegen.target
    try:
        found = runpy.run_path(str(SCRIPT))
    finally:
        prefs.codegen.target = target
        defaultclock.dt = 0.1 * ms
    for name, w in found["weights"].items():
        assert w.shape == (1000,) and np.isfinite(w).all(), name
    plain = found["weights"]["Synapses"]
    assert np.mean(plain > 0.8) > 0.3  # of the uniform weights at the start, a fifth was
    assert found["pulses"] > 1000
    assert "pulses, which took" in capsys.readouterr().out
