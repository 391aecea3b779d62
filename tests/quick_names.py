"""Brian2's names, found without looking through all objects that there are.

For each new object Brian2 asks every living one for its name. Networks that a session keeps for
other tests made this a third of the time of building the next one.
"""

import sys
from collections import defaultdict
from contextlib import contextmanager
from weakref import WeakValueDictionary

import pytest
from brian2.core import names
from brian2.core.names import Nameable

# of which Brian2 also has attributes by the same names
MODULES = [
    sys.modules[f"brian2.{name}"] for name in ("core.names", "groups.group", "devices.device")
]


@contextmanager
def quick_names():
    """A block in which an object gets the name that Brian2 would find for it."""
    named = defaultdict(WeakValueDictionary)  # name -> objects that got it, by their address
    find, begin = names.find_name, Nameable.__init__

    def note(thing):
        named[thing._name][id(thing)] = thing

    class Taken:
        def __contains__(self, name):
            return name in named and any(each._name == name for each in named[name].values())

    taken = Taken()

    def find_name(name, names=None):
        return find(name, taken if names is None else names)

    def named_and_noted(thing, name):
        begin(thing, name)
        note(thing)

    for reference in list(Nameable.__instances__()):
        if getattr(reference(), "_name", None) is not None:
            note(reference())
    patch = pytest.MonkeyPatch()
    for module in MODULES:
        patch.setattr(module, "find_name", find_name)
    patch.setattr(Nameable, "__init__", named_and_noted)
    try:
        yield
    finally:
        patch.undo()
