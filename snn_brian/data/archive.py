"""The arrays of an .npz or HDF5 file, read in pieces: of a long recording, no whole array is ever
in memory."""

import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError

SUFFIXES = (".npz", ".h5", ".hdf5")
PIECE = 2**20  # entries


@dataclass(frozen=True)
class Column:
    """One array of a file, not yet read."""

    dtype: np.dtype
    shape: tuple[int, ...]
    _read: Callable[[int], Iterator[np.ndarray]]  # pieces of so many rows

    def pieces(self, rows: int = PIECE) -> Iterator[np.ndarray]:
        """The array in pieces of at most so many rows.

        Raises
        ------
        UserError
            Where the file is damaged.
        """
        return self._read(rows)

    def whole(self) -> np.ndarray:
        """The array.

        Raises
        ------
        UserError
            Where the file is damaged.
        """
        if not self.shape:
            return next(self._read(1)).reshape(())
        return np.concatenate([np.empty((0, *self.shape[1:]), self.dtype), *self._read(PIECE)])


def columns(path: str | Path) -> dict[str, Column]:
    """The arrays at the top of a file, by name.

    Raises
    ------
    UserError
        If it cannot be read, or h5py is missing.
    """
    with _readable(path):
        return _npz(path) if Path(path).suffix == ".npz" else _hdf5(path)


@contextmanager
def _readable(path):
    try:
        yield
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise UserError(
            f"{path}: cannot be read as {Path(path).suffix} ({error}); write it with numpy.savez "
            "or h5py."
        ) from error


def _npz(path):
    found = {}
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            with archive.open(member) as file:
                shape, in_columns, dtype = _header(file)
            name = member.removesuffix(".npy")
            if dtype.hasobject:  # Python objects are code
                read = _refuse(path, name)
            elif in_columns and len(shape) > 1:  # stored by columns, it has no rows to read
                read = _whole_reader(path, name)
            else:
                read = _npz_reader(path, member, dtype, shape)
            found[name] = Column(dtype, shape, read)
    return found


def _header(file):
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(file)
    return np.lib.format.read_array_header_2_0(file)


def _npz_reader(path, member, dtype, shape):
    def read(rows):
        width = int(np.prod(shape[1:], dtype=np.int64)) * dtype.itemsize
        count = shape[0] if shape else 1
        with _readable(path), zipfile.ZipFile(path) as archive, archive.open(member) as file:
            _header(file)
            for start in range(0, count, rows):
                now = min(rows, count - start)
                content = file.read(now * width)
                if len(content) != now * width:
                    raise EOFError(f"{member} is cut short")
                yield np.frombuffer(content, dtype).reshape(now, *shape[1:])

    return read


def _whole_reader(path, name):
    def read(rows):
        with _readable(path), np.load(path, allow_pickle=False) as file:
            yield file[name]

    return read


def _refuse(path, name):
    def read(rows):
        raise UserError(f"{path}: {name} holds Python objects; give an array of numbers.")

    return read


@contextmanager
def opened(path: str | Path) -> Iterator[Mapping]:
    """An HDF5 file, to be read.

    Raises
    ------
    UserError
        If it cannot be read, or h5py is missing.
    """
    try:
        import h5py
    except ImportError as error:
        raise UserError(
            f"{path}: HDF5 needs h5py; run `pip install -e '.[hdf5]'`, or write the arrays with "
            "numpy.savez."
        ) from error
    with _readable(path), h5py.File(path) as file:
        yield file


def _hdf5(path):
    def reader(name, shape):
        def read(rows):
            with opened(path) as file:
                for start in range(0, shape[0] if shape else 1, rows):
                    yield np.atleast_1d(
                        file[name][start : start + rows] if shape else file[name][()]
                    )

        return read

    with opened(path) as file:
        return {
            name: Column(values.dtype, values.shape, reader(name, values.shape))
            for name, values in file.items()
            if hasattr(values, "dtype")  # no group
        }
