"""Raw files: sound ones are counted, and what is said of broken ones."""

import gzip
import struct

import numpy as np
import pytest
from raw_files import TEST, image_idx, images_of, label_idx, labels_of

from snn_brian.base.errors import UserError
from snn_brian.data import idx

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
    "floats": (
        IMAGES,
        struct.pack(">I", 0xD03) + GOOD_IMAGES[4:],
        "magic number is 3331, not 2051",
    ),
    "fewer labels": (LABELS, label_idx(labels_of(TEST - 1)), "holds 10 labels for the 11 images"),
    "more labels": (LABELS, label_idx(labels_of(TEST + 1)), "holds 12 labels for the 11 images"),
    "label 10": (
        LABELS,
        label_idx(np.arange(TEST, dtype=np.uint8)),
        "label 10, but labels go from 0 to 9",
    ),
}


@pytest.fixture
def pair(tmp_path):
    (tmp_path / IMAGES).write_bytes(GOOD_IMAGES)
    (tmp_path / LABELS).write_bytes(GOOD_LABELS)
    return tmp_path / IMAGES, tmp_path / LABELS


def refused(pair, file):
    with pytest.raises(UserError) as caught:
        idx.check_pair(*pair)
    sentence = str(caught.value)
    assert sentence.startswith(f"{file}: this data file ") and sentence.endswith(
        "replace it and try again."
    )
    return sentence


def test_images_are_counted(pair):
    assert idx.check_pair(*pair) == TEST


@pytest.mark.parametrize("case", BROKEN)
def test_broken_file(pair, case):
    kind, content, said = BROKEN[case]
    file = pair[0].with_name(kind)
    file.write_bytes(content)
    assert said in refused(pair, file)


@pytest.mark.parametrize("which", [0, 1])
def test_folder_in_place_of_a_file(pair, which):
    pair[which].unlink()
    pair[which].mkdir()
    assert "cannot be read (Is a directory)" in refused(pair, pair[which])
