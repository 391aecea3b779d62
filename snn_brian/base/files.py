"""Writing files so that no one ever reads half of one, and telling whether two are the same."""

import csv
import hashlib
import io
import json
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from snn_brian.base.errors import UserError
from snn_brian.base.scratch import scratch


@contextmanager
def written_whole(path: str | Path) -> Iterator[BinaryIO]:
    """A binary file to write to that becomes `path` when it is complete; if the writing fails,
    `path` stays as it was.

    Any number of processes may write a `path` at once: each writes a file of its own, and the last
    one remains.

    Raises
    ------
    UserError
        If the file cannot be written, e.g. because the disk is full.
    """
    path = Path(path)
    try:
        with scratch(".writing-", path.parent) as folder:
            with open(folder / path.name, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, path)
        _flush(path.parent)
    except OSError as error:
        raise UserError(
            f"{path}: this file cannot be written ({error.strerror}); make room or choose another "
            "folder."
        ) from error


def _flush(folder):
    """Bring a folder's new names to the disk, without which a renamed file may be gone after a
    power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def write_json(path: str | Path, content: object) -> None:
    """Write plain values as indented JSON."""
    with written_whole(path) as file:
        file.write((json.dumps(content, indent=2) + "\n").encode())


def sha256(path: str | Path) -> str:
    """The SHA-256 of a file, in hexadecimal; the file is never in memory as a whole."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_table(path: str | Path, columns: Mapping[str, Iterable]) -> None:
    """Write a mapping of names to equally long sequences as CSV; names end in the unit, as in
    `G_nS`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    with written_whole(path) as file:
        file.write(text.getvalue().encode())


def toml(name: str, file: str | Path) -> dict[str, object]:
    """The content of a TOML file.

    Raises
    ------
    UserError
        With the name of the flag, if the file cannot be read or is none.
    """
    try:
        return tomllib.loads(Path(file).read_text())
    except OSError as error:
        raise UserError(
            f"{name}: '{file}' cannot be read ({error.strerror}); give the path of a TOML file."
        ) from error
    except ValueError as error:  # also of bytes that are no text
        raise UserError(f"{name}: '{file}' is not TOML ({error}); mend the file.") from error
