"""The folder in which unpacked data and compiled programs are kept between runs."""

import os
from pathlib import Path

from snn_brian.base.errors import UserError


def _base() -> Path:
    chosen = os.environ.get("SNN_BRIAN_CACHE")
    if chosen:
        # absolute, because a build may change the working folder
        return Path(os.path.expanduser(chosen)).absolute()
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    # the XDG base directory specification: a relative path is to be ignored
    root = xdg if os.path.isabs(xdg) else os.path.expanduser("~/.cache")
    return Path(root) / "snn_brian"


def folder(kind: str) -> Path:
    """The cache folder for `kind` ("builds", "data", "data/decoded", ...), made where it is
    missing.

    It lies in $SNN_BRIAN_CACHE, or in snn_brian under $XDG_CACHE_HOME or ~/.cache.

    Raises
    ------
    UserError
        Where the folder cannot be created or written.
    """
    path = _base() / kind
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise UserError(
            f"SNN_BRIAN_CACHE: the cache folder '{path}' cannot be created ({exc.strerror}); "
            "set SNN_BRIAN_CACHE to a folder that can be written."
        ) from exc
    if not os.access(path, os.W_OK | os.X_OK):
        raise UserError(
            f"SNN_BRIAN_CACHE: the cache folder '{path}' cannot be written; "
            "set SNN_BRIAN_CACHE to a folder that can."
        )
    return path
