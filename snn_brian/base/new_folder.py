"""A new folder of results that appears when all of it is written."""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from snn_brian.base.errors import UserError
from snn_brian.base.scratch import scratch


def results_path(path: str | os.PathLike | None, what: str) -> Path:
    """The path that a user gave for results, or else `results/<date-time>-<what>`."""
    if path is not None:
        return Path(path).expanduser()
    what = re.sub(r"[^a-zA-Z0-9_.+-]+", "_", what)  # it may hold the path of a model
    return Path("results", f"{datetime.now():%Y%m%d-%H%M%S}-{what}")


@contextmanager
def new_folder(path: str | os.PathLike | None, what: str) -> Iterator[tuple[Path, Path]]:
    """A folder to write to and the path that it gets at the end of the block; where the block
    fails, nothing is left.

    Parameters
    ----------
    path : path or None
    what : str
        As in `results_path`.

    Yields
    ------
    (Path, Path)

    Raises
    ------
    UserError
        If the path exists or cannot be made.
    """
    path = results_path(path, what)
    if os.path.lexists(path):
        raise UserError(f"--out: '{path}' exists, and nothing is written over it; name a new one.")
    made = [parent for parent in path.parents if not parent.exists()]
    try:
        with _work(path) as work:
            yield work / path.name, path
            os.rename(work / path.name, path)
    except BaseException:
        with suppress(OSError):  # another program may have put something there
            for parent in made:
                parent.rmdir()
        raise


@contextmanager
def _work(path):
    with ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            work = stack.enter_context(scratch(".work-", path.parent))
            (work / path.name).mkdir()
        except OSError as error:
            raise UserError(
                f"--out: '{path}' cannot be made ({error.strerror}); name one that can."
            ) from error
        yield work
