"""Flags and the end of a script: one sentence and an exit code."""

import os
import signal
import subprocess
import sys

import pytest

from snn_brian.base.errors import SimulationFailed, UserError
from snn_brian.job.script import Flags, run


def flags():
    parser = Flags("What it does.")
    parser.add_argument("--size", default="5", help="how large")
    parser.add_argument("--out", help="where; without it, nowhere")
    return parser


@pytest.fixture(autouse=True)
def handlers():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(
    "given, said",
    [
        (["--sise", "3"], "unrecognized arguments: --sise 3; --help lists"),
        (["3"], "unrecognized arguments: 3; --help lists"),
        (["--size"], "--size: expected one argument; --help lists"),
    ],
)
def test_a_wrong_flag_is_told_in_one_sentence(given, said):
    with pytest.raises(UserError, match=said) as caught:
        flags().parse_args(given)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", ["-5", "-5,3", "-.5"])
def test_a_negative_value_is_a_value(value):
    assert flags().parse_args(["--size", value]).size == value


def test_help_shows_defaults():
    text = flags().format_help()
    assert "how large (default: 5)" in text
    assert "without it, nowhere\n" in text


@pytest.mark.parametrize(
    "error, code, said",
    [
        (UserError("--size: 'x' is wrong."), 2, "error: --size: 'x' is wrong.\n"),
        (SimulationFailed("It stopped."), 1, "error: It stopped.\n"),
        (KeyboardInterrupt(), 130, "Interrupted; what was finished and written is kept.\n"),
        (OSError(28, "No space left on device", "/x"), 1, "error: /x: No space left on device.\n"),
        (
            MemoryError(),
            1,
            "error: the memory of this machine is full; give smaller --layers, or fewer images or "
            "events by --train, --test and --steps.\n",
        ),
    ],
)
def test_errors_end_a_script_with_a_sentence(monkeypatch, capsys, error, code, said):
    def main(args):
        raise error

    monkeypatch.setattr("sys.argv", ["script"])
    with pytest.raises(SystemExit) as caught:
        run(main, flags)
    assert caught.value.code == code
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize(
    "error",
    [UserError("--size: 'x' is wrong."), SimulationFailed("It stopped."), KeyboardInterrupt()],
)
def test_how_to_go_on_is_told_last(monkeypatch, capsys, error):
    def main(args):
        error.add_note("To go on: script --resume run")
        raise error

    monkeypatch.setattr("sys.argv", ["script"])
    with pytest.raises(SystemExit):
        run(main, flags)
    assert capsys.readouterr().err.splitlines()[1:] == ["To go on: script --resume run"]


def test_sigterm_ends_a_script_as_ctrl_c_does(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["script"])
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with pytest.raises(SystemExit) as caught:
        run(lambda args: os.kill(os.getpid(), signal.SIGTERM), flags)
    assert caught.value.code == 130


def test_other_errors_keep_their_traceback(monkeypatch):
    monkeypatch.setattr("sys.argv", ["script"])
    with pytest.raises(ZeroDivisionError):
        run(lambda args: 1 / 0, flags)


def test_flags_are_shown_in_groups(capsys):
    parser = flags().group(where_it_goes="out", nothing="absent")
    assert parser.parse_args(["--out", "there"]).out == "there"
    shown = parser.format_help()
    assert shown.index("\noptions:") < shown.rindex("--size") < shown.index("where it goes:")
    assert shown.index("where it goes:") < shown.rindex("--out") and "nothing" not in shown


def test_arguments_may_be_given():
    found = []
    run(found.append, flags, ["--size", "7"])
    assert found[0].size == "7"


def test_an_interrupt_that_was_to_be_ignored_still_is():
    """As in a job that a shell script starts in the background."""
    code = (
        "import brian2, os, signal\n"
        "from snn_brian.job.script import Flags, run\n"
        "def main(args):\n    os.kill(os.getpid(), signal.SIGINT)\n    print('went on')\n"
        "run(main, lambda: Flags('What it does.'), [])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "went on\n", "")
