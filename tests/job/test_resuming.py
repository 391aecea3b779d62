"""Flags of a run come from its configuration; code comes from the user alone."""

import json
import shlex
import sys

import pytest

from snn_brian.base.errors import UserError
from snn_brian.job import resuming
from snn_brian.job.script import Flags


def flags():
    parser = Flags("What it does.")
    for name, default in (
        ("neuron", "integrate_and_fire"),
        ("device", "TiOx"),
        ("programming", "ternary"),
        ("encoding", "threshold"),
        ("epochs", "10"),
        ("out", None),
        ("data-root", None),
        ("resume", None),
    ):
        parser.add_argument(f"--{name}", default=default)
    parser.add_argument("--set", action="append", default=[])
    return parser


@pytest.fixture
def run(tmp_path):
    """A folder whose configuration holds these flags."""

    def write(*given):
        arguments = vars(flags().parse_args(given))
        config = {"epochs": int(arguments["epochs"]), "arguments": resuming.kept(arguments)}
        (tmp_path / "config.json").write_text(json.dumps(config))
        return tmp_path

    return write


def test_flags_that_are_not_given_are_those_of_the_run(run):
    folder = run(
        "--programming", "counter", "--epochs", "3", "--out", "x", "--set", "programming.theta=1"
    )
    args = flags().parse_args(["--resume", str(folder), "--epochs", "5"])
    assert (args.programming, args.epochs, args.device, args.out, args.set) == (
        "counter",
        "5",
        "TiOx",
        None,
        ["programming.theta=1"],
    )
    assert args.resume == str(folder)


def test_without_resume_flags_are_as_always():
    assert flags().parse_args([]).programming == "ternary"


def test_out_does_not_go_with_resume(run):
    with pytest.raises(UserError, match="^--out: 'x' does not go with --resume"):
        flags().parse_args(["--resume", str(run()), "--out", "x"])


def test_a_model_file_must_be_given_again(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder, file = run("--neuron", "mine.py", "--device", "tiox"), str(tmp_path / "mine.py")
    with pytest.raises(
        UserError,
        match=f"was begun with --neuron {file}; a model file is code, and none is run because",
    ):
        flags().parse_args(["--resume", str(folder)])
    assert flags().parse_args(["--resume", str(folder), "--neuron", "mine.py"]).neuron == "mine.py"
    words = shlex.split(
        resuming.command(
            folder, {"neuron": file, "device": "tiox", "programming": None, "encoding": "rate"}
        )
    )
    assert words == [sys.executable, sys.argv[0], "--resume", str(folder), "--neuron", file]


def test_paths_hold_in_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kept = resuming.kept(
        {
            "data_root": "data",
            "programming": "mine.py",
            "device": "Linear",
            "out": "new",
            "resume": "x",
        }
    )
    assert kept == {
        "data_root": f"{tmp_path}/data",
        "programming": f"{tmp_path}/mine.py",
        "device": "Linear",
        "out": "new",
    }


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "3",
        "{}",
        '{"arguments": 3}',
        '{"arguments": []}',
        '{"arguments": {"programming": 3}, "epochs": 1}',
        '{"arguments": {"epochs": "2"}, "epochs": 1}',
        '{"arguments": {"epochs": "x"}, "epochs": 1}',
        "[" * 100_000,
        "\xff",
        '{"arguments": {"set": [3], "epochs": "1"}, "epochs": 1}',
    ],
)
def test_a_damaged_configuration_is_told_in_a_sentence(tmp_path, content):
    (tmp_path / "config.json").write_text(content, encoding="latin-1")
    with pytest.raises(
        UserError, match="^--resume: .*config.json is damaged or of another version"
    ) as caught:
        resuming.begun(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_folder_without_configuration_is_no_run(tmp_path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(
            UserError, match="is no run that began: its config.json cannot be read .No such file"
        ):
            flags().parse_args(["--resume", str(folder)])


def test_a_flag_that_the_script_does_not_know_is_named(tmp_path):
    (tmp_path / "config.json").write_text(
        '{"arguments": {"epochs": "1", "speed": "9"}, "epochs": 1}'
    )
    with pytest.raises(UserError, match="was begun with --speed, which this script does not know"):
        flags().parse_args(["--resume", str(tmp_path)])
