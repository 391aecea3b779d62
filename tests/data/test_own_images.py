"""Images of one's own are the arrays of the file, of any shape; what is wrong is one sentence."""

import json
import re
import struct

import h5py
import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.data.datasets import load_data
from snn_brian.data.images import load_images
from snn_brian.job.job import flags, main

KERAS = ("x_train", "y_train", "x_test", "y_test")
MEDMNIST = ("train_images", "train_labels", "test_images", "test_labels")


def arrays(shape=(5, 4), train=12, test=6, classes=3):
    random = np.random.default_rng(0)
    return [
        random.integers(0, 256, (train, *shape), dtype=np.uint8),
        np.arange(train, dtype=np.uint8) % classes,
        random.integers(0, 256, (test, *shape), dtype=np.uint8),
        np.arange(test, dtype=np.uint8) % classes,
    ]


@pytest.fixture
def file(tmp_path):
    def write(names=KERAS, shape=(5, 4), **changes):
        content = dict(zip(names, arrays(shape))) | changes
        path = tmp_path / "mine.npz"
        np.savez(path, **{name: each for name, each in content.items() if each is not None})
        return str(path)

    return write


@pytest.mark.parametrize("names", [KERAS, MEDMNIST])
@pytest.mark.parametrize("shape", [(5, 4), (28, 28), (6, 5, 3), (13,)])
def test_any_shape_under_both_sets_of_names(file, names, shape):
    found = load_data(file(names, shape))
    x_train, y_train, x_test, y_test = arrays(shape)
    np.testing.assert_array_equal(found.train_images, x_train.reshape(12, -1))
    np.testing.assert_array_equal(found.test_images, x_test.reshape(6, -1))
    np.testing.assert_array_equal(found.train_labels, y_train)
    np.testing.assert_array_equal(found.test_labels, y_test)
    assert found.train_images.dtype == np.uint8 and found.train_labels.dtype == np.int32
    assert (found.shape, found.classes, found.name) == (shape, 3, "mine")
    assert found.pixels == np.prod(shape)


@pytest.mark.parametrize(
    "form",
    [
        lambda x: x / 255,
        lambda x: (x / 255).astype(np.float32),
        lambda x: x.astype(np.int64),
        lambda x: np.asfortranarray(x),
        lambda x: x.astype(">u2"),
    ],
)
def test_all_forms_of_the_same_images_are_the_same(file, form):
    x_train, y_train, x_test, _ = arrays()
    other = file(x_train=form(x_train), x_test=form(x_test), y_train=y_train[:, None])
    assert load_data(other).sha256 == load_data(file()).sha256


def test_booleans_are_dark_and_bright(file):
    x_train, _, x_test, _ = (each > 127 for each in arrays())
    found = load_data(file(x_train=x_train, x_test=x_test))
    np.testing.assert_array_equal(found.train_images, 255 * x_train.reshape(12, -1))


def test_hdf5_holds_the_same(file, tmp_path):
    with h5py.File(tmp_path / "mine.h5", "w") as other:
        for name, each in zip(KERAS, arrays()):
            other[name] = each
    assert load_data(str(tmp_path / "mine.h5")).sha256 == load_data(file()).sha256


def test_some_of_them(file):
    x_train, y_train, _, _ = arrays()
    found = load_data(file(), train=7, validation=3)
    np.testing.assert_array_equal(found.train_images, x_train[:7].reshape(7, -1))
    np.testing.assert_array_equal(found.test_images, x_train[9:].reshape(3, -1))
    np.testing.assert_array_equal(found.test_labels, y_train[9:])
    assert found.classes == 3 and found.validation == 3
    with pytest.raises(UserError, match="--train: 13 .* from 1 to 12.* mine"):
        load_data(file(), train=13)


X, Y = arrays()[:2]
BAD = [
    (dict(x_test=None, y_test=None), "lacks x_test, y_test; it must hold x_train"),
    (
        dict(x_train=X.astype(float)),
        "x_train holds float64 from 0 to 255; .*from 0 to 1, e.g. x_train/255",
    ),
    (dict(x_train=X - 300.0), "x_train holds float64 from -300 to -45; give whole"),
    (dict(x_train=X.astype(int) * 2), "x_train holds int64 from 0 to 510; give whole"),
    (dict(x_train=np.where(X > 250, np.nan, X / 255)), "float64 from nan to nan; give finite"),
    (dict(x_train=np.where(X > 250, np.inf, X / 255)), "float64 from 0 to inf; give finite"),
    (dict(x_train=X.astype(complex)), "x_train holds complex128"),
    (dict(x_train=X.astype(str)), "x_train holds <U3"),
    (dict(x_train=np.array([None] * 12)[:, None]), "x_train holds object"),
    (dict(x_train=X[:, 0, 0]), r"x_train has the shape \(12,\)"),
    (dict(x_train=X[:0]), r"x_train has the shape \(0, 5, 4\)"),
    (dict(x_train=X[:11]), "x_train has 11 images, but y_train has 12 labels"),
    (dict(x_test=X[:6, :4]), r"images of the shape \(5, 4\), but x_test of \(4, 4\)"),
    (dict(x_train=X // 16), "x_train holds uint8 from 0 to 15, .*brightness is 255.*x_train/15"),
    (dict(x_train=X // 255), "x_train holds uint8 from 0 to 1, .*x_train/1 "),
    (dict(x_train=X / 2550), "x_train holds float64 from 0 to 0.1, .*brightness is 1"),
    (dict(x_train=X * 0), "x_train holds uint8 from 0 to 0, .* scale all images.$"),
    (dict(y_train=Y.astype(float)), "y_train holds float64; give whole numbers"),
    (dict(y_train=np.eye(3, dtype=int)[Y]), r"y_train has the shape \(12, 3\)"),
    (dict(y_train=Y.astype(int) - 1), "y_train holds -1; give classes from 0"),
    (dict(y_train=Y.astype(int) + 40000), "y_train holds 40000; give classes"),
    (dict(y_train=Y + 1), "labels go to 3, but the training set has none of class 0"),
    (dict(y_train=Y * 2), "labels go to 4, but the training set has none of class 1"),
    (dict(y_test=Y[:6] + 1), "labels go to 3, but the training set has none of class 3"),
]


@pytest.mark.parametrize("changes, said", BAD, ids=[said for _, said in BAD])
def test_what_is_wrong_is_told_with_the_array(file, changes, said):
    with pytest.raises(UserError, match=said) as caught:
        load_data(file(**changes))
    sentence = str(caught.value)
    assert "mine.npz: " in sentence and sentence.endswith(".") and "\n" not in sentence


def test_digits_of_scikit_learn_are_told_their_range(file):
    """8 x 8, floating-point numbers from 0 to 16, and the mend works."""
    digits = np.random.default_rng(1).integers(0, 17, (12, 8, 8)).astype(float)
    with pytest.raises(UserError, match="float64 from 0 to 16; .* from 0 to 1, e.g. x_train/16.$"):
        load_data(file(x_train=digits, x_test=digits[:6]))
    found = load_data(file(x_train=digits / 16, x_test=digits[:6] / 16))
    np.testing.assert_array_equal(found.train_images, np.rint(digits * 255 / 16).reshape(12, -1))


def test_a_damaged_file_is_told(file, tmp_path):
    path = file()
    content = bytearray(open(path, "rb").read())
    content[300] ^= 255  # in the pixels, which the archive has a checksum of
    open(path, "wb").write(content)
    with pytest.raises(UserError, match="mine.npz: cannot be read as .npz"):
        load_data(path)


# folders of idx files


def idx_file(array):
    return (
        bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + bytes(array)
    )


@pytest.fixture
def folder(tmp_path):
    def write(shape=(20, 20), test="t10k", ending=("-idx3-ubyte", "-idx1-ubyte"), **changes):
        raw = tmp_path / "raw"
        raw.mkdir(exist_ok=True)
        names = [
            f"{part}-{what}{end}"
            for part in ("train", test)
            for what, end in zip(("images", "labels"), ending)
        ]
        for name, each in (dict(zip(names, map(idx_file, arrays(shape)))) | changes).items():
            (raw / name).write_bytes(each)
        return str(raw)

    return write


@pytest.mark.parametrize("shape", [(20, 20), (7, 9, 3), (11,)])
@pytest.mark.parametrize(
    "test, ending", [("t10k", ("-idx3-ubyte", "-idx1-ubyte")), ("test", ("", ""))]
)
def test_a_folder_of_idx_files_of_any_size(folder, shape, test, ending):
    found = load_data(folder(shape, test, ending))
    for array, expected in zip(
        (found.train_images, found.train_labels, found.test_images, found.test_labels),
        arrays(shape),
    ):
        np.testing.assert_array_equal(array, expected.reshape(array.shape))
    assert found.shape == shape and found.classes == 3


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"train-images.gz": b""}, "must hold one unpacked idx file train-images.*, but has"),
        (
            {"train-labels-idx1-ubyte": b"\0\0\x0d\1\0\0\0\0"},
            "train-labels.*: this is no idx file of bytes",
        ),
        ({"train-labels-idx1-ubyte": b""}, "train-labels.*: this is no idx file of bytes"),
        (
            {"train-labels-idx1-ubyte": idx_file(Y)[:-1]},
            "has 19 bytes, but its header announces 20",
        ),
        (
            {"train-labels-idx1-ubyte": idx_file(Y[:5])},
            "has 12 images, but train-labels.* has 5 labels",
        ),
    ],
)
def test_what_is_wrong_with_a_folder(folder, changes, said):
    with pytest.raises(UserError, match=said):
        load_data(folder(**changes))


def test_images_of_another_size_are_sent_to_their_folder_and_not_deleted(tmp_path, folder):
    raw = tmp_path / "MNIST" / "raw"
    raw.parent.mkdir()
    (tmp_path / folder()).rename(raw)
    with pytest.raises(
        UserError, match="20 x 20 pixels.* name their folder by --dataset.$"
    ) as caught:
        load_images("mnist", data_root=tmp_path)
    assert not re.search("delete|replace", str(caught.value))
    assert load_data(str(raw)).shape == (20, 20)


# through the whole job


@pytest.mark.parametrize("encoding", ["threshold", "current"])
def test_everything_downstream_follows_the_data(file, tmp_path, encoding, monkeypatch):
    """Shape, channels and classes; resumed from another folder."""
    given = [
        "--dataset",
        "mine.npz",
        "--encoding",
        encoding,
        "--layers",
        "7,6",
        "--target",
        "numpy",
    ]
    given += ["--batch", "3", "--record", "inputs.pixel[0:3]@0:2", "--out", "run"]
    file(shape=(3, 4, 2))
    monkeypatch.chdir(tmp_path)
    main(flags().parse_args([*given, "--epochs", "1"]))
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    assert config["data"]["shape"] == [3, 4, 2] and config["data"]["classes"] == 3
    assert config["arguments"]["dataset"] == str(tmp_path / "mine.npz")
    last = np.load(tmp_path / "run" / "checkpoints" / "memristive" / "epoch_001.npz")
    assert last["G_plus_1"].shape == (24, 7) and last["J_2"].shape == (6, 3)
    pixels = np.load(tmp_path / "run" / "records" / "memristive.npz")["inputs.pixel"]
    np.testing.assert_allclose(pixels[:, 0], arrays((3, 4, 2))[2].reshape(6, -1)[:2, :3] / 255)
    assert {path.name for path in (tmp_path / "run" / "figures").iterdir()} >= {"conductances.png"}
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    main(flags().parse_args(["--resume", str(tmp_path / "run"), "--epochs", "2"]))
    rows = (tmp_path / "run" / "metrics.csv").read_text().splitlines()
    assert len(rows) == 1 + 2 * 3 * 2
