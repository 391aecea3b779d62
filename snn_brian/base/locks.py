"""Locks on files and folders that end with their process, also with one that is killed."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout, lock_descriptor


@contextmanager
def held_folder(path: str | os.PathLike) -> Iterator[None]:
    """Hold an existing folder itself, without a file of the lock's own in it.

    `FileLock` opens what it locks for writing, which a folder cannot be.

    Raises
    ------
    Timeout
        If another holds it; an OSError, as all that this raises.
    FileNotFoundError
        If it is gone, also if its last holder removed it just now.
    OSError
        If it cannot be opened, or is no folder; a link is none.
    """
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        if not lock_descriptor(number, blocking=False):
            raise Timeout(os.fspath(path))
        _check_same(path, number)
        yield
    finally:
        os.close(number)


def _check_same(path, number):
    if not os.path.samestat(os.stat(path), os.fstat(number)):
        raise FileNotFoundError(f"{path} is another folder by now")


@contextmanager
def used_folder(path: str | os.PathLike) -> Iterator[None]:
    """Use an existing folder, as any number of others may: none can hold it meanwhile.

    Raises
    ------
    FileNotFoundError
        If it is gone, also if its holder removed it just now.
    OSError
        If it cannot be opened, or is no folder.
    """
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(number, fcntl.LOCK_SH)
        _check_same(path, number)
        yield
    finally:
        os.close(number)


@contextmanager
def held_file(path: Path, wait: bool) -> Iterator[None]:
    """Hold a lock file, made for this and gone afterwards.

    Raises
    ------
    Timeout
        If another holds it, and `wait` is False.
    OSError
        If it cannot be made.
    """
    with FileLock(path, blocking=wait):
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def remove_abandoned_files(folder: Path) -> None:
    """Remove the lock files `*.lock` in a folder that killed processes left."""
    for path in folder.glob("*.lock"):
        with suppress(OSError), held_file(path, wait=False):  # it is in use, or another user's
            pass
