"""Random mistakes in all that a user can give: each must end well or in a sentence, and touch
nothing that is there."""

import hashlib
import io
import runpy
import shutil
import signal
import subprocess
import sys
import traceback
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import numpy as np
from harm.mutations import KINDS, prepare

from snn_brian.job import script

RUNS = Path(__file__).parents[1]
PATIENCE = 300  # seconds after which a case hangs
OWN_PROCESS = 50  # one of so many cases is a process of its own


class Hangs(BaseException):
    """A case took longer than PATIENCE."""


def inputs(count, folder, say):
    """Try `count` mistakes; returns the figures."""
    random = np.random.default_rng(0)
    figures = {
        "inputs": count,
        "refused": 0,
        "accepted": 0,
        "tracebacks": 0,
        "hangs": 0,
        "changed files": 0,
        "kinds": dict.fromkeys(KINDS, 0),
        "wrong": [],
    }
    originals = folder / "originals"
    originals.mkdir(parents=True)
    prepare(originals, lambda flags: call("mnist_local.py", flags))
    for number in range(count):
        kind, sandbox = list(KINDS)[number % len(KINDS)], folder / str(number)
        sandbox.mkdir()
        (sandbox / "precious").write_text("mine")
        with chdir(sandbox):
            name, flags, own = KINDS[kind](originals, sandbox, random)
            before = _contents(sandbox)
            outcome, said = (_process if number % OWN_PROCESS == OWN_PROCESS - 1 else call)(
                name, list(map(str, flags))
            )
            after = _contents(sandbox)
        changed = [
            path
            for path in before
            if after.get(path) != before[path]
            and not (outcome == "accepted" and own and path.startswith(f"{own}/"))
        ]
        figures[outcome] += 1
        figures["kinds"][kind] += 1
        figures["changed files"] += len(changed)
        if outcome in ("tracebacks", "hangs") or changed:
            figures["wrong"].append(
                f"{number} ({kind}), {outcome}, changed {changed}: {flags}\n{said}"
            )
        else:
            shutil.rmtree(sandbox)
        say(f"input {number + 1} of {count} ({kind}): {outcome} {said.splitlines()[-1:]}")
    return figures


def call(name, flags):
    """Run a script in this process; returns what came of it, and what it said."""

    def expire(*_):
        raise Hangs

    said, handlers = (
        io.StringIO(),
        {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGALRM)},
    )
    signal.signal(signal.SIGALRM, expire)
    signal.alarm(PATIENCE)
    code = 0
    try:
        with (
            patch.object(sys, "argv", [name, *flags]),
            redirect_stdout(io.StringIO()),
            redirect_stderr(said),
        ):
            parts = runpy.run_path(str(RUNS / name))
            script.run(parts["main"], parts["flags"])
    except SystemExit as end:
        code = end.code
    except Hangs:
        return "hangs", said.getvalue()
    except BaseException:
        return "tracebacks", traceback.format_exc()
    finally:
        signal.alarm(0)
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return ("refused" if code else "accepted"), said.getvalue()


def _process(name, flags):
    try:
        ended = subprocess.run(
            [sys.executable, RUNS / name, *flags], capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return "hangs", ""
    outcome = "accepted" if ended.returncode == 0 else "refused"
    return (
        "tracebacks"
        if "Traceback" in ended.stderr or ended.returncode not in (0, 1, 2)
        else outcome
    ), ended.stderr


def _contents(folder):
    """{path: hash} of all files."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).digest()
        for path in folder.rglob("*")
        if path.is_file()
    }
