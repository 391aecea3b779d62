"""One run of a compiled program, from its start to its end, however it ends."""

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from snn_brian.base.errors import SimulationFailed

# Pulses fall on synapses far apart: with small pages, most of them need a page's address to be
# looked up, too.
HUGE_PAGES = {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:"
    "glibc.malloc.mmap_threshold=33554432:glibc.malloc.top_pad=67108864"
}

# Code of the program: its random numbers follow from its seed, or go on where a run before it has
# stopped.
RANDOM_STATE = "random_state"  # file of the generator, as it is in memory
RANDOM = """
    auto &_generator = brian::_random_generators[0];
    // no byte of a state is left to chance
    std::memset((void *)&_generator, 0, sizeof(_generator));
    _generator.seed((unsigned long)brian::%SEED%[0]);
    std::ifstream("random_state", std::ios::binary).read((char *)&_generator, sizeof(_generator));
"""
RANDOM_END = """
    std::ofstream(brian::results_dir + "random_state", std::ios::binary)
        .write((const char *)&brian::_random_generators[0], sizeof(brian::_random_generators[0]));
"""
# Code of the program: it tells its time, and it ends with the one that started it.
REPORTER = """
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // never run on without the program that asked for it
    std::signal(SIGINT, SIG_IGN);  // that program decides what an interrupt means
    std::atomic<bool> _finished(false);
    // it reads the time that the simulation writes: eight bytes, which are never torn
    std::thread _reporter([&_finished]() __attribute__((no_sanitize_thread)) {
        while (!_finished) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            std::cout << "t " << brian::%NETWORK%.t << std::endl;
        }
    });
    const auto _began = std::chrono::steady_clock::now();
"""
REPORT_END = """
    const std::chrono::duration<double> _took = std::chrono::steady_clock::now() - _began;
    _finished = true;
    _reporter.join();
    std::cout << "seconds " << _took.count() << std::endl;
"""


class Ending:
    """By which another thread ends a run, and all later ones: they raise KeyboardInterrupt."""

    def __init__(self):
        self.asked = False
        self._lock, self._process = Lock(), None

    def ask(self) -> None:
        """Kill the program that runs just now, also one that is stopped."""
        with self._lock:
            self.asked = True
            if self._process:
                self._process.kill()

    @contextmanager
    def of(self, process: subprocess.Popen) -> Iterator[None]:
        """A block in which this program can be ended."""
        with self._lock:
            self._process = process
            if self.asked:
                process.kill()
        try:
            yield
        finally:
            with self._lock:
                self._process = None


def execute(main, folder, arguments, threads, progress, ending):
    """Run a program in a folder that has its tables, and return the seconds of its simulation.

    Parameters
    ----------
    main : Path
    folder : Path
        With a folder `results`, where it leaves the values of its variables.
    arguments : list of str
    threads : int
    progress : callable
        Called now and then with the time of the simulation, in seconds.
    ending : Ending

    Raises
    ------
    SimulationFailed
        If it cannot be started, fails, complains or stops early.
    KeyboardInterrupt
        If another thread has asked for its end.
    """
    command = [main, "--results_dir", f"{folder}/results/", *arguments]
    environment = HUGE_PAGES | os.environ | {"OMP_NUM_THREADS": str(threads), "LD_BIND_NOW": "1"}
    with open(folder / "errors", "w+") as errors:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        except OSError as error:
            raise SimulationFailed(
                f"{main}: this compiled program cannot be started ({error.strerror}); delete its "
                "folder "
                "to have it compiled again."
            ) from error
        try:
            with ending.of(process):
                seconds, complaints = _listen(process.stdout, progress)
                process.wait()
        finally:  # an interrupt must not leave the program running
            process.kill()
            process.wait()
        errors.seek(0)
        complaints += errors.readlines()
    if ending.asked:
        raise KeyboardInterrupt
    if process.returncode or complaints:
        raise SimulationFailed(_failure(process.returncode, complaints))
    completed = _completed(folder / "results" / "last_run_info.txt")
    if completed < 1:
        raise SimulationFailed(
            f"The simulation stopped after {completed:.1%} of its presentations."
        )
    return seconds


def _listen(lines, progress):
    """The seconds that the program reports, and the lines that it should not have written."""
    seconds, complaints = None, []
    for line in lines:
        told = re.fullmatch(r"(t|seconds) (\S+)\n", line)
        if not told:
            complaints.append(line)
        elif told[1] == "t":
            progress(float(told[2]))
        else:
            seconds = float(told[2])
    return seconds, complaints


def _failure(code, complaints):
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    why = "; the system may have been out of memory" if code == -signal.SIGKILL else ""
    log = Path(tempfile.mkdtemp(prefix="snn_brian-failed-")) / "simulation.log"
    log.write_text("".join(complaints))
    return f"The compiled simulation failed ({how}{why}); what it said is in {log}."


def _completed(info):
    """The part of its time that a run has done, by the file that it leaves."""
    try:
        return float(info.read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
