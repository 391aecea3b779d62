"""Image data: the embedded MNIST, files in torchvision's layout, and what is said of broken ones."""

import gzip
import hashlib
import os
import struct
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from snn_brian import data, torchvision_import
from snn_brian.errors import UserError

FOLDERS = {"mnist": "MNIST", "fashion-mnist": "FashionMNIST", "kmnist": "KMNIST", "emnist": "EMNIST"}
TRAIN, TEST = 12, 11
PACKAGE = Path(data.__file__).parent


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("SNN_BRIAN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "data" / "MNIST" / "raw"


@pytest.fixture
def small_mnist(monkeypatch, tmp_path):
    """A stand-in for the package: 12 and 11 images embedded in place of 70,000."""
    embedded = tmp_path / "package" / "mnist"
    embedded.mkdir(parents=True)
    content = idx_files("mnist")
    for name, raw in content.items():
        (embedded / f"{name}.gz").write_bytes(gzip.compress(raw))
    monkeypatch.setattr(data.resources, "files", lambda package: tmp_path / "package")
    monkeypatch.setattr(
        data, "_MNIST_SHA256", {name: hashlib.sha256(raw).hexdigest() for name, raw in content.items()}
    )
    return embedded


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
    prefixes = ("emnist-digits-train", "emnist-digits-test") if dataset == "emnist" else ("train", "t10k")
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


def assert_small(images, dataset="mnist"):
    axes = (0, 2, 1) if dataset == "emnist" else (0, 1, 2)
    assert np.array_equal(images.train_images, images_of(TRAIN, 0).transpose(axes).reshape(TRAIN, 784))
    assert np.array_equal(images.test_images, images_of(TEST, 1).transpose(axes).reshape(TEST, 784))
    assert np.array_equal(images.train_labels, labels_of(TRAIN))
    assert np.array_equal(images.test_labels, labels_of(TEST))


def failure(capfd, **arguments):
    """The sentence with which loading fails; nothing may be printed beside it."""
    torchvision_import.datasets()  # what the import itself prints is not asked here
    capfd.readouterr()
    with pytest.raises(UserError) as caught:
        data.load(**arguments)
    assert capfd.readouterr() == ("", "")
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence
    return sentence


# the embedded MNIST


def test_embedded_mnist_is_the_whole_mnist():
    mnist = data.load()
    assert (mnist.name, mnist.classes, mnist.shape) == ("mnist", 10, (28, 28))
    assert mnist.train_images.shape == (60000, 784) and mnist.train_images.dtype == np.uint8
    assert mnist.test_images.shape == (10000, 784) and mnist.test_images.dtype == np.uint8
    assert mnist.train_labels.shape == (60000,) and mnist.train_labels.dtype == np.int32
    assert mnist.test_labels.shape == (10000,) and mnist.test_labels.dtype == np.int32
    assert mnist.train_labels[:8].tolist() == [5, 0, 4, 1, 9, 2, 1, 3]
    assert mnist.test_labels[:8].tolist() == [7, 2, 1, 0, 4, 1, 4, 9]
    pixels = hashlib.sha256(mnist.test_images).hexdigest()
    with gzip.open(PACKAGE / "mnist" / "t10k-images-idx3-ubyte.gz") as file:
        assert pixels == hashlib.sha256(file.read()[16:]).hexdigest()


def test_licence_names_terms_authors_and_checksums():
    licence = (PACKAGE / "mnist" / "LICENSE").read_text()
    for word in ("CC BY-SA 3.0", "LeCun", "Cortes", "Burges", *data._MNIST_SHA256.values()):
        assert word in licence


def test_mnist_is_unpacked_once(small_mnist, empty_cache):
    assert_small(data.load())
    assert {file.name: file.read_bytes() for file in empty_cache.iterdir()} == idx_files("mnist")
    before = {file.name: file.stat().st_ino for file in empty_cache.iterdir()}
    for packed in small_mnist.iterdir():
        packed.unlink()
    assert_small(data.load())
    assert {file.name: file.stat().st_ino for file in empty_cache.iterdir()} == before


@pytest.mark.parametrize("name", idx_files("mnist"))
@pytest.mark.parametrize("damage", ["missing", "cut short", "one bit"])
def test_damaged_cache_heals(small_mnist, empty_cache, name, damage):
    data.load()
    content = idx_files("mnist")[name]
    if damage == "missing":
        (empty_cache / name).unlink()
    elif damage == "cut short":
        (empty_cache / name).write_bytes(content[:-1])
    else:
        (empty_cache / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert_small(data.load())
    assert {file.name: file.read_bytes() for file in empty_cache.iterdir()} == idx_files("mnist")


def test_a_file_never_shows_half_unpacked(small_mnist, empty_cache, monkeypatch):
    replace, moved, on_disk = os.replace, [], set()

    def observed(temporary, target):
        assert not target.exists()
        assert temporary.stat().st_ino in on_disk
        assert temporary.read_bytes() == idx_files("mnist")[target.name]
        replace(temporary, target)
        moved.append(target.name)

    monkeypatch.setattr(os, "fsync", lambda handle: on_disk.add(os.fstat(handle).st_ino))
    monkeypatch.setattr(os, "replace", observed)
    data.load()
    assert sorted(moved) == sorted(idx_files("mnist"))


def test_unpacking_at_once_does_no_harm(small_mnist, empty_cache, monkeypatch):
    replace, barrier, failures = os.replace, threading.Barrier(2, timeout=10), []

    def together(temporary, target):
        barrier.wait()  # both have unpacked the file before either puts it in place
        replace(temporary, target)

    def unpack():
        try:
            data._unpack_mnist(empty_cache)
        except BaseException as exc:
            failures.append(exc)

    monkeypatch.setattr(os, "replace", together)
    threads = [threading.Thread(target=unpack) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {file.name: file.read_bytes() for file in empty_cache.iterdir()} == idx_files("mnist")


@pytest.mark.parametrize(
    "packed",
    [
        None,
        b"no gzip",
        gzip.compress(idx_files("mnist")["train-labels-idx1-ubyte"])[:-9],
        gzip.compress(b"another file"),
    ],
)
def test_damaged_package(small_mnist, empty_cache, capfd, packed):
    file = small_mnist / "train-labels-idx1-ubyte.gz"
    file.unlink() if packed is None else file.write_bytes(packed)
    sentence = failure(capfd)
    assert sentence.startswith("train-labels-idx1-ubyte.gz: ") and "install snn_brian again" in sentence
    assert not (empty_cache / "train-labels-idx1-ubyte").exists()


def test_cache_that_cannot_be_filled(small_mnist, empty_cache, capfd):
    in_the_way = empty_cache / "t10k-labels-idx1-ubyte"
    in_the_way.mkdir(parents=True)
    sentence = failure(capfd)
    assert sentence.startswith("SNN_BRIAN_CACHE: ") and str(in_the_way) in sentence


# what is loaded of good files


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_data_root_in_torchvision_layout(tmp_path, empty_cache, dataset):
    write_raw(tmp_path / "root", dataset)
    images = data.load(dataset, data_root=tmp_path / "root")
    assert_small(images, dataset)
    assert images.name == dataset and images.train_images.flags.c_contiguous
    assert not empty_cache.exists()


def test_datasets_lists_what_there_is():
    assert data.DATASETS == ("mnist", "fashion-mnist", "kmnist", "emnist")


def test_other_data_sets_lie_in_the_cache(empty_cache):
    write_raw(empty_cache.parents[1], "kmnist")
    assert_small(data.load("kmnist"))


def test_data_root_may_start_with_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    write_raw(tmp_path / "root")
    assert_small(data.load(data_root="~/root"))


def test_first_images_are_used(tmp_path):
    write_raw(tmp_path)
    images = data.load(data_root=str(tmp_path), train=3, test=np.int64(TEST))
    assert np.array_equal(images.train_images, images_of(TRAIN, 0)[:3].reshape(3, 784))
    assert images.train_labels.tolist() == [0, 1, 2]
    assert len(images.test_images) == len(images.test_labels) == TEST


def test_sha256_is_that_of_the_images_and_labels_used(tmp_path):
    write_raw(tmp_path)
    images = data.load(data_root=tmp_path, train=3, test=2)
    content = images_of(TRAIN, 0)[:3].tobytes() + labels_of(3).astype("<i4").tobytes()
    content += images_of(TEST, 1)[:2].tobytes() + labels_of(2).astype("<i4").tobytes()
    assert images.sha256 == hashlib.sha256(content).hexdigest()
    assert images.sha256 != data.load(data_root=tmp_path, train=4, test=2).sha256


def test_images_are_frozen(tmp_path):
    write_raw(tmp_path)
    with pytest.raises(AttributeError):
        data.load(data_root=tmp_path).classes = 5


@pytest.mark.parametrize("dataset", ["mnist", "emnist"])
def test_old_pickles_are_not_read(tmp_path, dataset):
    write_raw(tmp_path, dataset)
    processed = tmp_path / FOLDERS[dataset] / "processed"
    processed.mkdir()
    for name in ("training", "test", "training_digits", "test_digits"):
        (processed / f"{name}.pt").write_bytes(b"no pickle: loading it raises")
    assert_small(data.load(dataset, data_root=tmp_path), dataset)


# what is said of bad arguments


@pytest.mark.parametrize("name", ["minst", "MNIST", "", None, ["mnist"]])
def test_unknown_data_set(capfd, name):
    sentence = failure(capfd, dataset=name)
    assert sentence == f"--dataset: {name!r} is unknown; choose one of mnist, fashion-mnist, kmnist, emnist."


@pytest.mark.parametrize("flag, there_are", [("train", TRAIN), ("test", TEST)])
@pytest.mark.parametrize("given", [0, -1, 13, 1.0, 2.5, True, "3", float("nan")])
def test_impossible_number_of_images(tmp_path, capfd, flag, there_are, given):
    write_raw(tmp_path)
    sentence = failure(capfd, data_root=tmp_path, **{flag: given})
    assert sentence.startswith(f"--{flag}: {given!r} ")
    assert f"from 1 to {there_are}," in sentence and "mnist" in sentence


def test_number_of_images_is_that_of_its_own_set(tmp_path, capfd):
    write_raw(tmp_path)
    assert len(data.load(data_root=tmp_path, train=TRAIN).train_images) == TRAIN
    assert failure(capfd, data_root=tmp_path, test=TRAIN).startswith(f"--test: {TRAIN} ")


# what is said of broken files

IMAGES, LABELS = "images-idx3-ubyte", "labels-idx1-ubyte"
GOOD_IMAGES, GOOD_LABELS = image_idx(images_of(TEST, 1)), label_idx(labels_of(TEST))
BROKEN = {
    "empty images": (IMAGES, b"", "cut short"),
    "empty labels": (LABELS, b"", "cut short"),
    "half a header": (IMAGES, GOOD_IMAGES[:10], "cut short"),
    "truncated images": (IMAGES, GOOD_IMAGES[:-1], "has 8639 bytes"),
    "surplus images": (IMAGES, GOOD_IMAGES + b"\0", "has 8641 bytes"),
    "truncated labels": (LABELS, GOOD_LABELS[:-1], "has 18 bytes"),
    "surplus labels": (LABELS, GOOD_LABELS + b"\0", "has 20 bytes"),
    "no images": (IMAGES, image_idx(images_of(0, 1)), "announces 0 images"),
    "no labels": (LABELS, label_idx(labels_of(0)), "announces 0 labels"),
    "still packed": (IMAGES, gzip.compress(GOOD_IMAGES), "magic number"),
    "a web page": (LABELS, b"<!DOCTYPE html><html></html>", "magic number"),
    "labels for images": (IMAGES, GOOD_LABELS, "magic number is 2049, not 2051"),
    "images for labels": (LABELS, GOOD_IMAGES, "magic number is 2051, not 2049"),
    "floats": (IMAGES, struct.pack(">I", 0xD03) + GOOD_IMAGES[4:], "magic number is 3331, not 2051"),
    "other shape": (IMAGES, image_idx(np.zeros((TEST, 32, 30), np.uint8)), "32 x 30 pixels, not 28 x 28"),
    "fewer labels": (LABELS, label_idx(labels_of(TEST - 1)), "holds 10 labels for the 11 images"),
    "more labels": (LABELS, label_idx(labels_of(TEST + 1)), "holds 12 labels for the 11 images"),
    "label 10": (LABELS, label_idx(np.arange(TEST, dtype=np.uint8)), "label 10, but labels go from 0 to 9"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_test_file(tmp_path, capfd, case):
    kind, content, said = BROKEN[case]
    file = write_raw(tmp_path) / f"t10k-{kind}"
    file.write_bytes(content)
    sentence = failure(capfd, data_root=tmp_path)
    assert sentence.startswith(f"{file}: ") and said in sentence and "replace" in sentence


def test_broken_training_file(tmp_path, capfd):
    file = write_raw(tmp_path, "emnist") / "emnist-digits-train-labels-idx1-ubyte"
    file.write_bytes(label_idx(labels_of(TRAIN))[:-1])
    assert failure(capfd, dataset="emnist", data_root=tmp_path).startswith(f"{file}: ")


def test_folder_in_place_of_a_file(tmp_path, capfd):
    file = write_raw(tmp_path) / "t10k-labels-idx1-ubyte"
    file.unlink()
    file.mkdir()
    assert f"{file}: this data file cannot be read" in failure(capfd, data_root=tmp_path)


# missing files and downloads


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_missing_files_without_network(tmp_path, capfd, dataset):
    raw = write_raw(tmp_path, dataset)
    gone = [name for name in idx_files(dataset) if "labels" in name]
    for name in gone:
        (raw / name).unlink()
    sentence = failure(capfd, dataset=dataset, data_root=tmp_path)
    assert f"{', '.join(gone)} not found in '{raw}'" in sentence and "no network" in sentence
    assert f"{FOLDERS[dataset]}/raw" in sentence and "images-idx3" not in sentence
    assert sorted(file.name for file in raw.iterdir()) == sorted(set(idx_files(dataset)) - set(gone))


def test_missing_files_in_the_cache(empty_cache, capfd):
    sentence = failure(capfd, dataset="fashion-mnist")
    assert str(empty_cache.parents[1] / "FashionMNIST" / "raw") in sentence


def test_data_root_that_is_a_file(tmp_path, capfd):
    (tmp_path / "root").write_text("no folder")
    assert str(tmp_path / "root" / "MNIST" / "raw") in failure(capfd, data_root=tmp_path / "root")


def served(monkeypatch, dataset):
    """Let torchvision take small packed files for the real ones; returns them by name."""
    packed = {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in idx_files(dataset).items()}
    checks = [(name, hashlib.md5(content).hexdigest()) for name, content in packed.items()]
    data_set_class = getattr(torchvision_import.datasets(), FOLDERS[dataset])
    monkeypatch.setattr(data_set_class, "resources", checks)
    return packed


class Response:
    """As much of an HTTP answer as torchvision asks for."""

    def __init__(self, url, content):
        self.url, self.content, self.length = url, content, len(content)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return None

    def read(self, size):
        part, self.content = self.content[:size], self.content[size:]
        return part


def test_missing_files_are_downloaded(tmp_path, monkeypatch):
    packed = served(monkeypatch, "kmnist")
    own = write_raw(tmp_path, "kmnist")
    kept = (own / "train-images-idx3-ubyte").stat().st_ino
    (own / "t10k-labels-idx1-ubyte").unlink()

    def answer(request):
        return Response(request.full_url, packed[request.full_url.rsplit("/", 1)[1]])

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    assert_small(data.load("kmnist", data_root=tmp_path))
    assert {file.name: file.read_bytes() for file in own.iterdir()} == idx_files("kmnist")
    assert (own / "train-images-idx3-ubyte").stat().st_ino == kept


def test_broken_download_leaves_nothing_behind(tmp_path, monkeypatch, capfd):
    packed = served(monkeypatch, "kmnist")

    def answer(request):
        return Response(request.full_url, packed[request.full_url.rsplit("/", 1)[1]][:-20])

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    assert "not found in" in failure(capfd, dataset="kmnist", data_root=tmp_path)
    assert list((tmp_path / "KMNIST" / "raw").iterdir()) == []


def test_packed_files_in_place_need_no_network(tmp_path, monkeypatch):
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for name, content in served(monkeypatch, "fashion-mnist").items():
        (raw / name).write_bytes(content)
    assert_small(data.load("fashion-mnist", data_root=tmp_path))
    assert len(list(raw.iterdir())) == 8


# importing torchvision; stand-ins, so that each case shows with whichever torchvision is installed

FAKE_TORCH = """
from types import SimpleNamespace
ops = SimpleNamespace(torchvision=SimpleNamespace())
class Library:
    def __init__(self, namespace, kind):
        assert namespace == "torchvision"
    def define(self, schema):
        setattr(ops.torchvision, schema.split("(")[0], schema)
library = SimpleNamespace(Library=Library)
"""
NEEDS_OPERATORS = """
import torch
import torchvision.half
assert not hasattr(torchvision.half, "seen"), "half-imported module left in place"
torchvision.half.seen = True
for name in ("nms", "qnms"):
    if not hasattr(torch.ops.torchvision, name):
        raise RuntimeError(f"operator torchvision::{name} does not exist")
"""
FINE = "import torch\ntorch.library = None  # to be left alone"
FAILS = {
    "another operator": "raise RuntimeError('operator torchvision::resize does not exist')",
    "another reason": FINE + "\nraise RuntimeError('compiled with\\ndifferent CUDA major versions')",
    "not installed": "raise ModuleNotFoundError(\"No module named 'torchvision'\")",
}


def import_datasets(folder, torchvision):
    """Run datasets() in a process that finds a stand-in torch and the given torchvision."""
    for name, content in {
        "torch/__init__.py": FAKE_TORCH,
        "torchvision/__init__.py": torchvision,
        "torchvision/half.py": "",
        "torchvision/datasets.py": "loaded = True",
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content)
    script = (
        "from snn_brian import torchvision_import, errors\n"
        "try: print(torchvision_import.datasets().loaded, torchvision_import.datasets().__name__)\n"
        "except errors.UserError as exc: print(exc)"
    )
    path = os.pathsep.join([str(folder), str(PACKAGE.parent)])
    command = [sys.executable, "-c", script]
    return subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize("torchvision", [NEEDS_OPERATORS, FINE])
def test_torchvision_is_imported(tmp_path, torchvision):
    assert import_datasets(tmp_path, torchvision) == "True torchvision.datasets"


@pytest.mark.parametrize("reason", FAILS)
def test_torchvision_that_cannot_be_imported(tmp_path, reason):
    sentence = import_datasets(tmp_path, FAILS[reason])
    assert sentence.startswith("torchvision: it cannot be imported (") and sentence.endswith(".")
    assert "\n" not in sentence
