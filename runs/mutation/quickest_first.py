"""Runs pytest as often as it is asked to, in forks of one process that has imported what takes
long; the quickest tests first, by the processor time that they and their fixtures took before.

    python runs/mutation/quickest_first.py

A line of standard input is a run: pytest's arguments, as JSON. A line of standard output is its
exit status, negative if it was ended, the processor time it took, and the last test that began, or
null.
"""

import json
import os
import resource
import signal
import sys
from collections import Counter
from pathlib import Path

import brian2  # noqa: F401
import hypothesis  # noqa: F401
import pytest
import torch  # noqa: F401

LIMIT = 200  # seconds of processor time, for each process of a run
TIMES, LAST = Path("times.json"), Path("last_test")


def main():
    for line in sys.stdin:
        before = spent(resource.RUSAGE_CHILDREN)
        LAST.unlink(missing_ok=True)
        child = os.fork()
        if not child:
            tests(json.loads(line))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        last = LAST.read_text() if LAST.exists() else None
        print(json.dumps([code, spent(resource.RUSAGE_CHILDREN) - before, last]), flush=True)


def tests(arguments):
    """One run, in its fork."""
    signal.alarm(10 * LIMIT)  # of time, for one that hangs
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, most))  # of each process it starts, too
    with open("last.log", "wb", buffering=0) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.path.insert(0, os.getcwd())
    code = pytest.main(arguments, plugins=[QuickestFirst()])
    sys.stdout.flush()
    os._exit(code)


def spent(*who):
    used = [resource.getrusage(each) for each in who]
    return sum(each.ru_utime + each.ru_stime for each in used)


def now():
    return spent(resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


class QuickestFirst:
    """Sorts tests by the times that were found in runs before, and finds them; tells which test
    began last."""

    def __init__(self):
        self.known = Counter(json.loads(TIMES.read_text()) if TIMES.exists() else {})
        self.times = Counter()

    def pytest_collection_modifyitems(self, items):
        def time(item):
            names = [f"{file} {name}" for name in item.fixturenames for file in ("", _file(item))]
            return self.known[item.nodeid] + sum(self.known[name] for name in names)

        items.sort(key=time)

    def pytest_runtest_logstart(self, nodeid):
        LAST.write_text(nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        start = now()
        yield
        self.times[item.nodeid] += now() - start

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef, request):
        start = now()
        result = yield
        self.times[f"{_file(request.node)} {fixturedef.argname}"] += now() - start
        return result

    def pytest_sessionfinish(self):
        TIMES.write_text(json.dumps({**self.known, **self.times}))


def _file(node):
    """Of a test or of what holds it; nothing of a whole session."""
    return node.nodeid.split("::")[0]


if __name__ == "__main__":
    main()
