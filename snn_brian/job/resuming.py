"""What a run that goes on takes from the one that began: its flags, unless they name code."""

import json
import shlex
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

from snn_brian.base.errors import UserError
from snn_brian.check.kinds import KINDS
from snn_brian.check.loading import names
from snn_brian.data.datasets import is_own
from snn_brian.data.images import DATASETS

COMMAND = "snn-brian"  # installed beside Python
MODELS = {kind.flag: kind.word for kind in KINDS.values()}


def begun(folder: str | Path) -> dict:
    """The configuration in a run's folder, as it was when the run began.

    Raises
    ------
    UserError
        If there is none, or it is not what this package writes.
    """
    path = Path(folder).expanduser() / "config.json"
    try:
        config = json.loads(path.read_bytes())
        arguments = config["arguments"]
        for value in arguments.values():
            if not all(
                isinstance(each, str)
                for each in (value if isinstance(value, list) else [value or ""])
            ):
                raise ValueError("a flag is no text")
        if int(arguments["epochs"]) != config["epochs"]:
            raise ValueError("it tells two numbers of epochs")
    except OSError as error:
        raise UserError(
            f"--resume: '{folder}' is no run that began: its config.json cannot be read "
            f"({error.strerror}); name the folder of a run."
        ) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UserError(
            f"--resume: {path} is damaged or of another version ({type(error).__name__}: {error}); "
            "this run cannot go on."
        ) from error
    return config


def parse(parser: ArgumentParser, parse_args: Callable[[], Namespace]) -> Namespace:
    """The flags of the run named by --resume, with those that are given now.

    A configuration may come from anyone, and a model file is code: none is run unless it is given
    again.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    parse_args : callable
        Without arguments; gives the namespace with the parser's defaults.

    Raises
    ------
    UserError
        If the run cannot go on, or a flag that names code is not given again.
    """
    given = parse_args()
    if getattr(given, "resume", None) is None:
        return given
    if given.out is not None:
        raise UserError(
            f"--out: '{given.out}' does not go with --resume, which writes into the folder of "
            "the run."
        )
    arguments = begun(given.resume)["arguments"] | {"out": None}
    if unknown := sorted(arguments.keys() - vars(given).keys()):
        raise UserError(
            f"--resume: '{given.resume}' was begun with --{unknown[0]}, which this script does "
            "not know."
        )
    files = model_files(arguments)
    parser.set_defaults(**arguments | dict.fromkeys(files))
    given = parse_args()
    for flag, file in files.items():
        if getattr(given, flag) is None:
            raise UserError(
                f"--resume: '{given.resume}' was begun with --{flag} {file}; a model file is code, "
                "and none is run because a configuration says so: give this flag again if you "
                "trust the file."
            )
    return given


def model_files(arguments: Mapping[str, object]) -> dict[str, str]:
    """{flag: path} of the models that are files rather than names."""
    return {
        flag: arguments[flag]
        for flag, kind in MODELS.items()
        if arguments.get(flag) and arguments[flag].lower() not in map(str.lower, names(kind))
    }


def kept(arguments: Mapping[str, object]) -> dict[str, object]:
    """The flags as a configuration keeps them, with paths that hold in any working folder."""
    paths = {"data_root", "start", *model_files(arguments)}
    paths |= {"dataset"} if is_own(arguments.get("dataset", DATASETS[0])) else set()
    return {
        flag: str(Path(value).expanduser().absolute())
        if flag in paths and value is not None
        else value
        for flag, value in arguments.items()
        if flag != "resume"
    }


def command(folder: Path, arguments: Mapping[str, object]) -> str:
    """The command that goes on with the run in a folder."""
    files = [word for flag, file in model_files(arguments).items() for word in (f"--{flag}", file)]
    script = [sys.executable, sys.argv[0]]
    if Path(sys.argv[0]).name == COMMAND:
        script.append("train")
    return shlex.join([*script, "--resume", str(folder), *files])
