"""What torchvision reads and downloads, and what is said where it cannot."""

import gzip
import hashlib
import urllib.request

import pytest
from raw_files import (
    FOLDERS,
    assert_equal,
    failure,
    idx_files,
    small,
    write_raw,
)

from snn_brian.data import torchvision_import
from snn_brian.data.sources import SOURCES, download_missing, read_source

KMNIST = SOURCES["kmnist"]


def contents(raw):
    return {file.name: file.read_bytes() for file in raw.iterdir()}


@pytest.mark.parametrize("dataset", SOURCES)
def test_images_are_upright(tmp_path, dataset):
    raw = write_raw(tmp_path, dataset)
    assert {file for pair in SOURCES[dataset].pairs(tmp_path) for file in pair} == set(
        raw.iterdir()
    )
    assert_equal(read_source(SOURCES[dataset], tmp_path), small(dataset))


@pytest.mark.parametrize("dataset", ["mnist", "emnist"])
def test_old_pickles_are_not_read(tmp_path, dataset):
    write_raw(tmp_path, dataset)
    processed = tmp_path / FOLDERS[dataset] / "processed"
    processed.mkdir()
    for name in ("training", "test", "training_digits", "test_digits"):
        (processed / f"{name}.pt").write_bytes(b"no pickle: loading it raises")
    assert_equal(read_source(SOURCES[dataset], tmp_path), small(dataset))


# missing files and downloads


def test_nothing_missing_needs_no_torchvision(tmp_path, monkeypatch):
    write_raw(tmp_path, "kmnist")
    monkeypatch.setattr(torchvision_import, "datasets", None)
    download_missing(KMNIST, tmp_path)


@pytest.mark.parametrize("dataset", SOURCES)
def test_missing_files_without_network(tmp_path, capfd, dataset):
    raw = write_raw(tmp_path, dataset)
    gone = [name for name in idx_files(dataset) if "labels" in name]
    for name in gone:
        (raw / name).unlink()
    sentence = failure(capfd, download_missing, SOURCES[dataset], tmp_path)
    assert f"{', '.join(gone)} not found in '{raw}'" in sentence and "no network" in sentence
    assert f"{FOLDERS[dataset]}/raw" in sentence and "images-idx3" not in sentence
    assert sorted(file.name for file in raw.iterdir()) == sorted(
        set(idx_files(dataset)) - set(gone)
    )


def test_root_that_is_a_file(tmp_path, capfd):
    (tmp_path / "root").write_text("no folder")
    sentence = failure(capfd, download_missing, KMNIST, tmp_path / "root")
    assert str(tmp_path / "root" / "KMNIST" / "raw") in sentence


def served(monkeypatch, dataset):
    """Let torchvision take small packed files for the real ones; returns them by name."""
    packed = {
        f"{name}.gz": gzip.compress(content, mtime=0)
        for name, content in idx_files(dataset).items()
    }
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
    download_missing(KMNIST, tmp_path)
    assert contents(own) == idx_files("kmnist")
    assert (own / "train-images-idx3-ubyte").stat().st_ino == kept


def test_broken_download_leaves_nothing_behind(tmp_path, monkeypatch, capfd):
    packed = served(monkeypatch, "kmnist")

    def answer(request):
        return Response(request.full_url, packed[request.full_url.rsplit("/", 1)[1]][:-20])

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    assert "not found in" in failure(capfd, download_missing, KMNIST, tmp_path)
    assert contents(tmp_path / "KMNIST" / "raw") == {}


def test_packed_files_in_place_need_no_network(tmp_path, monkeypatch):
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    packed = served(monkeypatch, "fashion-mnist")
    for name, content in packed.items():
        (raw / name).write_bytes(content)
    download_missing(SOURCES["fashion-mnist"], tmp_path)
    assert contents(raw) == packed | idx_files("fashion-mnist")
