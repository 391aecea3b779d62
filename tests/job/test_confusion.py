"""Confusion matrices as a table that says what it was made of, and as a picture."""

import csv
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.image import imread

from snn_brian.base.errors import UserError
from snn_brian.base.files import write_table
from snn_brian.job import confusion

pytestmark = pytest.mark.pictures

COUNTS = np.array([[[3, 1, 0], [0, 2, 2], [0, 0, 0]], [[4, 0, 0], [1, 1, 2], [0, 0, 0]]])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "confusion").mkdir()
    write_table(tmp_path / "confusion" / "memristive.csv", confusion.table(COUNTS))
    return tmp_path


def test_the_table(folder):
    rows = list(csv.reader(open(folder / "confusion" / "memristive.csv")))
    assert rows[0] == ["layer", "label", "images", "accuracy", "as_0", "as_1", "as_2"]
    assert rows[1] == ["1", "0", "4", "0.750000", "3", "1", "0"]
    assert rows[3] == ["1", "2", "0", "", "0", "0", "0"]
    assert rows[5] == ["2", "1", "4", "0.250000", "1", "1", "2"]
    assert np.array_equal(confusion.read(folder, "memristive"), COUNTS)


@pytest.mark.parametrize("text", ["", "layer,label\n", "layer,as_0\n0,1\n", "layer,as_0\n1,x\n"])
def test_a_damaged_table_is_told(folder, text):
    (folder / "confusion" / "memristive.csv").write_text(text)
    with pytest.raises(UserError, match="memristive.csv is damaged"):
        confusion.read(folder, "memristive")


def test_a_run_without_one_is_told(folder):
    with pytest.raises(UserError, match="has no confusion/baseline.csv: the run has not ended"):
        confusion.read(folder, "baseline")


@pytest.mark.parametrize("layers, classes", [(1, 2), (2, 10), (4, 30), (12, 3)])
def test_any_number_of_layers_and_classes_is_drawn(tmp_path, layers, classes):
    counts = np.random.default_rng(0).integers(0, 9, (layers, classes, classes))
    confusion.draw(counts, "baseline", tmp_path / "picture.png")
    picture = imread(tmp_path / "picture.png")
    assert picture.shape[1] == 2160 and picture.min() < 0.3


def test_of_too_many_classes_none_is_written(tmp_path):
    training = SimpleNamespace(structure=SimpleNamespace(classes=1001))
    assert confusion.save(tmp_path, "baseline", training) is None
    assert list(tmp_path.iterdir()) == []
