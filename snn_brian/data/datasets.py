"""One way to all data: a name, a file of events or of images, a folder of idx files."""

from pathlib import Path

from snn_brian.base.errors import UserError, did_you_mean
from snn_brian.data import event_folders, ragged
from snn_brian.data.archive import SUFFIXES, columns
from snn_brian.data.events import BIN, Events, load_events
from snn_brian.data.images import DATASETS, Images, load_images
from snn_brian.data.own_images import load_own_images


def is_own(dataset: str) -> bool:
    """Whether a data set is a file or a folder of one's own."""
    return dataset not in DATASETS


def check(dataset: str) -> None:
    """That there is such a data set.

    Raises
    ------
    UserError
        If there is none.
    """
    path = Path(dataset).expanduser()
    known = path.suffix in SUFFIXES
    if not is_own(dataset) or dataset and path.is_dir() or known and path.is_file():
        return
    if known:
        raise UserError(
            f"--dataset: '{dataset}': there is no such file; name an .npz or HDF5 file of images "
            "or events."
        )
    raise UserError(
        f"--dataset: {dataset!r} is unknown{did_you_mean(dataset, DATASETS)}; choose one of "
        f"{', '.join(DATASETS)}, or name an .npz or HDF5 file (.h5, .hdf5), or a folder of idx "
        "files, or of events as the Spiking Heidelberg Digits have them, or as tonic leaves "
        "N-MNIST and DVS gestures."
    )


def load_data(
    dataset: str,
    data_root: str | None = None,
    steps: int = 1,
    bin: int = BIN,
    train: int | None = None,
    test: int | None = None,
    validation: int | None = None,
) -> Images | Events:
    """The data that flags ask for.

    Parameters
    ----------
    dataset : str
        One of DATASETS, or a path.
    data_root : str or None
        Of DATASETS.
    steps, bin : int
        Time steps of a presentation, and nanoseconds in one, for events.
    train, test, validation : int or None

    Raises
    ------
    UserError
        If there is no such data set, or for what is wrong with it.
    """
    if not is_own(dataset):
        return load_images(dataset, data_root, train, test, validation)
    check(dataset)
    path = Path(dataset).expanduser()
    found = _in_folder(path) if path.is_dir() else columns(path)
    if found is None or not any(name.endswith("_times") for name in found):
        return load_own_images(path, found, train, test, validation)
    if validation is not None:
        raise UserError(
            "--validation: a file of events has the test set that it holds; leave the flag out."
        )
    return load_events(path, steps, bin, train, test, found)


def _in_folder(path):
    """The arrays of a folder of events; None: a folder of images."""
    if event_folders.format_of(path):
        return event_folders.columns(path)
    parts = ragged.files(path)
    return ragged.columns(parts) if parts else None
