"""Scratch folders end with their owner, also with one that was killed, and never sooner."""

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from snn_brian.base.locks import held_folder
from snn_brian.base.scratch import TEMPORARY, remove_abandoned, scratch

OWNER = """
import sys, time
from snn_brian.base.scratch import scratch
with scratch("work-", sys.argv[1]) as folder:
    (folder / "file").write_text("")
    print(flush=True)
    time.sleep(1000)
"""


def test_a_folder_lasts_as_long_as_its_block(tmp_path):
    with pytest.raises(KeyboardInterrupt), scratch("work-", tmp_path) as folder:
        (folder / "sub").mkdir()
        assert list(tmp_path.iterdir()) == [folder]
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


def test_a_folder_goes_where_temporary_files_go(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with scratch("work-") as folder:
        assert folder.parent == tmp_path


def test_a_killed_process_leaves_its_folder_to_the_next_one(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work-file").write_text("")
    owner = subprocess.Popen([sys.executable, "-c", OWNER, tmp_path], stdout=subprocess.PIPE)
    owner.stdout.readline()
    held = set(tmp_path.glob("work-?*")) - {tmp_path / "work-file"}
    with scratch("work-", tmp_path):
        assert len(held) == 1 and all(folder.exists() for folder in held)
    owner.send_signal(signal.SIGKILL)
    owner.communicate()
    assert all(folder.exists() for folder in held)
    with scratch("work-", tmp_path) as own:
        assert set(tmp_path.iterdir()) == {own, tmp_path / "work", tmp_path / "work-file"}


def test_where_temporary_files_go_all_kinds_of_killed_runs_are_cleaned_up(tmp_path, monkeypatch):
    """But no log of a failure, and nothing that may be a user's own."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("snn_brian-events-abc", "snn_brian-run-abc", "snn_brian-failed-abc", "snn_brian-"):
        (tmp_path / name).mkdir()
    with scratch("snn_brian-images-") as own:
        kept = {own.name, "snn_brian-failed-abc", "snn_brian-"}
        assert {path.name for path in tmp_path.iterdir()} == kept
        (tmp_path / "snn_brian-run-live").mkdir()
        with held_folder(tmp_path / "snn_brian-run-live"), scratch("snn_brian-run-"):
            assert (tmp_path / "snn_brian-run-live").exists() and own.exists()


def test_every_kind_is_cleaned_up():
    root = Path(__file__).parents[2]
    sources = [*(root / "snn_brian").rglob("*.py"), *(root / "runs").rglob("*.py")]
    used = re.findall(r"scratch\(\"(snn_brian-\w+-)\"\)", "".join(map(Path.read_text, sources)))
    assert set(used) == set(TEMPORARY)


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("")
    os.symlink(tmp_path / "mine", tmp_path / "work-link")
    remove_abandoned("work-", tmp_path)
    assert (tmp_path / "mine" / "file").exists()


def test_many_at_once_do_not_take_each_other_s(tmp_path):
    def use(number):
        with scratch("work-", tmp_path) as folder:
            (folder / "file").write_text(str(number))
            remove_abandoned("work-", tmp_path)
            return (folder / "file").read_text() == str(number)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(200)))
    assert not list(tmp_path.iterdir())
