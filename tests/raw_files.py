"""Small data sets in torchvision's layout, an empty cache for them, and no network."""

import struct
import urllib.error
import urllib.request

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.data import torchvision_import

FOLDERS = {
    "mnist": "MNIST",
    "fashion-mnist": "FashionMNIST",
    "kmnist": "KMNIST",
    "emnist": "EMNIST",
}
TRAIN, TEST = 12, 11


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)


@pytest.fixture(autouse=True)
def data_cache(monkeypatch, tmp_path):
    """The cache's folder for data, which is not there yet."""
    monkeypatch.setenv("SNN_BRIAN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "data"


def images_of(count, seed):
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)


def labels_of(count):
    return np.arange(count, dtype=np.uint8) % 10


def image_idx(images):
    return struct.pack(">4I", 0x803, *images.shape) + images.tobytes()


def label_idx(labels):
    return struct.pack(">2I", 0x801, len(labels)) + labels.tobytes()


def idx_files(dataset):
    """The content of the four raw files of a small data set, by file name."""
    prefixes = (
        ("emnist-digits-train", "emnist-digits-test") if dataset == "emnist" else ("train", "t10k")
    )
    files = {}
    for seed, (prefix, count) in enumerate(zip(prefixes, (TRAIN, TEST))):
        files[f"{prefix}-images-idx3-ubyte"] = image_idx(images_of(count, seed))
        files[f"{prefix}-labels-idx1-ubyte"] = label_idx(labels_of(count))
    return files


def write_raw(root, dataset="mnist"):
    raw = root / FOLDERS[dataset] / "raw"
    raw.mkdir(parents=True)
    for name, content in idx_files(dataset).items():
        (raw / name).write_bytes(content)
    return raw


def small(dataset="mnist"):
    """The four arrays of that data set, as they are to be read."""
    axes = (0, 2, 1) if dataset == "emnist" else (0, 1, 2)
    arrays = []
    for seed, count in enumerate((TRAIN, TEST)):
        arrays += [
            images_of(count, seed).transpose(axes).reshape(count, 784),
            labels_of(count).astype(np.int32),
        ]
    return arrays


def assert_equal(arrays, expected):
    for array, other in zip(arrays, expected, strict=True):
        assert array.dtype == other.dtype and array.flags.c_contiguous
        assert np.array_equal(array, other)


def failure(capfd, function, *args, **kwargs):
    """The sentence with which the function fails; nothing may be printed beside it."""
    torchvision_import.datasets()  # what the import itself prints is not asked here
    capfd.readouterr()
    with pytest.raises(UserError) as caught:
        function(*args, **kwargs)
    assert capfd.readouterr() == ("", "")
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence
    return sentence
