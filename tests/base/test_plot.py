"""Pictures and tables are whole files in the project's style."""

import csv

import numpy as np
import pytest
from matplotlib import rcParams
from matplotlib.figure import Figure

from snn_brian.base.files import write_table
from snn_brian.base.plot import mark_range, picture, write_png

pytestmark = pytest.mark.pictures


def test_a_picture_has_its_size_and_style(tmp_path):
    before = dict(rcParams)
    with picture(tmp_path / "a.png", 2, 1) as figure:
        axes = figure.add_subplot()
        axes.plot([0, 1])
        assert not axes.spines["top"].get_visible()
    content = (tmp_path / "a.png").read_bytes()
    assert content.startswith(b"\x89PNG") and content[16:24] == bytes(
        [0, 0, 2, 88, 0, 0, 1, 44]
    )  # 600 x 300 pixels
    assert dict(rcParams) == before


def test_a_picture_that_fails_is_not_there(tmp_path):
    with pytest.raises(ZeroDivisionError), picture(tmp_path / "a.png", 2, 1):
        1 / 0
    assert not list(tmp_path.iterdir())


def test_a_table_gives_back_its_numbers(tmp_path):
    values = np.random.default_rng(0).standard_normal(5)
    write_table(tmp_path / "a.csv", {"n": range(5), "G_nS": values})
    with open(tmp_path / "a.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["n"]) for row in rows] == list(range(5))
    assert [float(row["G_nS"]) for row in rows] == values.tolist()
    with pytest.raises(ValueError):
        write_table(tmp_path / "b.csv", {"n": range(4), "G_nS": values})
    assert not (tmp_path / "b.csv").exists()


def test_ends_of_the_range_are_marked(tmp_path):
    with picture(tmp_path / "a.png", 2, 1) as figure:
        axes = figure.add_subplot()
        mark_range(axes, 674, 33)
        assert [line.get_ydata()[0] for line in axes.lines] == [674, 33]
        assert [text.get_text() for text in axes.texts] == [r"$G_{\max}$", r"$G_{\min}$"]


def test_a_picture_is_that_of_matplotlib(tmp_path):
    """To the bit, though it is drawn once: with a layout, an image that keeps its shape, a legend
    and a colour bar."""

    def drawn():
        figure = Figure((3, 2), layout="constrained")
        left, right = figure.subplots(1, 2)
        left.semilogy([1, 20, 300], label="a")
        left.legend()
        figure.colorbar(right.imshow(np.arange(6).reshape(2, 3)), label="b")
        figure.suptitle("c")
        return figure

    with open(tmp_path / "ours.png", "wb") as file:
        write_png(drawn(), file)
    drawn().savefig(tmp_path / "theirs.png", dpi=300)
    assert (tmp_path / "ours.png").read_bytes() == (tmp_path / "theirs.png").read_bytes()
