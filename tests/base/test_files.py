"""Files appear whole or not at all."""

import hashlib
import json
import os

import pytest

from snn_brian.base.errors import UserError
from snn_brian.base.files import sha256, write_json, written_whole


def test_a_file_appears_when_it_is_complete(tmp_path):
    with written_whole(tmp_path / "file") as file:
        file.write(b"new")
        assert not (tmp_path / "file").exists()
    assert (tmp_path / "file").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_failure_leaves_the_file_as_it_was(tmp_path, error):
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(error), written_whole(tmp_path / "file") as file:
        file.write(b"new")
        raise error
    assert (tmp_path / "file").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_full_disk_is_told_in_a_sentence(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        UserError, match=r"file: this file cannot be written \(No space left on device\); make room"
    ):
        with written_whole(tmp_path / "file") as file:
            file.write(b"new")
    assert os.listdir(tmp_path) == []


def test_writing_at_once_does_no_harm(tmp_path):
    with written_whole(tmp_path / "file") as first, written_whole(tmp_path / "file") as second:
        first.write(b"the first to begin is the last to end")
        second.write(b"other")
    assert (tmp_path / "file").read_bytes() == b"the first to begin is the last to end"
    assert os.listdir(tmp_path) == ["file"]


def test_json_is_indented(tmp_path):
    write_json(tmp_path / "file", {"a": [1, None]})
    assert json.loads((tmp_path / "file").read_text()) == {"a": [1, None]}
    assert (tmp_path / "file").read_text().startswith('{\n  "a": [')


def test_sha256_is_that_of_the_bytes(tmp_path):
    (tmp_path / "file").write_bytes(b"content")
    assert sha256(tmp_path / "file") == hashlib.sha256(b"content").hexdigest()
