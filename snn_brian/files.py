"""Writing files so that no one ever reads half of one."""
import json
import os
from contextlib import contextmanager
from pathlib import Path

from snn_brian.errors import UserError


@contextmanager
def written_whole(path):
    """A binary file to write to that becomes `path` when it is complete; if the writing fails, `path` stays as it was.

    One process at a time may write a `path`.

    Raises
    ------
    UserError
        If the file cannot be written, e.g. because the disk is full.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.part")
    try:
        with open(temporary, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise UserError(f"{path}: this file cannot be written ({error.strerror}); make room or choose another "
                            "folder.") from error
        raise


def write_json(path, content):
    """Write plain values as indented JSON."""
    with written_whole(path) as file:
        file.write((json.dumps(content, indent=2) + "\n").encode())
