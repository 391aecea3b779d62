"""Compiled programs are kept under a key of their sources and tools, made once, whole or not at
all.

A shell script stands in for the compiler, which is tried itself wherever networks are compiled.
"""

import fcntl
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest
from processes import wait_until_gone

from snn_brian.base.errors import UserError
from snn_brian.simulate import build_cache as build

COMPILER = """#!/bin/sh
case "$*" in *" -E "*) echo version 1 >&2; exit;; esac
echo "$@" >> "$LOG"
[ -n "$BROKEN" ] && { echo 'no such thing' >&2; exit 1; }
[ -n "$INTERRUPT" ] && { echo $$ > "$LOG.pid"; exec sleep 1000; }
while [ "$1" != -o ]; do shift; done
touch "$2"
"""


class Compiler:
    def __init__(self, folder, monkeypatch):
        self.log, self.builds, self.temporary = (
            folder / "log",
            folder / "cache" / "builds",
            folder / "temporary",
        )
        self.command = folder / "compiler"
        self.command.write_text(COMPILER)
        self.command.chmod(0o755)
        self.temporary.mkdir()
        monkeypatch.setenv("CXX", str(self.command))
        monkeypatch.setenv("LOG", str(self.log))
        monkeypatch.setenv("SNN_BRIAN_CACHE", str(folder / "cache"))
        monkeypatch.setattr(build.tempfile, "tempdir", str(self.temporary))

    def links(self):
        """How many programs it has made."""
        return (
            sum(line.endswith("-o main") for line in self.log.read_text().splitlines())
            if self.log.exists()
            else 0
        )

    def left(self):
        """What is in the cache."""
        return list(self.builds.iterdir())


@pytest.fixture
def compiler(tmp_path, monkeypatch):
    return Compiler(tmp_path, monkeypatch)


def sources(text="int main;"):
    def generate(folder):
        (folder / "code_objects").mkdir()
        (folder / "static_arrays").mkdir()
        (folder / "static_arrays" / "values").write_text("much")
        (folder / "main.cpp").write_text(text)
        (folder / "code_objects" / "part.cpp").write_text("int part;")

    return generate


def test_a_program_is_compiled_once(compiler):
    first = build.compiled(sources())
    assert build.compiled(sources()) == first and (first / "main").exists()
    assert compiler.links() == 1 and compiler.left() == [first]
    assert (
        not list(first.rglob("*.o"))
        and not list(first.glob("*.gch"))
        and not (first / "static_arrays").exists()
    )


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_are_compiled_in(compiler, threads):
    build.compiled(sources(), threads)
    assert ("-fopenmp" in compiler.log.read_text().split()) == (threads > 1)


def test_other_sources_threads_or_compilers_give_other_programs(compiler):
    made = [
        build.compiled(sources()),
        build.compiled(sources("int other;")),
        build.compiled(sources(), threads=2),
    ]
    compiler.command.write_text(COMPILER.replace("version 1", "version 2"))
    made.append(build.compiled(sources()))
    assert len(set(made)) == compiler.links() == 4


def test_a_program_that_is_asked_for_at_once_is_compiled_once(compiler):
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: build.compiled(sources()), range(4)))
    assert len(made) == compiler.links() == 1 and compiler.left() == list(made)


def parts(number, use=None):
    """A build of its own, last used so many hours after another."""
    made = build.compiled(sources(f"int part{number};"), use=use)
    os.utime(made, (3600 * number, 3600 * number))
    return made


def test_builds_that_were_not_used_longest_make_room(compiler, monkeypatch):
    first, second, third = (parts(number) for number in range(3))
    each = sum(path.stat().st_size for path in first.rglob("*"))
    assert build.compiled(sources("int part0;")) == first  # used again, now
    monkeypatch.setattr(build, "ROOM", 3.5 * each)
    fourth = parts(4)
    assert set(compiler.left()) == {first, third, fourth}
    links = compiler.links()
    assert parts(2) == third and compiler.links() == links  # no new one, none removed
    monkeypatch.setattr(build, "ROOM", 0)
    assert set(compiler.left()) == {first, third, fourth}
    fifth = parts(5)
    assert compiler.left() == [fifth]


def test_a_build_in_use_is_not_removed(compiler, monkeypatch):
    """By an object of this process; by another process, until it is killed."""
    monkeypatch.setattr(build, "ROOM", 0)
    with ExitStack() as use:
        own = parts(0, use)
        code = PROCESS.replace("(generate)", "(generate, use=stack), flush=True")
        code += "\nsys.stdin.read()"
        code = "from contextlib import ExitStack\nstack = ExitStack()\n" + code
        other = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        foreign = Path(other.stdout.readline().strip())
        assert own.exists() and foreign.exists()
        third = parts(2)
        assert set(compiler.left()) == {own, foreign, third}
    other.kill()
    other.communicate()
    fourth = parts(3)
    assert compiler.left() == [fourth]


@pytest.mark.parametrize(
    "damage",
    [
        lambda build: (build / "main").unlink(),
        lambda build: (build / "main").write_bytes(b"other"),
        lambda build: (build / "main.sha256").unlink(),
        lambda build: (build / "main.sha256").write_bytes(b"\xff"),
    ],
)
def test_a_damaged_build_is_made_again(compiler, damage):
    program = build.compiled(sources()) / "main"
    damage(program.parent)
    build.compiled(sources())
    assert program.read_bytes() == b"" and compiler.links() == 2
    build.compiled(sources())
    assert compiler.links() == 2


def test_what_killed_processes_left_is_removed(compiler):
    compiler.builds.mkdir(parents=True)
    (compiler.builds / ".work-killed").mkdir()
    (compiler.builds / "0123.lock").write_text("")
    with open(compiler.builds / "4567.lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        made = build.compiled(sources())
        assert set(compiler.builds.iterdir()) == {made, Path(held.name)}


def test_what_the_compiler_says_is_kept(compiler, monkeypatch):
    monkeypatch.setenv("BROKEN", "yes")
    with pytest.raises(
        UserError, match=r"^The C\+\+ compiler failed .* its messages are in .*/make.log.$"
    ) as caught:
        build.compiled(sources())
    log = Path(str(caught.value).split()[-1].rstrip("."))
    assert "no such thing" in log.read_text() and (log.parent / "main.cpp").exists()
    assert compiler.left() == []


def test_an_interrupt_leaves_no_compiler_and_no_folder(compiler, monkeypatch):
    started = Path(f"{compiler.log}.pid")

    class Interrupted(subprocess.Popen):
        def communicate(self, *args, **options):
            if self.args[0] == "make":
                while not (started.exists() and started.read_text()):
                    assert self.poll() is None
                raise KeyboardInterrupt
            return super().communicate(*args, **options)

    monkeypatch.setenv("INTERRUPT", "yes")
    monkeypatch.setattr(build.subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        build.compiled(sources())
    assert compiler.left() == []
    wait_until_gone(int(started.read_text()))


@pytest.mark.parametrize(
    "missing, there", [("g++", ["make"]), ("make", ["g++"]), ("clang++ -x", ["g++", "make"])]
)
def test_missing_tools_are_named(tmp_path, monkeypatch, missing, there):
    for name in there:
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    if " " in missing:
        monkeypatch.setenv("CXX", missing)
    with pytest.raises(UserError) as caught:
        build.compiler()
    assert str(caught.value).startswith(
        f"--target: 'cpp_standalone' needs a C++ compiler and make, but '{missing}' was not "
        "found; install them"
    )
    assert "choose --target numpy." in str(caught.value)


PROCESS = """
import sys
from pathlib import Path
from snn_brian.simulate import build_cache

def generate(folder):
    for name in ("code_objects", "static_arrays"):
        (folder / name).mkdir()
    (folder / "main.cpp").write_text("int main;")

print(build_cache.compiled(generate))
"""


def test_two_processes_that_ask_at_once_have_it_compiled_once(compiler, monkeypatch):
    """Also after a third one was killed while it compiled."""
    go = compiler.log.with_name("go")
    slow = COMPILER.replace("while [", f'until [ -e "{go}" ]; do sleep 0.02; done\nwhile [', 1)
    compiler.command.write_text(slow)

    def start():
        return subprocess.Popen([sys.executable, "-c", PROCESS], stdout=subprocess.PIPE, text=True)

    killed = start()
    while not compiler.log.exists():
        assert killed.poll() is None
    for process in [
        psutil.Process(killed.pid),
        *psutil.Process(killed.pid).children(recursive=True),
    ]:
        with suppress(psutil.NoSuchProcess):  # it was about to end
            process.kill()
    killed.communicate()
    others = [start(), start()]
    go.touch()
    made = {other.communicate()[0].strip() for other in others}
    assert len(made) == compiler.links() == 1
    assert [str(path) for path in compiler.left()] == list(made)
