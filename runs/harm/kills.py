"""Kills at random moments of a short training, each followed by a resumption that must come to the
uninterrupted result."""

import io
import os
import re
import shutil
import signal
import time
from contextlib import redirect_stdout, suppress

import numpy as np
from harm.small_job import SMALL, differences, finish, program, start

from snn_brian.job import job

VICTIMS = ("Python", "the simulation", "both")
SLOT = 3.0  # seconds within which the next run of the compiled program begins


def kills(count, folder, say):
    """Kill `count` trainings, at times spread evenly over their duration from the first file on;
    returns the figures."""
    reference = folder / "reference"
    # compiles, so that the next one does not
    code, _, errors = finish(start(*SMALL, "--out", reference))
    timed = start(*SMALL, "--out", folder / "timed")
    timed.stdout.readline()
    began = time.perf_counter()
    assert finish(timed)[0] == code == 0, errors
    duration = time.perf_counter() - began
    figures = {
        "kills": 0,
        "equal": 0,
        "lost epochs": 0,
        "kills that came too late": 0,
        "victims": dict.fromkeys(VICTIMS, 0),
        "wrong": [],
    }
    random = np.random.default_rng(0)
    while figures["kills"] < count:
        run, victim = folder / f"killed-{figures['kills']}", VICTIMS[figures["kills"] % 3]
        told = _killed(run, victim, random.uniform(0, duration))
        if (run / "figures" / "conductances.png").exists():
            figures["kills that came too late"] += 1  # and do not count
            shutil.rmtree(run)
            continue
        figures["kills"] += 1
        figures["victims"][victim] += 1
        kept = {
            (path.parent.name, int(path.stem[6:]))
            for path in run.rglob("epoch_[0-9][0-9][0-9].npz")
        }
        figures["lost epochs"] += len(told - kept) + len(kept & _told(_go_on(run)))
        wrong = differences(run, reference)
        figures["equal"] += not wrong
        figures["wrong"] += [f"{run.name}: {each}" for each in wrong]
        if not wrong:
            shutil.rmtree(run)
        say(f"kill {figures['kills']} of {count} ({victim}): {'equal' if not wrong else wrong}")
    return figures


def _killed(run, victim, delay):
    """Start a training and kill it a while after it began; returns the finished epochs that it told
    of."""
    process = start(*SMALL, "--out", run)
    process.stdout.readline()
    time.sleep(delay)
    if victim != "Python":
        limit = time.monotonic() + SLOT
        while (
            time.monotonic() < limit and process.poll() is None and not (child := program(process))
        ):
            pass
        with suppress(ProcessLookupError):
            if process.poll() is None and child:
                os.kill(child, signal.SIGKILL)
    if victim != "the simulation":
        process.kill()
    return _told(finish(process)[1])


def _go_on(run):
    """Go on with a run, or begin it again if its program was killed before an epoch ended, which
    leaves no folder.

    It is done in this process, which saves the time to import Brian2. Returns what was printed.
    """
    flags = ["--resume", str(run)] if run.exists() else [*SMALL, "--out", str(run)]
    with redirect_stdout(io.StringIO()) as out:
        job.main(job.flags().parse_args(flags))
    return out.getvalue()


def _told(out):
    return {
        (arm, int(epoch)) for arm, epoch in re.findall(r"^(\w+) epoch (\d+):", out, re.MULTILINE)
    }
