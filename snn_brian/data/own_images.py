"""Images, or other features, of one's own: an .npz or HDF5 file, or a folder of four idx files.

| array (as Keras names it) | or (as MedMNIST does) | shape |
| --- | --- | --- |
| `x_train` | `train_images` | (images, height, width), also with channels; (images, features) |
| `y_train` | `train_labels` | (images,) or (images, 1): the class, from 0 |
| `x_test`, `y_test` | `test_images`, `test_labels` | the same for the test set |

Pixels are whole numbers from 0 to 255, or floating-point numbers from 0 to 1, of which the network
sees the nearest of 256 levels; booleans are dark and bright. Nothing is scaled unasked: where the
brightest training pixel is below half of full brightness, the range is probably another one, and
the file is refused. The idx files (of bytes, with images of any shape) are `train-images*`,
`train-labels*`, and `t10k-` or `test-` instead of `train-`.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from snn_brian.base.errors import UserError
from snn_brian.data import idx
from snn_brian.data.archive import Column
from snn_brian.data.images import Images, chosen
from snn_brian.data.labels import check_classes

NAMES = (
    ("x_train", "y_train", "x_test", "y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
)
MOST_CLASSES = 2**15
ROWS = 256  # images that are converted at once


def load_own_images(
    path: Path,
    found: Mapping[str, Column] | None,
    train: int | None = None,
    test: int | None = None,
    validation: int | None = None,
) -> Images:
    """`Images` from the arrays of a file, or from a folder.

    Parameters
    ----------
    path : Path
    found : mapping of str to Column, or None
        The arrays of the file by name; None: `path` is a folder of idx files.
    train, test, validation : int or None
        As in `load_images`.

    Raises
    ------
    UserError
        Naming the file and the array, for what is none of the above.
    """
    names, columns = idx.columns(path) if found is None else _named(path, found)
    images = [_images(path, names[k], columns[k]) for k in (0, 2)]
    labels = [_labels(path, names[k], columns[k]) for k in (1, 3)]
    for (one, other), own, marks in zip((names[:2], names[2:]), images, labels):
        if len(own) != len(marks):
            raise UserError(
                f"{path}: {one} has {len(own)} images, but {other} has {len(marks)} labels; give "
                "one label for each image."
            )
    shapes = [columns[k].shape[1:] for k in (0, 2)]
    if shapes[0] != shapes[1]:
        raise UserError(
            f"{path}: {names[0]} has images of the shape {shapes[0]}, but {names[2]} of "
            f"{shapes[1]}; give images of one shape."
        )
    _check_bright(path, names[0], columns[0], images[0])
    return chosen(
        [images[0], labels[0], images[1], labels[1]],
        name=path.stem,
        shape=shapes[0],
        classes=check_classes(path, *labels),
        train=train,
        test=test,
        validation=validation,
    )


def images_in(array: ArrayLike, shape: tuple[int, ...], what: str) -> np.ndarray:
    """Bytes, uint8 (images, pixels), of images in memory.

    Parameters
    ----------
    array : array_like
        (images, *shape) or (images, pixels), of numbers as in a file.
    shape : tuple of int
        Of an image.
    what : str
        What they are for, for messages.

    Raises
    ------
    UserError
        For another shape, type or range.
    """
    try:
        images = np.asarray(array)
    except ValueError as error:  # of images of several shapes
        raise UserError(f"{what}: the images are no array ({error}); give one array.") from error
    pixels = int(np.prod(shape))
    if images.shape[1:] not in (shape, (pixels,)) or len(images) == 0:
        raise UserError(
            f"{what}: images has the shape {images.shape}; give (images, "
            f"{', '.join(map(str, shape))}), or (images, {pixels})."
        )
    column = Column(
        images.dtype,
        images.shape,
        lambda rows: (images[start : start + rows] for start in range(0, len(images), rows)),
    )
    found = _images(what, "images", column)
    if found.any():  # darkness is no question of scale
        _check_bright(what, "images", column, found)
    return found


def _named(path, found):
    for names in NAMES:
        if set(names) <= found.keys():
            return names, [found[name] for name in names]
    near = max(NAMES, key=lambda names: len(found.keys() & set(names)))
    missing = [name for name in near if name not in found]
    raise UserError(
        f"{path}: lacks {', '.join(missing)}; it must hold {', '.join(NAMES[0])}, or "
        f"{', '.join(NAMES[1])}, or events as snn_brian/data/events.py says."
    )


def _images(path, name, column):
    """Bytes, uint8 (images, pixels)."""
    if len(column.shape) < 2 or 0 in column.shape:
        raise UserError(
            f"{path}: {name} has the shape {column.shape}; give (images, height, width), with or "
            "without channels, or (images, features)."
        )
    if column.dtype.kind not in "biuf":
        raise UserError(
            f"{path}: {name} holds {column.dtype}; give uint8, or floating-point numbers from 0 "
            "to 1."
        )
    images = np.empty((column.shape[0], int(np.prod(column.shape[1:]))), np.uint8)
    start, most = 0, 255 if column.dtype.kind in "iu" else 1
    for piece in column.pieces(ROWS):
        if not ((piece >= 0) & (piece <= most)).all():
            raise UserError(_out_of_range(path, name, column, most))
        part = images[start : start + len(piece)]
        part[:] = (piece if most == 255 else np.rint(piece * 255.0)).reshape(len(piece), -1)
        start += len(piece)
    return images


def _out_of_range(path, name, column, most):
    least, greatest = _range(column)
    found = f"{path}: {name} holds {column.dtype} from {least:g} to {greatest:g}"
    if not np.isfinite([least, greatest]).all():
        return f"{found}; give finite numbers from 0 to {most}."
    mend = f", e.g. {name}/{greatest:g}" if least >= 0 and most == 1 else ""
    return (
        f"{found}; give whole numbers from 0 to 255, or floating-point numbers from 0 to 1{mend}."
    )


def _range(column):
    """Least and greatest number, nan where one is."""
    ends = [(piece.min(), piece.max()) for piece in column.pieces(ROWS)]
    return float(np.min(ends)), float(np.max(ends))


def _check_bright(path, name, column, images):
    if images.max() < 128:
        least, greatest = _range(column)
        full = 255 if column.dtype.kind in "iu" else 1
        mend = f", e.g. {name}/{greatest:g} as floating-point numbers" if greatest else ""
        raise UserError(
            f"{path}: {name} holds {column.dtype} from {least:g} to {greatest:g}, but full "
            f"brightness is {full}; scale all images{mend}."
        )


def _labels(path, name, column):
    shape = column.shape[:1] if column.shape[1:] == (1,) else column.shape
    if len(shape) != 1 or 0 in shape:
        raise UserError(
            f"{path}: {name} has the shape {column.shape}; give (images,) or (images, 1), the "
            "number of the class of each."
        )
    if column.dtype.kind not in "iu":
        raise UserError(f"{path}: {name} holds {column.dtype}; give whole numbers from 0.")
    labels = column.whole().reshape(shape)
    wrong = labels[(labels < 0) | (labels >= MOST_CLASSES)]
    if len(wrong):
        raise UserError(
            f"{path}: {name} holds {wrong[0]}; give classes from 0 to below {MOST_CLASSES}."
        )
    return labels.astype(np.int32)
