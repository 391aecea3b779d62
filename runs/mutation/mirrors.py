"""Which tests mirror a file of the package, and whether they notice what was done to it, in a copy
of all."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from snn_brian.base.errors import SimulationFailed, UserError

ROOT = Path(__file__).parents[2]
# What may become of a mistake; of those that are explained, no test is asked.
SURVIVED, NOTICED, ENDED, EXPLAINED = "survived", "noticed", "out of time", "explained"
# Tests of files that have none, or few, of their own name; templates by their last folder.
NEAREST = {
    "crossbar/draws.py": ["crossbar/test_draws.py", "crossbar/test_codegen.py"],
    "crossbar/delays.cpp": ["crossbar/test_delays.py", "crossbar/test_event_driven.py"],
    "crossbar/pathway.py": [
        "crossbar/test_order.py",
        "crossbar/test_delays.py",
        "crossbar/test_event_driven.py",
    ],
    "crossbar/loops.cpp": [
        "crossbar/test_codegen.py",
        "crossbar/test_any_size.py",
        "crossbar/test_rows.py",
    ],
    "crossbar/mapped_synapses.cpp": [
        "crossbar/test_masks.py",
        "crossbar/test_delays.py",
        "crossbar/test_parts.py",
    ],
    "crossbar/parts.cpp": [
        "crossbar/test_parts.py",
        "crossbar/test_masks.py",
        "crossbar/test_delays.py",
    ],
    "crossbar/pulses.cpp": [
        "crossbar/test_pulses.py",
        "crossbar/test_any_size.py",
        "crossbar/test_codegen.py",
        "crossbar/test_rows.py",
    ],
    "crossbar/sampled.cpp": [
        "crossbar/test_pulses.py",
        "crossbar/test_any_size.py",
        "crossbar/test_rows.py",
    ],
    "crossbar/stateupdate.cpp": ["crossbar/test_crossbar.py", "crossbar/test_parts.py"],
    "crossbar/summed_variable.cpp": ["crossbar/test_any_size.py", "crossbar/test_parts.py"],
    "crossbar/synapses.cpp": [
        "crossbar/test_codegen.py",
        "crossbar/test_any_size.py",
        "crossbar/test_postponed.py",
        "crossbar/test_event_driven.py",
    ],
    "crossbar/synapses_create_generator.cpp": ["crossbar/test_crossbar.py"],
    "crossbar/traces.cpp": ["crossbar/test_event_driven.py"],
    "neurons/stateupdate.cpp": ["crossbar/test_neurons.py"],
    "neurons/threshold.cpp": ["crossbar/test_neurons.py"],
    "network/classifier.py": ["network/test_classifier.py", "network/test_losses.py"],
    "network/convolve.py": ["network/test_network.py", "network/test_convolve.py"],
    "network/delays.py": ["network/test_delays.py", "network/test_target_delays.py"],
    "network/echo.py": ["network/test_projections.py", "network/test_delays.py"],
    "network/equations.py": ["network/test_network.py"],
    "network/memristive_pair.py": ["network/test_memristive_pair.py", "network/test_requests.py"],
    "network/network.py": ["network/test_network.py", "network/test_traces.py"],
    "network/numbered.py": ["network/test_structure.py", "network/test_delays.py"],
    "network/pair.py": ["network/test_pair.py", "network/test_synapse.py"],
    "network/plasticity.py": ["network/test_plasticity.py", "train/test_plasticity.py"],
    "network/projections.py": ["network/test_projections.py", "network/test_traces.py"],
    "network/readout.py": ["network/test_readout.py", "train/test_plasticity.py"],
    "network/source_state.py": ["network/test_source_state.py", "train/test_lasting_synapses.py"],
    "network/substeps.py": ["network/test_substeps.py", "network/test_plain_brian2.py"],
    "network/synapse.py": ["network/test_synapse.py", "train/test_plasticity.py"],
    "train/training.py": ["train/test_what_is_run.py", "train/test_training.py"],
}


def mirrors(file):
    """The files of tests of a file of the package: the `NEAREST`, or that of the same name in its
    wing, or else in any wing, or else all of its wing."""
    inside = file.relative_to("snn_brian")
    wing, name = inside.parts[0], f"test_{file.stem}.py"
    nearest = NEAREST.get("/".join(inside.parts[-2:]))
    if nearest:
        return [f"tests/{tests}" for tests in nearest]
    elsewhere = [f"*/{name}"] if file.suffix == ".py" else []
    for pattern in (f"{wing}/{name}", *elsewhere, f"{wing}/test_*.py"):
        found = sorted(ROOT.glob(f"tests/{pattern}"))
        if found:
            return [str(tests.relative_to(ROOT)) for tests in found]
    raise UserError(f"There are no tests in tests/{wing}.")


class Tests:
    """The tests of a copy of the project."""

    def __init__(self, work):
        self.work, self.sound = work, set()  # tests that notice nothing without a mistake
        environment = os.environ | {"PYTHONPATH": str(work), "PYTHONDONTWRITEBYTECODE": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "runs/mutation/quickest_first.py"],
            cwd=work,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self):
        """End their process."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def notice(self, file):
        """What becomes of a mistake in a file, the arguments of pytest that show it, and the
        processor time its tests took, in seconds."""
        tests = mirrors(file)
        code, seconds, last = self._run(tests)
        fates = {0: SURVIVED, -signal.SIGXCPU: ENDED, -signal.SIGALRM: ENDED}
        shown = (last,) if last else ("--collect-only", *tests)
        return fates.get(code, NOTICED), shown, seconds

    def confirm(self, shown):
        """That what showed a mistake shows nothing in the sound copy.

        Raises
        ------
        SimulationFailed
            If it does, or pytest cannot run it.
        """
        if shown not in self.sound and self._run(shown)[0]:
            log = (self.work / "last.log").read_text()[-2000:]
            raise SimulationFailed(
                f"{' '.join(shown)} fails without any mistake, or cannot be run: {log}"
            )
        self.sound.add(shown)

    def _run(self, tests):
        """pytest's exit status, processor time, and the last test that began."""
        arguments = ["-x", "-n", "0", "-p", "no:cacheprovider", *tests]
        print(json.dumps(arguments), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())
