"""A lock is held by one, and free when its process ends, also when it is killed."""

import subprocess
import sys
from contextlib import suppress

import pytest
from filelock import Timeout

from snn_brian.base.locks import (
    held_file,
    held_folder,
    remove_abandoned_files,
    used_folder,
)

HOLDER = """
import sys, time
from pathlib import Path
from snn_brian.base.locks import held_file, held_folder
path = Path(sys.argv[1])
with held_folder(path) if path.is_dir() else held_file(path, wait=False):
    print(flush=True)
    time.sleep(1000)
"""


@pytest.fixture
def holder():
    """A function that has another process hold a path, and returns that process."""
    started = []

    def hold(path):
        started.append(
            subprocess.Popen([sys.executable, "-c", HOLDER, path], stdout=subprocess.PIPE)
        )
        started[-1].stdout.readline()
        return started[-1]

    yield hold
    for process in started:
        kill(process)
        process.stdout.close()


def kill(process):
    process.kill()
    process.wait()


def test_a_folder_is_held_until_its_process_is_killed(tmp_path, holder):
    process = holder(tmp_path)
    with pytest.raises(Timeout), held_folder(tmp_path):
        pass
    kill(process)
    with held_folder(tmp_path), pytest.raises(Timeout), held_folder(tmp_path):
        pass
    assert not list(tmp_path.iterdir())


def test_a_file_is_held_until_its_process_is_killed(tmp_path, holder):
    path = tmp_path / "a.lock"
    process = holder(path)
    with pytest.raises(Timeout), held_file(path, wait=False):
        pass
    kill(process)
    assert path.exists()
    with held_file(path, wait=False):
        pass
    assert not path.exists()


def test_a_folder_in_use_is_not_held_and_has_any_number_of_users(tmp_path, holder):
    with used_folder(tmp_path), used_folder(tmp_path):
        with pytest.raises(Timeout), held_folder(tmp_path):
            pass
    with held_folder(tmp_path):
        pass
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError), used_folder(tmp_path / "file"):
        pass


def test_who_waits_gets_the_file_when_its_holder_is_killed(tmp_path, holder):
    first = holder(tmp_path / "a.lock")
    code = HOLDER.replace("wait=False", "wait=True")
    waiting = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path / "a.lock"], stdout=subprocess.PIPE
    )
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(1)
        kill(first)
        assert waiting.stdout.readline() == b"\n"  # else the test hangs
        with pytest.raises(Timeout), held_file(tmp_path / "a.lock", wait=False):
            pass
    finally:
        kill(waiting)
        waiting.stdout.close()


def test_lock_files_of_killed_processes_are_removed_and_no_others(tmp_path, holder):
    kill(holder(tmp_path / "dead.lock"))
    holder(tmp_path / "live.lock")
    (tmp_path / "data").write_text("")
    remove_abandoned_files(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"live.lock", "data"}


@pytest.mark.parametrize("name, error", [("none", FileNotFoundError), ("file", OSError)])
def test_what_is_no_folder_is_not_held(tmp_path, name, error):
    (tmp_path / "file").write_text("")
    with pytest.raises(error), held_folder(tmp_path / name):
        pass
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(OSError), held_folder(tmp_path / "link"):
        pass


def test_a_folder_that_its_last_holder_removed_is_not_held(tmp_path, monkeypatch):
    """As when a process opens a folder that another one removes before it is locked."""
    import snn_brian.base.locks as locks

    lock = locks.lock_descriptor

    def late(number, blocking):
        with suppress(FileNotFoundError):
            (tmp_path / "folder").rmdir()
        return lock(number, blocking=blocking)

    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(locks, "lock_descriptor", late)
    with pytest.raises(FileNotFoundError), held_folder(tmp_path / "folder"):
        pass
