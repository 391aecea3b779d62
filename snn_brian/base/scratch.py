"""Scratch folders, gone when their owner is, also when it was killed.

Each is locked for as long as its process lives; the next one that is made beside it removes those
that nobody holds.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import Timeout

from snn_brian.base.locks import held_folder

# Of scratch folders where temporary files go; not of logs of failures, which stay.
TEMPORARY = tuple(
    f"snn_brian-{what}-" for what in ("run", "images", "events", "benchmark", "stdp", "survival")
)


@contextmanager
def scratch(prefix: str, parent: Path | str | None = None) -> Iterator[Path]:
    """A new folder `parent/prefix...` as long as the `with` lasts; `parent` None: where temporary
    files go, from which those of all other kinds of runs that were killed are removed, too."""
    others = TEMPORARY if parent is None else ()
    parent = Path(tempfile.gettempdir() if parent is None else parent)
    for each in {prefix, *others}:
        remove_abandoned(each, parent)
    with ExitStack() as held:
        path = _held(prefix, parent, held)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)


def remove_abandoned(prefix: str, parent: Path | str) -> None:
    """Remove the scratch folders `parent/prefix...` of processes that ended without a chance to do
    so."""
    for path in Path(parent).glob(f"{prefix}*"):
        with suppress(OSError), held_folder(path):  # it is in use, another user's, or gone by now
            shutil.rmtree(path)


def _held(prefix, parent, stack):
    while True:
        path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        # another process may take it for abandoned before it is locked
        with suppress(FileNotFoundError, Timeout):
            stack.enter_context(held_folder(path))
            return path
