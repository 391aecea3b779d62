"""Mistakes for the tests to notice: one each, in code that can still be read."""

import ast
import json
import random
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from snn_brian.base.errors import SimulationFailed, UserError

sys.path.insert(0, str(Path(__file__).parents[1] / "runs"))
import mutation_score  # noqa: E402

SOURCE = (
    "def f(a, b):\n    if a < b and a != 3:\n        return a + b\n    return b if a else True\n"
)


def test_a_mutant_has_one_mistake():
    chosen, plain = random.Random(0), ast.unparse(ast.parse(SOURCE))
    found = {mutation_score.mutant(SOURCE, chosen) for _ in range(200)}
    assert len(found) == 8  # if, and, <, !=, 3, +, if else, True
    for what, text in found:
        ast.parse(text)
        changed = [pair for pair in zip(plain.split("\n"), text.split("\n")) if pair[0] != pair[1]]
        assert len(changed) == 1 and what.startswith("line ") and " -> " in what


def flags(tmp_path, *more):
    given = ["--wings", "network", "--mutants", "3", "--out", str(tmp_path / "out"), *more]
    return mutation_score.flags().parse_args(given)


def test_survivors_are_told_and_each_file_is_as_it_was_afterwards(tmp_path, monkeypatch, capsys):
    """Tests are run in a copy: of the sound file first, then with the mistake."""
    texts, root = [], mutation_score.ROOT

    def run(command, cwd, **_):
        changed = [
            file
            for file in (root / "snn_brian" / "network").glob("*.py")
            if file.read_text() != (cwd / file.relative_to(root)).read_text()
        ]
        texts.append(len(changed))
        return SimpleNamespace(returncode=int(len(texts) == 2))

    monkeypatch.setattr(mutation_score.subprocess, "run", run)
    assert mutation_score.main(flags(tmp_path)) == tmp_path / "out"
    found = json.loads((tmp_path / "out" / "mutants.json").read_text())
    assert [*found.values()] == ["noticed", "survived", "survived"]
    assert texts[:2] == [0, 1] and set(texts) == {0, 1} and texts.count(1) == 3
    assert "1 of 3 noticed\n1: snn_brian/network/" in capsys.readouterr().out


@pytest.mark.parametrize("code, said", [(1, "fail without any mistake"), (4, "cannot be run")])
def test_tests_that_tell_nothing_are_an_error(tmp_path, monkeypatch, code, said):
    made = SimpleNamespace(returncode=code, stdout="no tests")
    monkeypatch.setattr(mutation_score.subprocess, "run", lambda *_, **__: made)
    with pytest.raises(SimulationFailed, match=said):
        mutation_score.main(flags(tmp_path))
    assert not (tmp_path / "out").exists()


def test_a_wing_that_there_is_not(tmp_path):
    with pytest.raises(UserError, match="^--wings: there is no 'attic'; name folders of snn_brian"):
        mutation_score.main(flags(tmp_path, "--wings", "network,attic"))
