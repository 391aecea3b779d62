"""A new folder of results that appears when all of it is written."""

import os
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from snn_brian.base.errors import UserError
from snn_brian.base.scratch import scratch


@contextmanager
def new_folder(path, what):
    """A folder to write to and the path that it gets at the end of the block; where the block
    fails, nothing is left.

    Parameters
    ----------
    path : str or None
        None: `results/<date-time>-<what>`.
    what : str

    Yields
    ------
    (Path, Path)

    Raises
    ------
    UserError
        If the path exists or cannot be made.
    """
    path = (
        Path("results", f"{datetime.now():%Y%m%d-%H%M%S}-{what}")
        if path is None
        else Path(path).expanduser()
    )
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
