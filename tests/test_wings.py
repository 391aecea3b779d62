"""The house: no import climbs from a lower wing to a higher one, and the crossbar stands on Brian2
and NumPy alone."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = [
    {"declarations", "physics", "base"},
    {"crossbar"},
    {"device", "network", "data"},
    {"check", "simulate"},
    {"train"},
    {"job"},
    {"sweep"},
    {"command"},
]
FLOOR = {wing: floor for floor, wings in enumerate(FLOORS) for wing in wings}
FILES = sorted((ROOT / "snn_brian").rglob("*.py"))


def wing(file):
    return file.relative_to(ROOT / "snn_brian").parts[0].removesuffix(".py")


def imported(file):
    """The modules that a file imports at any place in it, by their dotted names."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wings_of(file):
    return {
        name.split(".")[1]
        for name in imported(file)
        if name.startswith("snn_brian.") and name.split(".")[1] in FLOOR
    }


def test_every_module_lives_in_a_wing():
    assert {wing(file) for file in FILES} == {*FLOOR, "__init__"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_import_climbs(file):
    if wing(file) != "__init__":  # the public face, which imports when it is asked
        climbing = {other for other in wings_of(file) if FLOOR[other] > FLOOR[wing(file)]}
        assert not climbing


def test_wings_of_one_floor_do_not_need_each_other_in_a_circle():
    needs = {each: set() for each in FLOOR}
    for file in FILES:
        if wing(file) in FLOOR:
            needs[wing(file)] |= wings_of(file) - {wing(file)}
    while free := {each for each, others in needs.items() if not others & needs.keys()}:
        needs = {each: others for each, others in needs.items() if each not in free}
    assert not needs


def test_the_crossbar_could_be_a_package_of_its_own():
    for file in (ROOT / "snn_brian" / "crossbar").glob("*.py"):
        assert wings_of(file) <= {"crossbar", "base"}
        others = {name.split(".")[0] for name in imported(file)} - {
            "snn_brian",
            "brian2",
            "numpy",
            "sympy",
        }
        assert not {name for name in others if name not in __import__("sys").stdlib_module_names}
