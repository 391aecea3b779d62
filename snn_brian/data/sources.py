"""The data sets that torchvision.datasets finds or downloads: their raw files, and what it reads
from them."""

import contextlib
import io
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.base.files import written_whole
from snn_brian.base.scratch import scratch
from snn_brian.data import torchvision_import


@dataclass(frozen=True)
class Source:
    """How torchvision names a data set: its class, its raw files, its extra arguments."""

    class_name: str
    prefixes: tuple[str, str] = ("train", "t10k")
    arguments: tuple[tuple[str, str], ...] = ()
    transposed: bool = False

    def raw(self, root: Path) -> Path:
        """The folder of the raw files."""
        return root / self.class_name / "raw"

    def pairs(self, root: Path) -> list[tuple[Path, Path]]:
        """The image and the label file, first of the training set, then of the test set."""
        raw = self.raw(root)
        return [
            (raw / f"{p}-images-idx3-ubyte", raw / f"{p}-labels-idx1-ubyte") for p in self.prefixes
        ]

    def data_set(self, root: Path, train: bool, download: bool = False) -> object:
        """torchvision's own object for the training or the test set."""
        base = getattr(torchvision_import.datasets(), self.class_name)
        # torchvision prefers old pickles (processed/*.pt) to the raw files next to them, and a
        # pickle of others is not to be loaded; the name of the class is also that of its folder
        safe = type(base.__name__, (base,), {"_check_legacy_exist": lambda self: False})
        return safe(root, train=train, download=download, **dict(self.arguments))


SOURCES = {
    "mnist": Source("MNIST"),
    "fashion-mnist": Source("FashionMNIST"),
    "kmnist": Source("KMNIST"),
    "emnist": Source(
        "EMNIST",
        ("emnist-digits-train", "emnist-digits-test"),
        (("split", "digits"),),
        transposed=True,
    ),
}


def read_source(source: Source, root: Path) -> list[np.ndarray]:
    """Upright images, uint8 (n, pixels), and labels, int32 (n,), of the training and then of the
    test set."""
    arrays = []
    for train in (True, False):
        data_set = source.data_set(root, train)
        images = data_set.data.numpy()
        if source.transposed:
            images = np.ascontiguousarray(images.transpose(0, 2, 1))
        arrays += [images.reshape(len(images), -1), data_set.targets.numpy().astype(np.int32)]
    return arrays


def download_missing(source: Source, root: Path) -> None:
    """Let torchvision download, or unpack from archives in the raw folder, the files that are
    missing.

    Raises
    ------
    UserError
        Naming the files, where that fails.
    """
    raw = source.raw(root)
    missing = [file for pair in source.pairs(root) for file in pair if not file.exists()]
    if not missing:
        return
    torchvision_import.datasets()  # has its own error
    silence = io.StringIO()
    try:
        raw.mkdir(parents=True, exist_ok=True)
        # in a folder of its own: torchvision takes a file that a broken download left behind for
        # good
        with (
            scratch(".download-", raw) as folder,
            contextlib.redirect_stdout(silence),
            contextlib.redirect_stderr(silence),
        ):
            scratch_raw = source.raw(folder)
            scratch_raw.mkdir(parents=True)
            for archive in [*raw.glob("*.gz"), *raw.glob("*.zip")]:
                shutil.copy(archive, scratch_raw)
            for train in (True, False):
                source.data_set(folder, train, download=True)
            for file in missing:
                with open(scratch_raw / file.name, "rb") as loaded, written_whole(file) as kept:
                    shutil.copyfileobj(loaded, kept)
    except Exception as exc:  # torchvision names no set of errors: network, archive, checksum, disk
        reason = " ".join((str(exc).splitlines() or [type(exc).__name__])[-1].split())
        raise UserError(
            f"--data-root: {', '.join(file.name for file in missing)} not found in '{raw}' and not "
            f"to be downloaded ({reason}); put them there or name the folder that holds "
            f"{source.class_name}/raw."
        ) from exc
