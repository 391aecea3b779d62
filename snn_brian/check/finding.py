"""Python files with declarations: running them, and the shipped ones by the folder that they stand
in."""

import ast
import importlib
import importlib.resources
import re
import runpy
import traceback
from dataclasses import fields
from functools import cache
from pathlib import Path

import brian2

import snn_brian.declarations as vocabulary
from snn_brian.base.errors import UserError, did_you_mean


def shipped(folder: str, classes: tuple[type, ...]) -> dict[str, tuple[object, Path]]:
    """All declarations of these classes in a folder of `models/`, unchecked: {name: (declaration,
    path of its file)}.

    Raises
    ------
    UserError
        For a file that Python cannot run, a name that two declarations share, or a package without
        its models.
    """
    found = {}
    for file in sorted(models_folder(folder).glob("[!_]*.py")):
        for declaration in assigned(file):
            if isinstance(declaration, classes):
                other, place = found.setdefault(declaration.name, (declaration, file))
                if other is not declaration:
                    raise UserError(
                        f"{file}: name='{declaration.name}' is taken by {place}; choose another "
                        "name."
                    )
    return found


def models_folder(name: str = "") -> Path:
    """The folder of the shipped declarations, or one in it.

    Raises
    ------
    UserError
        Where they are not installed.
    """
    try:
        return Path(str(importlib.resources.files("snn_brian.models"))) / name
    except ModuleNotFoundError:
        raise UserError(
            "snn_brian.models is not installed: run `pip install -e .` in the project's folder."
        ) from None


def assigned(file: Path) -> list[object]:
    """The values of the variables that a file sets, each once; what it imports from other files is
    not its own.

    Raises
    ------
    UserError
        With the line and the mend, if Python cannot run the file.
    """
    try:
        imported = _imported(file.read_bytes(), str(file))
        folder = file.resolve().parent
        if folder.parent == models_folder().resolve():
            values = vars(importlib.import_module(f"snn_brian.models.{folder.name}.{file.stem}"))
        else:
            # runpy keeps no compiled copy, which could be older than the file
            values = runpy.run_path(str(file), run_name=f"declared_in_{file.stem}")
    except UserError:
        raise
    except Exception as error:
        raise UserError(_sentence(error, file)) from None
    foreign = {id(values[name]) for name in imported if name in values}
    return list(
        {id(value): value for value in values.values() if id(value) not in foreign}.values()
    )


@cache  # to find one declaration, all of its kind are looked through
def _imported(source, file):
    """The names that a file's text takes from others."""
    return {
        alias.asname or alias.name
        for node in ast.walk(ast.parse(source, file))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _sentence(error, file):
    """What went wrong when Python ran a file, with the mend."""
    if isinstance(error, SyntaxError):
        return (
            f"{error.filename or file}, line {error.lineno}: Python cannot read it "
            f"({error.msg}); mend this line."
        )
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(file)
    ]
    place = f"{file}, line {lines[-1]}" if lines else str(file)
    # Python 3.13 guesses, too
    text = re.sub(r"\. Did you mean '.*'\?$", "", " ".join(str(error).split()))
    wrong = re.match(r"(\w+)\.__init__\(\) (got an unexpected|missing).*?('.*')", text)
    declared = getattr(vocabulary, wrong[1], None) if wrong else None
    if declared:
        allowed = [field.name for field in fields(declared)]
        problem = "lacks" if wrong[2] == "missing" else "has no field"
        near = did_you_mean(wrong[3].split("'")[1], allowed) if wrong[2] != "missing" else ""
        return (
            f"{place}: {declared.__name__} {problem} {wrong[3]}{near}; its fields are "
            f"{', '.join(allowed)}."
        )
    if isinstance(error, NameError):
        own = getattr(getattr(vocabulary, error.name, None), "__module__", "")
        source = vocabulary if own == vocabulary.__name__ else brian2
        if hasattr(source, error.name):
            return (
                f"{place}: '{error.name}' is not imported; add `from {source.__name__} import "
                f"{error.name}`."
            )
    return (
        f"{place}: Python stops with {type(error).__name__}: {text}; mend the file so that it runs."
    )
