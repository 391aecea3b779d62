"""A disk that becomes full in the middle of a training, and folders that cannot be written to."""

import errno
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

from harm.small_job import SMALL, differences, finish, start

from snn_brian.base import checkpoints


def disks(folder):
    """Returns what a training says of each such place, and whether all before it is intact."""
    reference = folder / "reference"
    assert finish(start(*SMALL, "--out", reference))[0] == 0
    try:
        with small_disk("size=16m") as disk, small_disk("size=1m,ro") as unwritable:
            return {"full disk": full(disk, reference), **places(folder, disk, unwritable)}
    except OSError as error:
        return {"skipped": f"no small disk can be made here ({error})"}


@contextmanager
def small_disk(options):
    """A tmpfs of its own that ends with the block, made where users may have namespaces."""
    mount = f"mount -t tmpfs -o {options} none /mnt && echo ready && exec cat"
    holder = subprocess.Popen(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", mount],
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        if holder.stdout.readline() != "ready\n":
            raise OSError(errno.EPERM, holder.stderr.read().strip())
        yield Path(f"/proc/{holder.pid}/root/mnt")
    finally:
        holder.communicate()


def full(disk, reference):
    """Fill the disk after the first epochs, then make room again and go on."""
    run, filler = disk / "run", disk / "filler"
    process = start(*SMALL, "--out", run)
    for line in process.stdout:
        if line.startswith("memristive epoch 1"):
            break
    fill(filler)
    code, _, errors = finish(process)
    kept = list(run.rglob("*.npz"))
    intact = all(checkpoints.read_checkpoint(path) for path in kept) and not differences(
        run, reference, [str(path.relative_to(run)) for path in kept if path.stem[6:].isdigit()]
    )
    filler.unlink()
    resumed = finish(start("--resume", run))
    return {
        "exit code": code,
        "said": errors.strip(),
        "well": code == 2 and "No space left" in errors and _tidy(errors),
        "all before intact": intact,
        "resumed equal": resumed[0] == 0 and not differences(run, reference),
    }


def places(folder, disk, unwritable):
    """A disk that is full from the beginning, for results, temporary files and cache; one that is
    read-only.

    Python puts temporary files elsewhere if it finds a place: then the training ends well.
    """
    fill(disk / "filler")
    found = {}
    for name, flags, changes in (
        ("no room for results", ["--out", disk / "other"], {}),
        ("no room for temporary files", ["--out", folder / "x"], {"TMPDIR": str(disk)}),
        ("no room for the cache", ["--out", folder / "y"], {"SNN_BRIAN_CACHE": str(disk)}),
        ("read-only folder", ["--out", unwritable / "run"], {}),
    ):
        code, _, errors = finish(start(*SMALL, *flags, env=os.environ | changes))
        found[name] = {
            "exit code": code,
            "said": errors.strip(),
            "well": code == 0 or code == 2 and _tidy(errors),
        }
    return found


def fill(path):
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise


def _tidy(errors):
    return errors.startswith("error: ") and "Traceback" not in errors
