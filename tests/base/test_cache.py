"""The cache folder: where it lies, and what a user is told where it cannot be used."""

import os
from pathlib import Path

import pytest

from snn_brian.base import cache
from snn_brian.base.errors import UserError


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.delenv("SNN_BRIAN_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.parametrize("kind", ["data", "builds"])
def test_lies_in_the_home_folder_by_default(home, kind):
    assert cache.folder(kind) == home / ".cache" / "snn_brian" / kind
    assert cache.folder(kind).is_dir()


def test_xdg_cache_home_comes_before_home(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache.folder("data") == tmp_path / "xdg" / "snn_brian" / "data"


def test_relative_xdg_cache_home_is_ignored(monkeypatch, home):
    monkeypatch.setenv("XDG_CACHE_HOME", "xdg")
    assert cache.folder("data") == home / ".cache" / "snn_brian" / "data"


def test_own_variable_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("SNN_BRIAN_CACHE", str(tmp_path / "own"))
    assert cache.folder("builds") == tmp_path / "own" / "builds"
    assert not (tmp_path / "xdg").exists()


def test_own_variable_may_be_relative_or_start_with_a_tilde(monkeypatch, tmp_path, home):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SNN_BRIAN_CACHE", "own")
    assert cache.folder("data") == Path.cwd() / "own" / "data"
    monkeypatch.setenv("SNN_BRIAN_CACHE", "~/own")
    assert cache.folder("data") == home / "own" / "data"


def test_folder_that_cannot_be_created(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SNN_BRIAN_CACHE", str(tmp_path / "file"))
    with pytest.raises(
        UserError, match=r"^SNN_BRIAN_CACHE: .*data' cannot be created \(.+\); set .*\.$"
    ):
        cache.folder("data")


def test_folder_that_cannot_be_written(monkeypatch, tmp_path):
    monkeypatch.setenv("SNN_BRIAN_CACHE", str(tmp_path))
    # root may write everywhere, so that a mode of 0o500 would show nothing where tests run as root
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    with pytest.raises(UserError, match=r"^SNN_BRIAN_CACHE: .*data' cannot be written; set .*\.$"):
        cache.folder("data")
