"""A fast part of Brian2's own tests of synapses, with `Crossbar` in the place of `Synapses`."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "brian2_synapses.py"
SLOW = ["ufunc", "random", "deterministic", "event_driven_dependency_checks", "transmission"]


@pytest.fixture(scope="module")
def report():
    slow = " or ".join(SLOW)
    made = subprocess.run(
        [sys.executable, SCRIPT, "--tb=line", "--show-capture=no", "-k", f"not ({slow})"],
        capture_output=True,
        text=True,
        cwd=SCRIPT.parents[1],
    )
    return made.returncode, made.stdout


def test_what_has_to_pass_passes(report):
    code, text = report
    assert code == 0, text[-3000:]
    passed = re.search(r"(\d+) passed", text)
    assert int(passed[1]) >= 60, text[-3000:]


def test_what_may_fail_does():
    """The list names tests that there are, so that it does not hide others."""
    sys.path.insert(0, str(SCRIPT.parent))
    from brian2_synapses import MAY_FAIL, file

    text = file().read_text()
    assert all(f"def {name}(" in text for name in MAY_FAIL)
