"""Scratch folders, gone when their owner is, also when it was killed.

Each is locked for as long as its process lives; the next one that is made beside it removes those
that nobody holds.
"""

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def scratch(prefix, parent=None):
    """A new folder `parent/prefix...` as long as the `with` lasts; `parent` None: where temporary
    files go."""
    parent = Path(tempfile.gettempdir() if parent is None else parent)
    remove_abandoned(prefix, parent)
    path, lock = _locked(prefix, parent)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def remove_abandoned(prefix, parent):
    """Remove the scratch folders `parent/prefix...` of processes that ended without a chance to do
    so."""
    for path in Path(parent).glob(f"{prefix}*"):
        with suppress(OSError):  # it is in use, another user's, or gone by now
            with _lock(path, fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(path)


@contextmanager
def _lock(path, how):
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(number, how)
        yield
    finally:
        os.close(number)


def _locked(prefix, parent):
    while True:
        path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        with suppress(
            FileNotFoundError
        ):  # another process took it for abandoned before it was locked
            lock = os.open(path, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if path.exists():
                return path, lock
            os.close(lock)
