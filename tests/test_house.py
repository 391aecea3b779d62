"""The picture of the house in snn_brian/README.md: every wing is in it, and whatever it names
exists."""

import ast
import re
from pathlib import Path

import pytest
from test_wings import FLOORS, ROOT

TEXT = (ROOT / "snn_brian" / "README.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in TEXT.splitlines()
    if line.startswith("| ")
]
STEPS = [row for row in ROWS if len(row) == 3 and row[1] != "file" and row[1] != "---"]
QUOTED = re.compile(r"`([^`\n]+)`")
DOOR = {"declarations", "physics"}


def names(file: Path) -> set[str]:
    """Functions, classes, their methods and properties, and constants of a module."""
    found = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
            found |= {f"{node.name}.{each.name}" for each in methods}
        if isinstance(node, ast.Assign):
            found |= {each.id for each in node.targets if isinstance(each, ast.Name)}
    return found


def test_every_wing_has_a_line_and_a_floor():
    wings = [set(floor) - DOOR for floor in FLOORS]
    told = {QUOTED.match(row[0])[1] for row in ROWS if row[0].endswith("/`")}
    assert told == {f"{wing}/" for wing in set().union(*wings)}
    drawn = {int(number): line for number, line in re.findall(r"^ floor (\d)(.*)$", TEXT, re.M)}
    assert sorted(drawn) == list(range(len(FLOORS)))
    for number, floor in enumerate(wings):
        assert floor <= set(drawn[number].split()), number


@pytest.mark.parametrize("step", STEPS, ids=[row[0] for row in STEPS])
def test_every_step_is_where_the_picture_says(step):
    (file,), wanted = QUOTED.findall(step[1]), QUOTED.findall(step[2])
    assert wanted and set(wanted) <= names(ROOT / "snn_brian" / file)


def test_every_path_in_it_exists():
    paths = [text for text in QUOTED.findall(TEXT) if re.fullmatch(r"[\w/]+(\.py|/)", text)]
    assert len(paths) > 50
    for path in paths:
        assert (ROOT / "snn_brian" / path).exists() or (ROOT / path).exists(), path


def test_the_way_of_an_image_passes_through_every_wing():
    passed = {QUOTED.search(row[1])[1].split("/")[0] for row in STEPS}
    assert passed == set().union(*FLOORS) - DOOR
