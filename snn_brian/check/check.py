"""Checks of a declaration when it is loaded: what each kind must be, to run and to describe what it
stands for."""

from pathlib import Path

from snn_brian.check.kinds import kind_of
from snn_brian.check.reader import Reader

# what this process has checked: trials take time, and a sweep's points differ in few declarations
SOUND = set()


def check(declaration: object, file: str | Path) -> None:
    """Refuse a declaration that could not run, or that describes nothing of its kind.

    Parameters
    ----------
    declaration : object
        Of one of the classes in `snn_brian.check.kinds.KINDS`.
    file : str or Path
        Where it is declared, for the message.

    Raises
    ------
    UserError
        Naming the file, the field, its value and the mend.
    """
    reader = Reader(declaration, file)
    for field, hint in type(declaration).__annotations__.items():
        reader.type(field, getattr(declaration, field), hint)
    if not declaration.name.strip():
        reader.refuse("name", "must not be empty; the declaration is found by it")
    content = repr(declaration), str(file)
    if content not in SOUND:
        kind_of(declaration).checks[type(declaration)](reader)
        SOUND.add(content)
