"""The MNIST that lies packed in the package."""

import gzip
import hashlib
import zlib
from importlib import resources
from pathlib import Path

from snn_brian.base import files
from snn_brian.base.errors import UserError

SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def unpack(raw: Path) -> None:
    """Unpack those files that are missing from `raw`, a folder in the cache, or damaged there.

    Raises
    ------
    UserError
        If a file cannot be written, or the package's own is missing or damaged.
    """
    for name, sha256 in SHA256.items():
        target = raw / name
        if _is_sound(target, sha256):
            continue
        content = _content(name, sha256)
        try:
            with files.written_whole(target) as file:
                file.write(content)
        except UserError as exc:
            raise UserError(f"SNN_BRIAN_CACHE: {exc}") from exc


def _is_sound(path: Path, sha256: str) -> bool:
    try:
        return files.sha256(path) == sha256
    except OSError:
        return False


def _content(name: str, sha256: str) -> bytes:
    try:
        content = gzip.decompress(
            (resources.files("snn_brian.data") / "mnist" / f"{name}.gz").read_bytes()
        )
        if hashlib.sha256(content).hexdigest() == sha256:
            return content
        cause = None
    except (OSError, EOFError, zlib.error) as exc:
        cause = exc
    raise UserError(
        f"{name}.gz: this file of the installed package is missing or damaged; install snn_brian "
        "again."
    ) from cause
