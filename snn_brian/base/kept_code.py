"""A network that runs again keeps the code that Brian2 has generated for it.

Brian2 generates all code of a network anew before each run, since equations, units or the time step
might be others by then, and collects garbage, in order to tell of objects that are in no network.
In a small network either takes longer than the run. Where nothing but values has changed, the code
is the same, but for the constants that it has read: they are read again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

from brian2.core import network
from brian2.groups.group import CodeRunner


@contextmanager
def kept_code() -> Iterator[None]:
    """A block for a network in a runtime target that has run before.

    Since then, nothing may have changed but values: of arrays, and of constants.
    """
    generate, garbage = CodeRunner.create_default_code_object, network.gc

    def kept(runner, run_namespace):
        if runner.codeobj is None:  # it does nothing
            return generate(runner, run_namespace)
        runner.codeobj.variables_to_namespace()
        return runner.codeobj

    CodeRunner.create_default_code_object = kept
    network.gc = SimpleNamespace(collect=lambda: None)
    try:
        yield
    finally:
        CodeRunner.create_default_code_object, network.gc = generate, garbage
