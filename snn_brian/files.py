"""Writing files so that no one ever reads half of one."""
import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path):
    """A binary file to write to that becomes `path` when it is complete, and nothing if the writing fails."""
    path = Path(path)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_json(path, content):
    """Write a dict of plain values as indented JSON."""
    with written_whole(path) as file:
        file.write((json.dumps(content, indent=2) + "\n").encode())
