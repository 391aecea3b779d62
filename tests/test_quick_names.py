"""Names that tests find quickly (tests/quick_names.py) are those that Brian2 finds."""

import gc

from brian2 import Clock, NeuronGroup, Synapses, ms
from brian2.core import names
from brian2.core.names import Nameable


def own(name):
    """What Brian2 finds, given all names that there are."""
    return names.find_name(name, {each().name for each in set(Nameable.__instances__())})


def test_names_are_those_of_brian2():
    group, kept = NeuronGroup(1, "v : 1", name="quick"), []
    for number in range(4):
        for name in ("quick*", "quick_1*", "other_quick*", "exactly"):
            assert names.find_name(name) == own(name)
        kept.append(Synapses(group, group, name="quick*"))
        assert kept[-1].name == f"quick_{number + 1}"
    del kept[1]
    gc.collect()
    assert names.find_name("quick*") == own("quick*") == "quick_2"
    given = names.find_name("quick*", {"quick"})
    assert given == "quick_1"


def test_an_object_that_is_named_anew_leaves_its_name():
    """As the device does with clocks."""
    clock = Clock(1 * ms, name="quick_clock")
    assert names.find_name("quick_clock*") == own("quick_clock*") == "quick_clock_1"
    clock._name = "_clock"
    assert names.find_name("quick_clock*") == own("quick_clock*") == "quick_clock"


def test_objects_that_are_set_aside_leave_their_names():
    """As while a program is generated, so that its names are the same in any session."""
    sets = Nameable.__instancefollower__.instance_sets
    kept = [NeuronGroup(1, "v : 1", name="aside")]
    before = sets[Nameable]
    sets[Nameable] = type(before)()
    try:
        kept.append(NeuronGroup(1, "v : 1", name="aside*"))
        assert kept[1].name == "aside"
        assert names.find_name("aside*") == own("aside*") == "aside_1"
    finally:
        sets[Nameable] = before
    assert names.find_name("aside*") == own("aside*") == "aside_1"
    del kept[0]
    gc.collect()
    assert names.find_name("aside*") == own("aside*") == "aside"
