"""Runs the installed Brian2's own tests of synapses with `Crossbar` in the place of `Synapses`.

    python tests/brian2_synapses.py [pytest's arguments, such as -k delay]

`MAY_FAIL` says what a crossbar is not; everything else has to pass. The tests are run in the
runtime target "numpy", as they are in the package, from which nothing is copied.
"""

import importlib.util
import sys
from pathlib import Path

import pytest

SYNAPSES_ONTO_SYNAPSES = "a Crossbar connects groups of neurons, not synapses"
ALL_TO_ALL = "without connect() a Crossbar connects all pairs"
MAY_FAIL = {
    "test_creation": ALL_TO_ALL,
    "test_no_synapses": ALL_TO_ALL,
    "test_no_synapses_variable_write": ALL_TO_ALL,
    "test_synapses_to_synapses": SYNAPSES_ONTO_SYNAPSES,
    "test_synapses_to_synapses_connection_array": SYNAPSES_ONTO_SYNAPSES,
    "test_synapses_to_synapses_rule_and_array": SYNAPSES_ONTO_SYNAPSES,
    "test_synapses_to_synapses_statevar_access": SYNAPSES_ONTO_SYNAPSES,
    "test_synapses_to_synapses_different_sizes": SYNAPSES_ONTO_SYNAPSES,
    "test_synapses_to_synapses_summed_variable": SYNAPSES_ONTO_SYNAPSES,
}


def file():
    """Brian2's tests of synapses, found without importing Brian2."""
    package = Path(importlib.util.find_spec("brian2").origin).parent
    return package / "tests" / "test_synapses.py"


class Substitution:
    """The plugin for pytest that puts `Crossbar` in, and compares what fails with `MAY_FAIL`."""

    def pytest_collection_modifyitems(self, items):
        import warnings

        from brian2 import prefs

        from snn_brian.crossbar.crossbar import Crossbar
        from snn_brian.crossbar.names import LocalNameWarning

        prefs.codegen.target = "numpy"
        warnings.simplefilter("ignore", LocalNameWarning)
        for item in items:
            item.module.Synapses = Crossbar
            reason = MAY_FAIL.get(item.originalname)
            if reason:
                item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


def main(arguments):
    return pytest.main(
        [str(file()), "-q", "-p", "no:warnings", "-p", "no:cacheprovider", *arguments],
        plugins=[Substitution()],
    )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.exit(main(sys.argv[1:]))
