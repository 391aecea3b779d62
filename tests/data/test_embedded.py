"""The embedded MNIST is unpacked once, heals, and says what is in its way."""

import gzip
import hashlib
import os
import threading
from pathlib import Path

import pytest
from raw_files import idx_files

from snn_brian.base.errors import UserError
from snn_brian.data import embedded

FILES = idx_files("mnist")


@pytest.fixture(autouse=True)
def package(monkeypatch, tmp_path):
    """A stand-in for the package: 12 and 11 images embedded in place of 70,000."""
    packed = tmp_path / "package" / "mnist"
    packed.mkdir(parents=True)
    for name, content in FILES.items():
        (packed / f"{name}.gz").write_bytes(gzip.compress(content))
    monkeypatch.setattr(embedded.resources, "files", lambda package: tmp_path / "package")
    monkeypatch.setattr(
        embedded, "SHA256", {name: hashlib.sha256(raw).hexdigest() for name, raw in FILES.items()}
    )
    return packed


@pytest.fixture
def raw(tmp_path):
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw"


def contents(raw):
    return {file.name: file.read_bytes() for file in raw.iterdir()}


def test_licence_names_terms_authors_and_checksums(monkeypatch):
    monkeypatch.undo()
    licence = (Path(embedded.__file__).parent / "mnist" / "LICENSE").read_text()
    for word in ("CC BY-SA 3.0", "LeCun", "Cortes", "Burges", *embedded.SHA256.values()):
        assert word in licence


def test_mnist_is_unpacked_once(package, raw):
    embedded.unpack(raw)
    assert contents(raw) == FILES
    before = {file.name: file.stat().st_ino for file in raw.iterdir()}
    for packed in package.iterdir():
        packed.unlink()
    embedded.unpack(raw)
    assert {file.name: file.stat().st_ino for file in raw.iterdir()} == before


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["missing", "cut short", "one bit"])
def test_damaged_cache_heals(raw, name, damage):
    embedded.unpack(raw)
    content = FILES[name]
    if damage == "missing":
        (raw / name).unlink()
    elif damage == "cut short":
        (raw / name).write_bytes(content[:-1])
    else:
        (raw / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    embedded.unpack(raw)
    assert contents(raw) == FILES


def test_unpacking_at_once_does_no_harm(raw, monkeypatch):
    replace, barrier, failures = os.replace, threading.Barrier(2, timeout=10), []

    def together(temporary, target):
        barrier.wait()  # both have unpacked the file before either puts it in place
        replace(temporary, target)

    def unpack():
        try:
            embedded.unpack(raw)
        except BaseException as exc:
            failures.append(exc)

    monkeypatch.setattr(os, "replace", together)
    threads = [threading.Thread(target=unpack) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert contents(raw) == FILES


@pytest.mark.parametrize(
    "packed",
    [
        None,
        b"no gzip",
        gzip.compress(FILES["train-labels-idx1-ubyte"])[:-9],
        gzip.compress(b"another file"),
    ],
    ids=["missing", "no gzip", "cut", "another"],  # packed bytes hold the time
)
def test_damaged_package(package, raw, packed):
    file = package / "train-labels-idx1-ubyte.gz"
    file.unlink() if packed is None else file.write_bytes(packed)
    with pytest.raises(
        UserError, match=r"^train-labels-idx1-ubyte.gz: .* install snn_brian again\.$"
    ):
        embedded.unpack(raw)
    assert not (raw / "train-labels-idx1-ubyte").exists()


def test_cache_that_cannot_be_filled(raw):
    in_the_way = raw / "t10k-labels-idx1-ubyte"
    in_the_way.mkdir()
    with pytest.raises(
        UserError, match=rf"^SNN_BRIAN_CACHE: {in_the_way}: .* cannot be written .* folder\.$"
    ):
        embedded.unpack(raw)
