"""runs/documentation.py builds the site without a warning; pages and docstrings become rST."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pages import docstrings, links, percent

ROOT = Path(__file__).parents[1]


def test_a_small_site(tmp_path):
    for name in ("sphinx", "sphinx_gallery", "furo", "myst_parser"):
        pytest.importorskip(name)
    packages = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    command = [sys.executable, str(ROOT / "runs" / "documentation.py"), "--page", "01_device"]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "site")],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": packages},
    )
    assert done.returncode == 0, done.stderr
    pages = tmp_path / "site" / "html"
    page = (pages / "gallery" / "01_device.html").read_text()
    assert "<h1>One device and its pulses" in page and "sphx_glr_01_device_001.png" in page
    for name in ("index", "runs", "models", "house", "changelog"):
        assert (pages / f"{name}.html").exists()
    reference = (pages / "reference" / "snn_brian.train.arm.html").read_text()
    assert 'id="snn_brian.train.arm.Arm.seeing"' in reference


def test_without_sphinx_it_is_told(tmp_path):
    code = (
        "import sys; sys.modules['furo'] = None; sys.argv = ['x', '--out', sys.argv[1]]\n"
        "import documentation\n"
        "documentation.run(documentation.main, documentation.flags)"
    )
    packages = os.pathsep.join([str(ROOT / "runs"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "site")],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": packages},
    )
    assert done.returncode == 2 and "furo" in done.stderr and "is not installed" in done.stderr


@pytest.mark.parametrize("page", sorted((ROOT / "runs" / "gallery").glob("*.py")))
def test_a_page_keeps_its_code(page):
    text = page.read_text()
    made = percent.sphinx_page(text)
    one, other = (ast.parse(each).body for each in (text, made))
    assert ast.get_docstring(ast.parse(made)).startswith(text.split("\n")[1].removeprefix("# # "))
    assert [ast.unparse(each) for each in one] == [ast.unparse(each) for each in other[1:]]


def test_prose_becomes_rst():
    said = percent.rst("## A `title`\n\nSee [there](http://x.org/y) and `w_1`.")
    assert said == ("A ``title``\n-----------\n\nSee `there <http://x.org/y>`__ and ``w_1``.")


def test_docstrings_become_rst():
    said = docstrings.rst(
        [
            "Of *train*.h5, `a*b` and G_:",
            "",
            "    f(x)",
            "",
            "| a | b |",
            "| --- | --- |",
            "| 1 | |",
        ]
    )
    assert said[:5] == [r"Of \*train\*.h5, `a*b` and G\_:", "", "::", "", "    f(x)"]
    assert said[6:] == [
        "",
        ".. list-table::",
        "   :header-rows: 1",
        "",
        "   * - a",
        "     - b",
        "   * - 1",
        "     -",
        "",
    ]


def test_links_that_lead_nowhere(tmp_path):
    (tmp_path / "a.html").write_text(
        '<p id="here"><a href="b.html#there"><a href="#here"><a href="http://x.org/no">'
        '<a href="c.html"><a href="#nowhere"><img src="d.png">'
    )
    (tmp_path / "b.html").write_text('<p id="there"><a href="a.html#nowhere">')
    assert links.broken(tmp_path) == [
        "a.html: c.html",
        "a.html: #nowhere",
        "a.html: d.png",
        "b.html: a.html#nowhere",
    ]
