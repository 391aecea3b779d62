"""Image data sets: the embedded MNIST, and those that torchvision.datasets finds or downloads."""

import contextlib
import gzip
import hashlib
import io
import math
import os
import shutil
import struct
import tempfile
import zlib
from dataclasses import dataclass
from importlib import resources
from numbers import Integral
from pathlib import Path

import numpy as np

from snn_brian import cache, torchvision_import
from snn_brian.errors import UserError

_SHAPE = (28, 28)
_CLASSES = 10
_MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


@dataclass(frozen=True)
class _Source:
    """How torchvision names a data set: its class, its raw files, its extra arguments."""

    class_name: str
    prefixes: tuple[str, str] = ("train", "t10k")
    arguments: tuple[tuple[str, str], ...] = ()
    transposed: bool = False

    def raw(self, root: Path) -> Path:
        return root / self.class_name / "raw"

    def pairs(self, root: Path) -> list[tuple[Path, Path]]:
        """The image and the label file, first of the training set, then of the test set."""
        raw = self.raw(root)
        return [(raw / f"{p}-images-idx3-ubyte", raw / f"{p}-labels-idx1-ubyte") for p in self.prefixes]


_SOURCES = {
    "mnist": _Source("MNIST"),
    "fashion-mnist": _Source("FashionMNIST"),
    "kmnist": _Source("KMNIST"),
    "emnist": _Source(
        "EMNIST", ("emnist-digits-train", "emnist-digits-test"), (("split", "digits"),), transposed=True
    ),
}
DATASETS = tuple(_SOURCES)


@dataclass(frozen=True)
class Images:
    """A training and a test set; `sha256` is over the bytes of the four arrays, in field order."""

    train_images: np.ndarray  # uint8 (train, pixels), row by row
    train_labels: np.ndarray  # int32 (train,), 0 to classes - 1
    test_images: np.ndarray  # uint8 (test, pixels)
    test_labels: np.ndarray  # int32 (test,)
    classes: int
    name: str
    shape: tuple[int, int]
    sha256: str


def load(
    dataset: str = "mnist",
    data_root: str | os.PathLike | None = None,
    train: int | None = None,
    test: int | None = None,
) -> Images:
    """Load the first `train` training and the first `test` test images of a data set (None: all).

    dataset: one of DATASETS ("emnist" is its digits split, turned upright).
    data_root: folder in torchvision's layout (<data_root>/MNIST/raw/...), filled by a download where
        files are missing. None: the cache folder, where MNIST is unpacked from the package.

    Raises UserError for an unknown name, a `train` or `test` that is no whole number or more than there
    are, and for files that are missing, cannot be read or written, or are not what they should be.
    """
    if dataset not in DATASETS:
        raise UserError(f"--dataset: {dataset!r} is unknown; choose one of {', '.join(DATASETS)}.")
    source = _SOURCES[dataset]
    if data_root is None:
        root = cache.folder("data")
    else:
        root = Path(os.path.expanduser(data_root))
    if dataset == "mnist" and data_root is None:
        _unpack_mnist(source.raw(root))
    else:
        _download_missing(source, root)
    used = [
        _used(flag, given, _check_pair(*pair), dataset)
        for flag, given, pair in zip(("train", "test"), (train, test), source.pairs(root))
    ]
    arrays = []
    for number, is_train in zip(used, (True, False)):
        images, labels = _read(source, root, is_train)
        arrays.append(np.ascontiguousarray(images[:number]).reshape(number, -1))
        arrays.append(labels[:number].astype(np.int32))
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(array.astype(array.dtype.newbyteorder("<"), copy=False))
    return Images(*arrays, classes=_CLASSES, name=dataset, shape=_SHAPE, sha256=digest.hexdigest())


def _used(flag: str, given: int | None, count: int, dataset: str) -> int:
    if given is None:
        return count
    if isinstance(given, Integral) and not isinstance(given, bool) and 1 <= given <= count:
        return int(given)
    raise UserError(
        f"--{flag}: {given!r} is not possible; give a whole number from 1 to {count}, the number of "
        f"{flag} images in {dataset}, or leave it out to use them all."
    )


def _read(source: _Source, root: Path, train: bool) -> tuple[np.ndarray, np.ndarray]:
    """Read one set from checked files: uint8 (n, 28, 28) upright images and int64 (n,) labels."""
    data_set = _data_set_class(source)(root, train=train, **dict(source.arguments))
    images = data_set.data.numpy()
    return images.transpose(0, 2, 1) if source.transposed else images, data_set.targets.numpy()


def _data_set_class(source: _Source) -> type:
    base = getattr(torchvision_import.datasets(), source.class_name)
    # torchvision prefers old pickles (processed/*.pt) to the raw files next to them, and a pickle of
    # others is not to be loaded; the name of the class is also that of its folder
    return type(base.__name__, (base,), {"_check_legacy_exist": lambda self: False})


def _check_pair(image_file: Path, label_file: Path) -> int:
    """Return the number of images; raises UserError unless both files are sound and belong together.

    torchvision accepts surplus or short data in places and raises bare assertions in others.
    """
    count = _check_idx(image_file, "images", _SHAPE)
    labels = _check_idx(label_file, "labels", ())
    if labels != count:
        raise _broken(label_file, f"holds {labels} labels for the {count} images in {image_file.name}")
    largest = np.fromfile(label_file, np.uint8, offset=8).max()
    if largest >= _CLASSES:
        raise _broken(label_file, f"holds the label {largest}, but labels go from 0 to {_CLASSES - 1}")
    return count


def _check_idx(path: Path, what: str, item_shape: tuple[int, ...]) -> int:
    """Return the number of items in an idx file of bytes (big-endian header: magic number, sizes)."""
    ndim = 1 + len(item_shape)
    try:
        with open(path, "rb") as file:
            header = file.read(4 * (1 + ndim))
            size = os.fstat(file.fileno()).st_size
    except OSError as exc:
        raise _broken(path, f"cannot be read ({exc.strerror})") from exc
    if len(header) < 4 * (1 + ndim):
        raise _broken(path, f"is cut short: {size} bytes do not even hold the header")
    magic, count, *found_shape = struct.unpack(f">{1 + ndim}I", header)
    if magic != 0x0800 + ndim:
        raise _broken(path, f"is no idx file of {what}: its magic number is {magic}, not {0x0800 + ndim}")
    if tuple(found_shape) != item_shape:
        raise _broken(path, f"holds images of {found_shape[0]} x {found_shape[1]} pixels, not 28 x 28")
    expected = len(header) + count * math.prod(item_shape)
    if count == 0 or size != expected:
        raise _broken(path, f"has {size} bytes, but its header announces {count} {what} in {expected} bytes")
    return count


def _broken(path: Path, reason: str) -> UserError:
    return UserError(f"{path}: this data file {reason}; delete or replace it and try again.")


def _unpack_mnist(raw: Path) -> None:
    """Unpack those of the embedded MNIST files that are missing from `raw` or damaged there."""
    for name, sha256 in _MNIST_SHA256.items():
        target = raw / name
        try:
            if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == sha256:
                continue
            content = _embedded(name, sha256)
            raw.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=raw) as scratch:
                (Path(scratch) / name).write_bytes(content)
                _move(Path(scratch) / name, target)
        except OSError as exc:
            raise UserError(
                f"SNN_BRIAN_CACHE: MNIST cannot be unpacked to '{target}' ({exc.strerror}); make room there, "
                "delete what is in the way, or set SNN_BRIAN_CACHE to another folder."
            ) from exc


def _embedded(name: str, sha256: str) -> bytes:
    try:
        packed = (resources.files("snn_brian") / "mnist" / f"{name}.gz").read_bytes()
        content = gzip.decompress(packed)
        if hashlib.sha256(content).hexdigest() == sha256:
            return content
        cause = None
    except (OSError, EOFError, zlib.error) as exc:
        cause = exc
    raise UserError(
        f"{name}.gz: this file of the installed package is missing or damaged; install snn_brian again."
    ) from cause


def _move(temporary: Path, target: Path) -> None:
    """Put a written file in its place at once and whole: readers see the old one or the new one."""
    with open(temporary, "rb+") as file:
        os.fsync(file.fileno())
    os.replace(temporary, target)


def _download_missing(source: _Source, root: Path) -> None:
    """Let torchvision download, or unpack from archives in the raw folder, the files that are missing."""
    raw = source.raw(root)
    missing = [file for pair in source.pairs(root) for file in pair if not file.exists()]
    if not missing:
        return
    data_set_class = _data_set_class(source)
    silence = io.StringIO()
    try:
        raw.mkdir(parents=True, exist_ok=True)
        # in a folder of its own: torchvision takes a file that a broken download left behind for good
        with (
            tempfile.TemporaryDirectory(dir=raw) as scratch,
            contextlib.redirect_stdout(silence),
            contextlib.redirect_stderr(silence),
        ):
            scratch_raw = source.raw(Path(scratch))
            scratch_raw.mkdir(parents=True)
            for archive in [*raw.glob("*.gz"), *raw.glob("*.zip")]:
                shutil.copy(archive, scratch_raw)
            for train in (True, False):
                data_set_class(scratch, train=train, download=True, **dict(source.arguments))
            for file in missing:
                _move(scratch_raw / file.name, file)
    except Exception as exc:  # torchvision names no set of errors: network, archive, checksum, disk
        reason = " ".join((str(exc).splitlines() or [type(exc).__name__])[-1].split())
        raise UserError(
            f"--data-root: {', '.join(file.name for file in missing)} not found in '{raw}' and not to be "
            f"downloaded ({reason}); put them there or name the folder that holds {source.class_name}/raw."
        ) from exc
