"""The tables of a network hold all images, and every order of a run."""

import numpy as np

from snn_brian.train.tables import Tables, sizes


def test_labels_are_those_of_training_images_and_then_of_test_images(mnist):
    images = mnist(5, 3)
    own = Tables(images)
    assert own.labels.dtype == np.int32
    assert own.labels.tolist() == [*images.train_labels, *images.test_labels]


def test_small_sets_share_a_size_and_large_ones_fit():
    assert sizes(10, 20) == sizes(60_000, 10_000) == dict(images=70_000, longest=60_000)
    assert sizes(60_001, 10_000) == dict(images=70_001, longest=60_001)
    assert sizes(1000, 80_000) == dict(images=81_000, longest=80_000)
