"""A folder is there whole or not at all, and never over another."""

import re

import pytest

from snn_brian.base.errors import UserError
from snn_brian.base.new_folder import new_folder, results_path


@pytest.fixture(autouse=True)
def working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("out", [None, "there/are/several"])
def test_it_appears_at_the_end(working_folder, out):
    with new_folder(out, "figure") as (folder, path):
        (folder / "a.csv").write_text("1")
        assert not path.exists()
    assert [each.name for each in path.iterdir()] == ["a.csv"]
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert out is not None or (path.parent.name == "results" and path.name.endswith("-figure"))


@pytest.mark.parametrize("failure", [ValueError, KeyboardInterrupt])
def test_a_failure_leaves_nothing(working_folder, failure):
    with pytest.raises(failure), new_folder("new/folder", "") as (folder, _):
        (folder / "a.csv").write_text("1")
        raise failure
    assert not list(working_folder.iterdir())


def test_what_exists_is_left_alone(working_folder):
    (working_folder / "folder").mkdir()
    (working_folder / "link").symlink_to("nowhere")
    for name in ("folder", "link"):
        with pytest.raises(UserError, match=f"^--out: '{name}' exists"), new_folder(name, ""):
            pass
    assert {path.name for path in working_folder.iterdir()} == {"folder", "link"}


@pytest.mark.parametrize(
    "name", ["file/sub", "/dev/null/sub", "/proc/sub", "n" * 300, "new/" + "n" * 300]
)
def test_a_folder_that_cannot_be_made_is_refused(working_folder, name):
    (working_folder / "file").write_text("")
    with (
        pytest.raises(UserError, match="^--out: '.*' cannot be made .*; name one that can.$"),
        new_folder(name, ""),
    ):
        pass
    assert [path.name for path in working_folder.iterdir()] == ["file"]


def test_results_have_one_name_for_all(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert str(results_path("~/mine", "figure")) == "/home/me/mine"
    default = results_path(None, "mnist-/my own/device.py")
    assert re.fullmatch(r"results/\d{8}-\d{6}-mnist-_my_own_device\.py", str(default))
