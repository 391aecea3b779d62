"""runs/gallery/: every page runs, as a script and as a notebook, and leaves nothing behind."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "runs" / "gallery").glob("*.py"))
by_name = pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty folder to work in, whose folder for temporary files is its neighbour."""
    for name in ("here", "temporary"):
        (tmp_path / name).mkdir()
    packages = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    monkeypatch.setenv("PYTHONPATH", packages)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    # which torch makes when a page is the first to read MNIST
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path / "torch"))
    return tmp_path / "here"


def needs(page):
    """A page whose packages are missing is skipped."""
    if "from sklearn" in page.read_text():
        pytest.importorskip("sklearn")


def left(place):
    """Whatever a page has left, but for the folder of locks that dask leaves after any sweep."""
    found = [*place.iterdir(), *(place.parent / "temporary").iterdir()]
    locks = {"dask-scratch-space": {"global.lock", "purge.lock"}}
    return [
        path
        for path in found
        if path.name not in locks or {each.name for each in path.iterdir()} - locks[path.name]
    ]


def test_there_are_pages():
    assert len(PAGES) >= 10


@by_name
def test_a_page_runs(page, place, monkeypatch):
    needs(page)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning:__main__", str(page)],
        cwd=place,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    assert left(place) == []


@by_name
def test_a_page_is_prose_and_code_without_flags(page):
    text = page.read_text()
    assert text.startswith("# %% [markdown]\n# # ")
    assert "argparse" not in text and "__main__" not in text
    assert len(re.findall(r"^# %%$", text, re.M)) >= 2


@by_name
def test_a_page_becomes_a_notebook_and_comes_back(page):
    jupytext = pytest.importorskip("jupytext")
    notebook = jupytext.reads(page.read_text(), "py:percent")
    kinds = [cell.cell_type for cell in notebook.cells]
    assert kinds[0] == "markdown" and "code" in kinds
    written = jupytext.writes(jupytext.reads(jupytext.writes(notebook, "ipynb"), "ipynb"), "py")
    again = jupytext.reads(written, "py")
    assert [(cell.cell_type, cell.source) for cell in again.cells] == [
        (cell.cell_type, cell.source) for cell in notebook.cells
    ]


@by_name
def test_a_page_runs_as_a_notebook(page, place):
    jupytext = pytest.importorskip("jupytext")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    needs(page)
    notebook = jupytext.reads(page.read_text(), "py:percent")
    client = nbclient.NotebookClient(
        notebook, timeout=None, kernel_name="python3", resources={"metadata": {"path": str(place)}}
    )
    client.execute()
    shown = [each for cell in notebook.cells for each in cell.get("outputs", [])]
    drawn = sum("image/png" in each.get("data", {}) for each in shown)
    assert drawn == page.read_text().count("plt.show()")
    assert list(place.iterdir()) == []
