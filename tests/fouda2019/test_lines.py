"""Every setting of both readings has a look of its own."""

from fouda2019 import readings
from fouda2019.lines import line


def test_no_two_look_alike():
    names = {name for reading in readings.READINGS.values() for name in reading.settings}
    looks = {(line(name)["color"], line(name)["marker"]) for name in names}
    assert len(names) == 9 and len(looks) == 9
    assert len({line(name)["color"] for name in names}) == 9


def test_unequal_gamma_is_dashed():
    assert line("gamma (3,1)")["linestyle"] == "--" and line("gamma (3,3)")["linestyle"] == "-"
