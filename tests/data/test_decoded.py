"""What was read once is kept, for these raw files only, and no state of the cache does harm."""

import os
import threading

import numpy as np
import pytest
from raw_files import TEST, TRAIN, assert_equal, small, write_raw

from snn_brian.data.decoded import NAMES, decoded
from snn_brian.data.sources import SOURCES


@pytest.fixture
def ask(tmp_path):
    """ask() gives what is decoded; ask.reads counts how often that was not in the cache."""
    write_raw(tmp_path)

    def ask(dataset="mnist"):
        def read():
            ask.reads += 1
            return small(dataset)

        return decoded(dataset, SOURCES["mnist"].pairs(tmp_path), [TRAIN, TEST], read)

    ask.reads = 0
    return ask


@pytest.fixture
def kept(ask, data_cache):
    """The file that holds what was read."""
    ask()
    (file,) = (data_cache / "decoded").iterdir()
    assert file.suffix == ".npz"
    return file


def test_what_was_read_is_kept(ask, kept):
    assert_equal(ask(), small())
    assert ask.reads == 1


@pytest.mark.parametrize("which", range(4))
def test_another_raw_file_is_read_anew(ask, kept, tmp_path, which):
    file = sorted((tmp_path / "MNIST" / "raw").iterdir())[which]
    file.write_bytes(file.read_bytes()[:-1] + b"\7")
    ask()
    assert ask.reads == 2 and len(list(kept.parent.iterdir())) == 2


def test_the_same_raw_files_in_another_data_set_are_read_anew(ask, kept):
    assert_equal(ask("emnist"), small("emnist"))
    assert_equal(ask("mnist"), small("mnist"))
    assert ask.reads == 2


def test_damaged_bytes_are_noticed(ask, kept):
    content = kept.read_bytes()
    # the list of the arrays is at the end
    for place in [*range(0, len(content), 400), *range(len(content) - 300, len(content), 7)]:
        kept.write_bytes(content[:place] + bytes([content[place] ^ 0x41]) + content[place + 1 :])
        assert_equal(ask(), small())


def archive(**changes):
    def write(path):
        np.savez(path, **(dict(zip(NAMES, small())) | changes))

    return write


DAMAGE = {
    "empty": lambda path: path.write_bytes(b""),
    "no archive": lambda path: path.write_text("<!DOCTYPE html>"),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "one bit of a pixel": lambda path: path.write_bytes(
        (content := path.read_bytes())[:5000] + bytes([content[5000] ^ 1]) + content[5001:]
    ),
    "array missing": lambda path: np.savez(path, train_images=small()[0]),
    "one array": lambda path: np.save(path.open("wb"), small()[0]),
    "fewer images": archive(test_images=small()[2][:-1]),
    "other type": archive(test_labels=small()[3].astype(np.int64)),
    "other byte order": archive(
        test_labels=small()[3].astype(">i4" if np.little_endian else "<i4")
    ),
    "pickle": archive(train_labels=np.full(TRAIN, None)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_file_heals(ask, kept, damage):
    content = kept.read_bytes()
    DAMAGE[damage](kept)
    assert_equal(ask(), small())
    assert ask.reads == 2
    assert kept.read_bytes() == content
    ask()
    assert ask.reads == 2


def test_keeping_at_once_does_no_harm(ask, data_cache, monkeypatch):
    replace, barrier, results = os.replace, threading.Barrier(2, timeout=10), []

    def together(temporary, target):
        barrier.wait()  # both have written before either puts its file in place
        replace(temporary, target)

    monkeypatch.setattr(os, "replace", together)
    threads = [threading.Thread(target=lambda: results.append(ask())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ask.reads == 2 and len(results) == 2
    assert len(list((data_cache / "decoded").iterdir())) == 1
    assert_equal(ask(), small())
    assert ask.reads == 2


# a cache that cannot be used


def test_full_disk(ask, data_cache, monkeypatch, capfd):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert_equal(ask(), small())
    assert list((data_cache / "decoded").iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_folder_in_place_of_the_file(ask, kept):
    kept.unlink()
    kept.mkdir()
    assert_equal(ask(), small())
    assert ask.reads == 2


def test_file_in_place_of_the_folder(ask, data_cache):
    data_cache.parent.write_text("no folder")
    assert_equal(ask(), small())
    assert ask.reads == 1
