"""From Brian2's generated C++ to a compiled program, kept in a cache under a key of all that went
into it.

`rm -r ~/.cache/snn_brian/builds` removes all builds; each is made again when it is needed. Where
they take more than 2 GB, a new one has those removed that were not used longest.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

from snn_brian.base import cache
from snn_brian.base.errors import UserError
from snn_brian.base.files import sha256
from snn_brian.base.locks import held_file, held_folder, remove_abandoned_files, used_folder
from snn_brian.base.scratch import scratch
from snn_brian.simulate.pipeline import pipelined
from snn_brian.simulate.units import prepare

ROOM = 2_000_000_000  # bytes of all builds together

# Sums keep their order, so that they are the same for any number of threads, but for loops marked
# with `omp simd`. Elimination of partial redundancies moves what follows a condition into its
# branches, which then do not vectorise. By __FAST_MATH__ glibc offers vectorised log, exp and cos;
# the compiler does not define it where infinities are allowed.
FLAGS = (
    "-w -O3 -ffast-math -fno-finite-math-only -fno-associative-math -fno-tree-pre -fopenmp-simd "
    "-D__FAST_MATH__ "
    "-march=native -std=c++17 -pthread"
)


def compiler(target="cpp_standalone"):
    """The C++ compiler's command, for a target that needs one.

    Raises
    ------
    UserError
        If it or `make` is missing.
    """
    command = os.environ.get("CXX", "g++")
    for name in (command, "make"):
        if shutil.which(name) is None:
            raise UserError(
                f"--target: '{target}' needs a C++ compiler and make, but '{name}' was not "
                "found; install "
                "them (on Debian or Ubuntu: apt-get install g++ make) or choose --target numpy."
            )
    return command


def compiled(generate, threads=1, use=None):
    """The folder of the compiled program whose sources `generate(folder)` writes; compiles it if no
    build has its key.

    Any number of processes may ask for the same program at once: one compiles, the others wait for
    it. It is not removed for lack of room before the ExitStack `use` is closed.

    Raises
    ------
    UserError
        If there is no compiler, or it fails.
    """
    command = compiler()
    builds = cache.folder("builds")
    with scratch(".work-", builds) as work:
        generate(work)
        shutil.rmtree(work / "static_arrays")  # values, which each run brings along
        own = pipelined(work, threads) if threads > 1 else {}
        prepare(work, FLAGS + (" -fopenmp" if threads > 1 and not own else ""), own)
        build = builds / _key(work, command)
        remove_abandoned_files(builds)
        with held_file(_lock(build), wait=True):
            new = not _is_sound(build)
            if new:
                shutil.rmtree(build, ignore_errors=True)
                _make(work)
                work.rename(build)
            with suppress(OSError):  # another user's
                os.utime(build)
        if new:
            _make_room(builds, build)
    try:
        (ExitStack() if use is None else use).enter_context(used_folder(build))
    except FileNotFoundError:  # others have made room in this moment
        return compiled(generate, threads, use)
    return build


def _lock(build):
    return build.with_name(f"{build.name}.lock")


def _make_room(builds, spared):
    """Remove the builds that were not used longest, as long as all of them take more than there is
    room for; none that a process uses, and not the new one."""
    found = {}  # {build: (time of its last use, bytes)}
    for build in builds.glob("[!.]*/"):
        with suppress(OSError):  # it is being removed
            bytes_ = sum(path.stat().st_size for path in build.rglob("*"))
            found[build] = build.stat().st_mtime, bytes_
    taken = sum(bytes_ for _, bytes_ in found.values())
    for build in sorted(found, key=found.get):
        if taken <= ROOM:
            return
        with suppress(OSError):  # it is used
            if build != spared:
                with held_file(_lock(build), wait=False), held_folder(build):
                    shutil.rmtree(build)
                    taken -= found[build][1]


def _is_sound(build):
    try:
        return (build / "main.sha256").read_text() == sha256(build / "main")
    except (OSError, ValueError):  # a build that is missing or damaged is made again
        return False


def tools(command):
    """Hash of what decides over a program besides its sources: the compiler, and the processor that
    it compiles for."""
    said = subprocess.run(
        [command, "-march=native", "-E", "-v", "-x", "c++", os.devnull], capture_output=True
    )
    return hashlib.sha256(said.stderr).hexdigest()[:24]


def _key(work, command):
    digest = hashlib.sha256(tools(command).encode())
    for path in sorted(work.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(work)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:24]


def _make(work):
    command = ["make", f"-j{len(os.sched_getaffinity(0))}", "main"]
    make = subprocess.Popen(
        command,
        cwd=work,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    )
    try:
        messages, _ = make.communicate()
    except BaseException:  # an interrupt, which must not leave compilers running
        os.killpg(make.pid, signal.SIGKILL)
        make.wait()
        raise
    if make.returncode:
        kept = Path(tempfile.mkdtemp(prefix="snn_brian-failed-")) / "build"
        shutil.copytree(work, kept)
        (kept / "make.log").write_text(messages)
        raise UserError(
            "The C++ compiler failed on the generated code; its messages are in "
            f"{kept / 'make.log'}."
        )
    for leftover in work.rglob("*.o"):
        leftover.unlink()
    (work / "main.sha256").write_text(sha256(work / "main"))
