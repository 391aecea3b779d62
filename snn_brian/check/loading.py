"""Finding declarations: the shipped ones by name, anyone's by the path of a file."""

from pathlib import Path

from snn_brian.base.errors import UserError, did_you_mean
from snn_brian.check.check import check
from snn_brian.check.finding import assigned
from snn_brian.check.finding import shipped as shipped_in
from snn_brian.check.kinds import KINDS, kind_of


def load(kind: str, name_or_path: str | Path) -> object:
    """The declaration of a shipped name (in any case), or the only one of its kind in a Python
    file, checked.

    Parameters
    ----------
    kind : str
        One of `KINDS`: "neuron", "encoder", "device" (a `Device` or a `Weight`), "programming",
        "optimizer", "loss", "plasticity" (a `LearningRule`), "network".
    name_or_path : str or Path

    Raises
    ------
    UserError
        For an unknown name; for a file that is missing, that Python cannot run or that does not
        declare exactly one of the kind; for whatever `snn_brian.check.check.check` finds.
    """
    shipped = declarations(kind)
    for name, (declaration, file) in shipped.items():
        if name.lower() == str(name_or_path).lower():
            check(declaration, file)
            return declaration
    path = Path(name_or_path).expanduser()
    if not path.is_file():
        missing = (
            "there is no such file"
            if path.suffix == ".py" or len(path.parts) > 1
            else "no such name"
        )
        raise UserError(
            f"{KINDS[kind].noun} '{name_or_path}': "
            f"{missing}{did_you_mean(str(name_or_path), shipped)}; write one of "
            f"{', '.join(sorted(shipped))}, or the path of a Python file."
        )
    values = [value for value in assigned(path) if kind_of(value)]
    found = [value for value in values if isinstance(value, KINDS[kind].classes)]
    wanted = " or ".join(each.__name__ for each in KINDS[kind].classes)
    if len(found) > 1:
        raise UserError(
            f"{path}: declares {len(found)} of {wanted}: "
            f"{', '.join(str(each.name) for each in found)}; keep one of them in the file."
        )
    if not found:
        others = " and ".join(f"a {type(value).__name__}" for value in values) or "nothing"
        raise UserError(
            f"{path}: declares {others} where one {KINDS[kind].noun} is needed; "
            f"assign {wanted}(...) to a variable."
        )
    check(found[0], path)
    return found[0]


def kind_in(path: str | Path) -> str:
    """The kind of the only declaration in a Python file, for `load`.

    Raises
    ------
    UserError
        For a file that is missing, that Python cannot run, or that declares none or several.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise UserError(
            f"'{path}': there is no such file; give the path of a Python file with one declaration."
        )
    found = [kind_of(value).word for value in assigned(path) if kind_of(value)]
    if len(found) != 1:
        raise UserError(
            f"{path}: declares {', '.join(found) or 'nothing'}; have one in it, a "
            f"{', '.join(kind.noun for kind in KINDS.values())}."
        )
    return found[0]


def is_shipped(kind: str, name_or_path: str | Path) -> bool:
    """Whether it is the name of a shipped declaration, in any case."""
    return str(name_or_path).lower() in map(str.lower, declarations(kind))


def names(kind: str) -> list[str]:
    """The names of all shipped declarations of a kind, in alphabetical order."""
    return sorted(declarations(kind))


def declarations(kind: str) -> dict[str, tuple[object, Path]]:
    """All shipped declarations of a kind, unchecked: {name: (declaration, path of its file)}.

    Raises
    ------
    UserError
        As `snn_brian.check.finding.shipped` does.
    """
    return shipped_in(KINDS[kind].folder, KINDS[kind].classes)
