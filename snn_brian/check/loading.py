"""Finding declarations: the shipped ones by name, anyone's by the path of a file."""
import ast
import importlib
import importlib.resources
import re
import runpy
import traceback
from dataclasses import fields
from pathlib import Path

import brian2

import snn_brian.declarations as vocabulary
from snn_brian.check.check import check
from snn_brian.declarations import Device, Encoder, Neuron, Programming, Weight
from snn_brian.base.errors import UserError
from snn_brian.base.errors import did_you_mean

KINDS = {
    "neuron": (Neuron,),
    "device": (Device, Weight),
    "rule": (Programming,),
    "encoder": (Encoder,),
}


def load(kind: str, name_or_path: str | Path) -> Neuron | Device | Weight | Programming | Encoder:
    """The declaration of a shipped name (in any case), or the only one of its kind in a Python file, checked.

    Parameters
    ----------
    kind : str
        "neuron", "device", "rule" or "encoder"; a device is a `Device` or a `Weight`.
    name_or_path : str or Path

    Raises
    ------
    UserError
        For an unknown name; for a file that is missing, that Python cannot run or that does not declare exactly one of
        the kind; for whatever `snn_brian.check.check.check` finds.
    """
    shipped = declarations(kind)
    for name, (declaration, file) in shipped.items():
        if name.lower() == str(name_or_path).lower():
            check(declaration, file)
            return declaration
    path = Path(name_or_path).expanduser()
    if not path.is_file():
        missing = "there is no such file" if path.suffix == ".py" or len(path.parts) > 1 else "no such name"
        raise UserError(f"{kind} '{name_or_path}': {missing}{did_you_mean(str(name_or_path), shipped)}; write one of "
                        f"{', '.join(sorted(shipped))}, or the path of a Python file.")
    values = [value for value in _assigned(path, kind) if isinstance(value, sum(KINDS.values(), ()))]
    found = [value for value in values if isinstance(value, KINDS[kind])]
    wanted = " or ".join(each.__name__ for each in KINDS[kind])
    if len(found) > 1:
        raise UserError(f"{path}: declares {len(found)} of {wanted}: {', '.join(str(each.name) for each in found)}; "
                        "keep one of them in the file.")
    if not found:
        others = " and ".join(f"a {type(value).__name__}" for value in values) or "nothing"
        raise UserError(f"{path}: declares {others} where one {kind} is needed; "
                        f"assign {wanted}(...) to a variable.")
    check(found[0], path)
    return found[0]


def kind_of(path):
    """The kind of the only declaration in a Python file, for `load`.

    Raises
    ------
    UserError
        For a file that is missing, that Python cannot run, or that declares none or several.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise UserError(f"'{path}': there is no such file; give the path of a Python file with one declaration.")
    found = [kind for kind, classes in KINDS.items() for value in _assigned(path, kind) if isinstance(value, classes)]
    if len(found) != 1:
        raise UserError(f"{path}: declares {', '.join(found) or 'nothing'}; have one neuron, device, rule or encoder in it.")
    return found[0]


def names(kind):
    """The names of all shipped declarations of a kind, in alphabetical order."""
    return sorted(declarations(kind))


def declarations(kind):
    """All shipped declarations of a kind, unchecked: {name: (declaration, path of its file)}.

    Raises
    ------
    UserError
        For a shipped file that Python cannot run, a name that two declarations share, or a package without its models.
    """
    found = {}
    for file in sorted(_folder(kind).glob("[!_]*.py")):
        for declaration in _assigned(file, kind):
            if isinstance(declaration, KINDS[kind]):
                other, place = found.setdefault(declaration.name, (declaration, file))
                if other is not declaration:
                    raise UserError(f"{file}: name='{declaration.name}' is taken by {place}; choose another name.")
    return found


def _folder(kind):
    try:
        return Path(str(importlib.resources.files("snn_brian.models") / f"{kind}s"))
    except ModuleNotFoundError:
        raise UserError("snn_brian.models is not installed: run `pip install -e .` in the project's folder.") from None


def _assigned(file, kind):
    """The values of the variables that a file sets, each once; what it imports from other files is not its own."""
    try:
        imported = {alias.asname or alias.name for node in ast.walk(ast.parse(file.read_bytes(), str(file)))
                    if isinstance(node, ast.ImportFrom) for alias in node.names}
        if file.resolve().parent == _folder(kind).resolve():
            values = vars(importlib.import_module(f"snn_brian.models.{kind}s.{file.stem}"))
        else:  # runpy keeps no compiled copy, which could be older than a file rewritten within the same second
            values = runpy.run_path(str(file), run_name=f"declared_in_{file.stem}")
    except UserError:
        raise
    except Exception as error:
        raise UserError(_sentence(error, file)) from None
    foreign = {id(values[name]) for name in imported if name in values}
    return list({id(value): value for value in values.values() if id(value) not in foreign}.values())


def _sentence(error, file):
    """What went wrong when Python ran a file, with the mend."""
    if isinstance(error, SyntaxError):
        return f"{error.filename or file}, line {error.lineno}: Python cannot read it ({error.msg}); mend this line."
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    place = f"{file}, line {lines[-1]}" if lines else str(file)
    text = re.sub(r"\. Did you mean '.*'\?$", "", " ".join(str(error).split()))  # Python 3.13 guesses, too
    wrong = re.match(r"(\w+)\.__init__\(\) (got an unexpected|missing).*?('.*')", text)
    declared = getattr(vocabulary, wrong[1], None) if wrong else None
    if declared:
        allowed = [field.name for field in fields(declared)]
        problem = "lacks" if wrong[2] == "missing" else "has no field"
        near = did_you_mean(wrong[3].split("'")[1], allowed) if wrong[2] != "missing" else ""
        return f"{place}: {declared.__name__} {problem} {wrong[3]}{near}; its fields are {', '.join(allowed)}."
    for source in (vocabulary, brian2):
        if isinstance(error, NameError) and hasattr(source, error.name):
            return f"{place}: '{error.name}' is not imported; add `from {source.__name__} import {error.name}`."
    return f"{place}: Python stops with {type(error).__name__}: {text}; mend the file so that it runs."
