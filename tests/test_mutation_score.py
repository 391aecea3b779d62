"""Mistakes for the tests to notice: one each, in code that can still be read."""

import json
import signal
import sys
from pathlib import Path

import pytest

from snn_brian.base.errors import SimulationFailed, UserError

sys.path.insert(0, str(Path(__file__).parents[1] / "runs"))
import mutation_score  # noqa: E402
from mutation import explained, mirrors, mistakes  # noqa: E402

SOURCE = '''def f(a, b: int | None = 7) -> int | None:
    """a + b, or less."""
    if a < b and a != 3:
        raise UserError(f"{a + 1} - 2")
    return b if a else "x += 2*y - z  # or a - b"
'''
TEMPLATE = (
    "for (int k = 0; k < n && on; k++)  // k < n\n    x[k] += {{a}} - *y;\n{# k < n\nk < n #}"
)


def mutants(source, suffix=".py"):
    number = len(mistakes.places(source, suffix))
    found = [
        mistakes.mutant(source, mistakes.places(source, suffix)[place]) for place in range(number)
    ]
    for what, text in found:
        lines = zip(source.split("\n"), text.split("\n"), strict=True)
        changed = [k for k, (one, other) in enumerate(lines, 1) if one != other]
        assert len(changed) == 1 and what.startswith(f"line {changed[0]}: ") and " -> " in what
    return [what.split(": ", 1)[1] for what, _ in found]


def test_a_mutant_has_one_mistake():
    """None is in what is said to users, in annotations and docstrings."""
    plain = mistakes.plain(SOURCE)
    assert len(mutants(plain)) == 11  # if, and, <, !=, 3, 7, if else; +=, *, - and - in the string
    assert "a < b -> a <= b" in mutants(plain) and "7 -> 8" in mutants(plain)
    assert "if a < b and a != 3: -> if not (a < b and a != 3):" in mutants(plain)


def test_of_a_text_only_the_line_is_said_that_changes():
    assert mutants(mistakes.plain("CODE = '''\na = b\nc = d + e\n'''\n")) == [
        "c = d + e -> c = d - e"
    ]


def test_a_mutant_of_a_template():
    before = "for (int k = 0; k < n && on; k++)  // k < n"
    assert mutants(TEMPLATE, ".cpp") == [
        f"{before} -> {before.replace('k < n &&', 'k <= n &&')}",
        f"{before} -> {before.replace('&&', '||')}",
        "x[k] += {{a}} - *y; -> x[k] -= {{a}} - *y;",
        "x[k] += {{a}} - *y; -> x[k] += {{a}} + *y;",
    ]


def test_the_tests_of_a_file_are_those_of_its_name_or_its_wing():
    def found(file):
        return mirrors.mirrors(Path("snn_brian", file))

    assert found("network/lookup.py") == ["tests/network/test_lookup.py"]
    assert found("network/heterogeneity.py") == ["tests/train/test_heterogeneity.py"]
    postponed = found("crossbar/templates/crossbar/postponed.cpp")
    assert postponed == ["tests/crossbar/test_postponed.py"]
    assert found("crossbar/templates/neurons/threshold.cpp") == ["tests/crossbar/test_neurons.py"]
    wing = found("crossbar/templates/crossbar/of_no_test.cpp")
    assert len(wing) > 10 and {str(Path(tests).parent) for tests in wing} == {"tests/crossbar"}


def test_what_is_explained_is_a_mistake_that_can_still_be_made():
    """Each by its line as it now stands, and none of another line."""
    of_files = {}
    for file, line, _ in explained.EXPLAINED:
        of_files.setdefault(Path("snn_brian", file), set()).add(line)
    found, number = [], 0
    for file, own in of_files.items():
        source = (mirrors.ROOT / file).read_text()
        lines, places = source.split("\n"), mistakes.places(source, file.suffix)
        number += len(places)
        for k, place in enumerate(places):
            is_cpp = file.suffix == ".cpp"
            at = source.count("\n", 0, place.start()) if is_cpp else place[1].lineno - 1
            if lines[at].strip() in own:  # making a mistake takes long
                what, _ = mistakes.mutant(source, mistakes.places(source, file.suffix)[k])
                found.append(explained.why(file, source, what))
    assert number > 10 * len(explained.EXPLAINED)
    assert len([why for why in found if why]) == len(explained.EXPLAINED) < len(found)


def flags(tmp_path, *more):
    given = ["--wings", "network", "--mutants", "3", "--out", str(tmp_path / "out"), *more]
    return mutation_score.flags().parse_args(given)


def test_survivors_are_told_and_each_file_is_as_it_was_afterwards(tmp_path, monkeypatch, capsys):
    """Tests are run in a copy: with one mistake, then those that noticed it of the sound files."""
    wrongs, root = [], mutation_score.ROOT

    class Tests(mirrors.Tests):
        def __init__(self, work):
            self.work, self.sound = work, set()

        def close(self):
            wrongs.append("closed")

        def _run(self, tests):
            files = sorted((root / "snn_brian" / "network").glob("*.py"))
            copies = [self.work / file.relative_to(root) for file in files if file.stem[0] != "_"]
            sound = [mistakes.plain(file.read_text()) for file in files if file.stem[0] != "_"]
            wrong = sum(a != b.read_text() for a, b in zip(sound, copies, strict=True))
            assert wrong == ("::" not in tests[0]) and wrong < 2
            wrongs.append(wrong)
            code = [1, -signal.SIGXCPU, 0, 0][wrongs.count(1) - 1]
            return [code if wrong else 0, 7.4, f"{tests[0]}::test_it"]

    monkeypatch.setattr(mutation_score, "Tests", Tests)
    assert mutation_score.main(flags(tmp_path)) == tmp_path / "out"
    found = json.loads((tmp_path / "out" / "mutants.json").read_text())
    assert [*found.values()] == ["noticed", "out of time", "survived"]
    assert wrongs == [1, 0, 1, 0, 1, "closed"]
    said = capsys.readouterr().out
    assert (
        "2 of 3 noticed, 0 explained\n3: snn_brian/network/" in said
        and said.count(": survived, 7 s\n") == 1
    )
    again = ["--again", str(tmp_path / "out"), "--out", str(tmp_path / "again")]
    mutation_score.main(flags(tmp_path, *again))
    assert json.loads((tmp_path / "again" / "mutants.json").read_text()) == {
        [*found][2]: "survived"
    }
    with pytest.raises(UserError, match="^--again: .*mutants.json holds other mistakes; give its"):
        mutation_score.main(flags(tmp_path, *again, "--seed", "1"))
    with pytest.raises(UserError, match="^--again: .*No such file"):
        mutation_score.main(flags(tmp_path, "--again", str(tmp_path)))


def test_no_test_is_asked_of_what_is_explained(tmp_path, monkeypatch, capsys):
    class Tests(mirrors.Tests):
        def __init__(self, work):
            pass

        def close(self):
            pass

    monkeypatch.setattr(mutation_score, "Tests", Tests)
    monkeypatch.setattr(mutation_score, "why", lambda *mistake: "Nothing is changed.")
    mutation_score.main(flags(tmp_path))
    found = json.loads((tmp_path / "out" / "mutants.json").read_text())
    assert [*found.values()] == ["explained"] * 3
    said = capsys.readouterr().out
    assert said.count(": explained: Nothing is changed.\n") == 3
    assert "\n0 of 0 noticed, 3 explained\nResults are in" in said


def test_tests_are_run_quickest_first_and_what_they_say_is_believed(tmp_path, monkeypatch):
    """Of real runs in forks: which tests fail, and in which order they are run the next time."""
    order = tmp_path / "order"
    (tmp_path / "tests").mkdir()
    own = Path("runs", "mutation", "quickest_first.py")
    (tmp_path / own).parent.mkdir(parents=True)
    (tmp_path / own).write_text((mirrors.ROOT / own).read_text())
    (tmp_path / "setup.cfg").write_text("[tool:pytest]\naddopts = -q\n")
    (tmp_path / "tests" / "test_it.py").write_text(
        "import time, pytest\n"
        "def burn(s):\n"
        "    end = time.process_time() + s\n"
        "    while time.process_time() < end: pass\n"
        "def note(x):\n"
        f"    open({str(order)!r}, 'a').write(x)\n"
        "@pytest.fixture(scope='module')\n"
        "def slow(): burn(0.4)\n"
        "def test_a(slow): note('a')\n"
        "def test_b(): burn(0.1); note('b')\n"
        "def test_c(): note('c')\n"
    )
    monkeypatch.setattr(mirrors, "mirrors", lambda file: ["tests/test_it.py"])
    path, tests = tmp_path / "tests" / "test_it.py", mirrors.Tests(tmp_path)
    text = path.read_text()
    fate, _, seconds = tests.notice("it.py")
    assert fate == "survived" and seconds > 0.5
    path.write_text(text.replace("(0.1);", "(0.1); assert 0;"))
    fate, shown, seconds = tests.notice("it.py")
    assert (fate, shown) == ("noticed", ("tests/test_it.py::test_b",))
    assert order.read_text() == "abc" + "c"  # stops at the first
    with pytest.raises(SimulationFailed, match="test_it.py::test_b fails without any mistake, or"):
        tests.confirm(shown)
    path.write_text(text)
    tests.confirm(shown)
    assert order.read_text() == "abc" + "c" + "b"
    path.write_text("import nothing_of_this_name")
    fate, shown, _ = tests.notice("it.py")
    assert (fate, shown) == ("noticed", ("--collect-only", "tests/test_it.py"))
    path.write_text(text)
    tests.confirm(shown)
    assert order.read_text() == "abc" + "c" + "b"
    tests.close()
    assert tests.process.returncode == 0


def test_a_wing_that_there_is_not(tmp_path):
    with pytest.raises(UserError, match="^--wings: there is no 'attic'; name folders of snn_brian"):
        mutation_score.main(flags(tmp_path, "--wings", "network,attic"))


def test_more_mistakes_than_there_are_places(tmp_path):
    with pytest.raises(UserError, match="^--mutants: 100000 is more than the [0-9]+ places"):
        mutation_score.main(flags(tmp_path, "--mutants", "100000"))
