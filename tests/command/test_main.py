"""The command tells what it can do, and does the jobs of the scripts."""

import re
import sys
import tomllib

import pytest

from snn_brian.command import main as command
from snn_brian.job import resuming


def call(monkeypatch, *given):
    """The exit code."""
    monkeypatch.setattr(sys, "argv", ["/some/where/snn-brian", *given])
    try:
        command.main()
    except SystemExit as error:
        return error.code or 0
    return 0


@pytest.mark.parametrize("given", [[], ["--help"], ["-h"]])
def test_help_is_in_groups_with_an_example_each(monkeypatch, capsys, given):
    assert call(monkeypatch, *given) == 0
    told = capsys.readouterr().out
    for title, commands in command.GROUPS.items():
        assert f"\n{title}:\n" in told
        for name, each in commands.items():
            assert re.search(
                rf"\n  {name} .*\n +snn-brian {name} {re.escape(each.example)}\n", told
            )


def test_version(monkeypatch, capsys):
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"9.9 of {name}")
    assert call(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == "snn-brian 9.9 of snn_brian\n"


def test_an_unknown_command_is_told(monkeypatch, capsys):
    assert call(monkeypatch, "trian") == 2
    assert capsys.readouterr().err == (
        "error: 'trian' is no command of snn-brian (did you mean train?); choose one of train, "
        "sweep, fit, check, show, export.\n"
    )


@pytest.mark.parametrize("name", command.COMMANDS)
def test_every_command_has_help_with_its_example(monkeypatch, capsys, name):
    assert call(monkeypatch, name, "--help") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith(f"usage: snn-brian {name} ")
    assert f"example: snn-brian {name} {command.COMMANDS[name].example}" in told


@pytest.mark.parametrize("name", command.COMMANDS)
def test_a_mistake_is_one_sentence(monkeypatch, capsys, name):
    assert call(monkeypatch, name, "--nonsense") == 2
    assert re.fullmatch(r"error: .*\n", capsys.readouterr().err)


def test_a_run_is_gone_on_with_by_the_command(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["/some/where/snn-brian", "train", "--epochs", "3"])
    assert resuming.command(tmp_path, {}) == (
        f"{sys.executable} /some/where/snn-brian train --resume {tmp_path}"
    )


def test_flags_of_training_are_in_groups():
    from snn_brian.job.job import flags

    shown = flags().format_help()
    for title in ("data", "network", "devices", "learning", "run"):
        assert f"\n{title}:\n" in shown
    options = shown.split("\noptions:\n")[1].split("\n\n")[0]
    assert len(re.findall(r"^  --?\w", options, re.M)) <= 2  # what others have added since


def test_the_repository_is_not_needed():
    """No module of the package imports or names what is beside it alone."""
    from test_wings import FILES

    for file in FILES:
        assert not re.search(r"^(from|import) runs\b", file.read_text(), re.M), file
    assert tomllib.loads((FILES[0].parents[1] / "pyproject.toml").read_text())["build-system"]
