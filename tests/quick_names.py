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


def of_living():
    """{name: objects that got it, by their address} of those that Brian2 knows just now, which a
    block may set aside."""
    living = Nameable.__instances__()
    if not hasattr(living, "named"):
        living.named = defaultdict(WeakValueDictionary)
        for thing in [reference() for reference in living]:
            if getattr(thing, "_name", None) is not None:
                living.named[thing._name][id(thing)] = thing
    return living.named


class Taken:
    """The names of all living objects."""

    def __contains__(self, name):
        named = of_living()
        return name in named and any(each._name == name for each in named[name].values())


@contextmanager
def quick_names():
    """A block in which an object gets the name that Brian2 would find for it."""
    find, begin = names.find_name, Nameable.__init__

    def find_name(name, names=None):
        return find(name, Taken() if names is None else names)

    def named_and_noted(thing, name):
        begin(thing, name)
        of_living()[thing._name][id(thing)] = thing

    patch = pytest.MonkeyPatch()
    for module in MODULES:
        patch.setattr(module, "find_name", find_name)
    patch.setattr(Nameable, "__init__", named_and_noted)
    try:
        yield
    finally:
        patch.undo()
