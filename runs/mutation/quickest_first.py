"""Runs pytest as often as it is asked to, in forks of one process that has imported what takes
long; the quickest tests first, by the processor time that they and their fixtures took before.

    python runs/mutation/quickest_first.py

A line of standard input is a run: its limit of processor time in seconds, a name for the list of
times that it makes (empty: none) and pytest's arguments, as JSON. A line of standard output is its
exit status, negative if it was ended, and the processor time it took.
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

TIMES = Path("times")  # a list for each name


def main():
    TIMES.mkdir(exist_ok=True)
    for line in sys.stdin:
        limit, name, arguments = json.loads(line)
        before = spent(resource.RUSAGE_CHILDREN)
        child = os.fork()
        if not child:
            tests(limit, name, arguments)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps([code, spent(resource.RUSAGE_CHILDREN) - before]), flush=True)


def tests(limit, name, arguments):
    """One run, in its fork."""
    signal.alarm(10 * limit)  # of time, for one that hangs
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, most))  # of each process it starts, too
    with open("last.log", "wb", buffering=0) as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.path.insert(0, os.getcwd())
    code = pytest.main(arguments, plugins=[QuickestFirst(name)])
    sys.stdout.flush()
    os._exit(code)


def spent(*who):
    used = [resource.getrusage(each) for each in who]
    return sum(each.ru_utime + each.ru_stime for each in used)


def now():
    return spent(resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


class QuickestFirst:
    """Sorts tests by the times that were found in runs before, and finds them."""

    def __init__(self, name):
        self.name, self.times = name, Counter()

    def pytest_collection_modifyitems(self, items):
        known = Counter()
        for file in TIMES.glob("*.json"):
            known.update(json.loads(file.read_text()))

        def time(item):
            names = [f"{file} {name}" for name in item.fixturenames for file in ("", _file(item))]
            return known[item.nodeid] + sum(known[name] for name in names)

        items.sort(key=time)

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
        if self.name:
            (TIMES / f"{self.name}.json").write_text(json.dumps(self.times))


def _file(node):
    """Of a test or of what holds it; nothing of a whole session."""
    return node.nodeid.split("::")[0]


if __name__ == "__main__":
    main()
