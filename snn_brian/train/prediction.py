"""What a trained arm answers: spikes and classes of every layer for any images, and the confusion
matrices of its test.

Learning is off, and nothing of the arm changes. Random draws of encoder and devices are those of
the test of the last epoch, so that the test images, all of them, are answered as they were there.
"""

from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.base.scratch import scratch
from snn_brian.data.events import Events
from snn_brian.data.images import Images
from snn_brian.data.own_images import images_in
from snn_brian.simulate.watching import CLASSES, SPIKES


@dataclass(frozen=True)
class Prediction:
    """The answers of all layers, the first at place 0; of the network, the last at -1.

    Parameters
    ----------
    classes : array
        int32 (layers, images): the class that each layer's own classifier prefers.
    spikes : tuple of array
        For each layer bool (images, time steps, neurons).
    """

    classes: np.ndarray
    spikes: tuple[np.ndarray, ...]


def predict(training, images=None):
    """The `Prediction` of a `Training` as it is now.

    Parameters
    ----------
    training : Training
    images : array, Images, Events or None
        An array of images of the shape that the arm was trained on, (images, height, width) with or
        without channels, or (images, inputs): whole numbers from 0 to 255, floating-point numbers
        from 0 to 1, or booleans. Of Images or Events, the test set. None: the arm's own test set.

    Raises
    ------
    UserError
        For images of another shape, type or range, and for more than a run can present.
    """
    with ExitStack() as stack:
        tables, order = _tables(training, images, stack)
        outcome = training.watch(tables, order, SPIKES)
    steps = training.structure.steps
    return Prediction(
        _classes(training, outcome),
        tuple(
            outcome.answers.spikes[f"layer_{l}"].reshape(len(order), steps, neurons)
            for l, neurons in zip(training.numbers, training.structure.graph.layers)
        ),
    )


def confusion(training):
    """Test images of each class by what they are taken for: int64 (layers, label, class)."""
    labels = training.test_labels
    answered = _classes(training, training.watch(None, None, CLASSES))
    classes = training.structure.classes
    counts = [np.bincount(labels * classes + own, minlength=classes**2) for own in answered]
    return np.array(counts).reshape(len(counts), classes, classes)


def _classes(training, outcome):
    return np.array([outcome.answers.classes[f"classes_{l}"] for l in training.numbers])


def _tables(training, images, stack):
    """The tables of the network that show these images, and their order; None, None: its own."""
    if images is None:
        return None, np.arange(training.n_test)
    structure, first = training.structure, 0
    if isinstance(images, Images | Events):
        if (images.pixels, bool(images.events)) != (structure.pixels, bool(structure.events)):
            raise UserError(
                f"predict: '{images.name}' has {'events' if images.events else 'images'} of "
                f"{images.pixels} inputs, but this arm was trained on "
                f"{'events' if structure.events else 'images'} of {structure.pixels}; give data "
                "of the same kind and shape."
            )
        first, count = len(images.train_labels), len(images.test_labels)
        tables = images.tables(stack.enter_context(scratch("snn_brian-images-")))
    elif structure.events:
        raise UserError(
            f"predict: {type(images).__name__} is not possible for an arm that was trained on "
            "events; give Events, as snn_brian.data.events.load_events gives them."
        )
    else:
        pixels = images_in(images, training.shape, "predict")
        count, tables = len(pixels), {"image": (pixels ^ 0x80).view(np.int8)}
    most = min(structure.images - first, structure.longest)
    if count > most:
        raise UserError(
            f"predict: {count} images are too many for one call; give at most {most} at a time."
        )
    if structure.events and training.arm.target != "cpp_standalone":
        if images.events > structure.events:
            raise UserError(
                f"predict: '{images.name}' has more events than the {structure.events} words that "
                f"--target {training.arm.target} has room for; give fewer presentations."
            )
    return tables, np.arange(first, first + count, dtype=np.int32)
