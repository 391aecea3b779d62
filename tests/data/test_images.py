"""Image data: what is loaded, the first time and later, and what is said of bad arguments."""

import gzip
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from raw_files import (
    FOLDERS,
    TEST,
    TRAIN,
    assert_equal,
    failure,
    images_of,
    label_idx,
    labels_of,
    small,
    write_raw,
)

from snn_brian.data import images as data
from snn_brian.data import torchvision_import


def arrays(images):
    return [images.train_images, images.train_labels, images.test_images, images.test_labels]


def test_embedded_mnist_is_the_whole_mnist():
    mnist = data.load_images()
    assert (mnist.name, mnist.classes, mnist.shape) == ("mnist", 10, (28, 28))
    assert mnist.train_images.shape == (60000, 784) and mnist.train_images.dtype == np.uint8
    assert mnist.test_images.shape == (10000, 784) and mnist.test_images.dtype == np.uint8
    assert mnist.train_labels.shape == (60000,) and mnist.train_labels.dtype == np.int32
    assert mnist.test_labels.shape == (10000,) and mnist.test_labels.dtype == np.int32
    assert mnist.train_labels[:8].tolist() == [5, 0, 4, 1, 9, 2, 1, 3]
    assert mnist.test_labels[:8].tolist() == [7, 2, 1, 0, 4, 1, 4, 9]
    pixels = hashlib.sha256(mnist.test_images).hexdigest()
    with gzip.open(Path(data.__file__).parent / "mnist" / "t10k-images-idx3-ubyte.gz") as file:
        assert pixels == hashlib.sha256(file.read()[16:]).hexdigest()


def test_datasets_lists_what_there_is():
    assert data.DATASETS == ("mnist", "fashion-mnist", "kmnist", "emnist")


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_data_root_in_torchvision_layout(tmp_path, data_cache, dataset):
    write_raw(tmp_path / "root", dataset)
    images = data.load_images(dataset, data_root=tmp_path / "root")
    assert images.name == dataset
    assert_equal(arrays(images), small(dataset))
    assert not (data_cache / FOLDERS[dataset]).exists()


@pytest.mark.parametrize("dataset", data.DATASETS)
def test_later_loads_need_no_torchvision(tmp_path, monkeypatch, dataset):
    write_raw(tmp_path, dataset)
    first = data.load_images(dataset, data_root=tmp_path, train=2)
    monkeypatch.setattr(torchvision_import, "datasets", None)
    again = data.load_images(dataset, data_root=tmp_path, train=2)
    assert_equal(arrays(again), arrays(first))
    assert again.sha256 == first.sha256
    assert_equal(arrays(data.load_images(dataset, data_root=tmp_path)), small(dataset))


def test_later_processes_import_no_torch(tmp_path):
    write_raw(tmp_path)
    data.load_images(data_root=tmp_path)
    script = (
        "import sys; from snn_brian.data import images; images.load_images(data_root=sys.argv[1]); "
        "print({'torch', 'torchvision'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "set()\n"


def test_data_root_needs_no_cache(tmp_path, data_cache):
    data_cache.parent.write_text("no folder")
    write_raw(tmp_path)
    assert_equal(arrays(data.load_images(data_root=tmp_path)), small())


def test_other_data_sets_lie_in_the_cache(data_cache):
    write_raw(data_cache, "kmnist")
    assert_equal(arrays(data.load_images("kmnist")), small("kmnist"))


def test_missing_files_in_the_cache(data_cache, capfd):
    sentence = failure(capfd, data.load_images, "fashion-mnist")
    assert str(data_cache / "FashionMNIST" / "raw") in sentence


def test_data_root_may_start_with_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    write_raw(tmp_path / "root")
    assert_equal(arrays(data.load_images(data_root="~/root")), small())


def test_first_images_are_used(tmp_path):
    write_raw(tmp_path)
    images = data.load_images(data_root=str(tmp_path), train=3, test=np.int64(TEST))
    assert np.array_equal(images.train_images, images_of(TRAIN, 0)[:3].reshape(3, 784))
    assert images.train_labels.tolist() == [0, 1, 2]
    assert len(images.test_images) == len(images.test_labels) == TEST


def test_sha256_is_that_of_the_images_and_labels_used(tmp_path):
    write_raw(tmp_path)
    images = data.load_images(data_root=tmp_path, train=3, test=2)
    content = images_of(TRAIN, 0)[:3].tobytes() + labels_of(3).astype("<i4").tobytes()
    content += images_of(TEST, 1)[:2].tobytes() + labels_of(2).astype("<i4").tobytes()
    assert images.sha256 == hashlib.sha256(content).hexdigest()
    assert images.sha256 != data.load_images(data_root=tmp_path, train=4, test=2).sha256


def test_validation_images_are_the_last_training_images_and_are_not_trained_on(tmp_path):
    write_raw(tmp_path)
    images = data.load_images(data_root=tmp_path, validation=4)
    train, labels = images_of(TRAIN, 0).reshape(TRAIN, -1), labels_of(TRAIN).astype(np.int32)
    assert_equal(arrays(images), [train[:-4], labels[:-4], train[-4:], labels[-4:]])
    assert (images.validation, data.load_images(data_root=tmp_path).validation) == (4, None)
    assert_equal(
        arrays(data.load_images(data_root=tmp_path, validation=4, train=3))[:2],
        [train[:3], labels[:3]],
    )


def test_impossible_validation(tmp_path, capfd):
    write_raw(tmp_path)
    for given in (0, TRAIN, True, "3"):
        assert failure(capfd, data.load_images, data_root=tmp_path, validation=given).startswith(
            f"--validation: {given!r} is not"
        )
    assert failure(
        capfd, data.load_images, data_root=tmp_path, validation=4, train=TRAIN - 3
    ).startswith(f"--train: {TRAIN - 3} ")
    assert failure(capfd, data.load_images, data_root=tmp_path, validation=4, test=2).startswith(
        "--test: no test image is used"
    )


def test_images_are_frozen(tmp_path):
    write_raw(tmp_path)
    with pytest.raises(AttributeError):
        data.load_images(data_root=tmp_path).classes = 5


# what is said of bad arguments and files


@pytest.mark.parametrize("name", ["minst", "MNIST", "", None, ["mnist"]])
def test_unknown_data_set(capfd, name):
    sentence = failure(capfd, data.load_images, dataset=name)
    assert (
        sentence
        == f"--dataset: {name!r} is unknown; choose one of mnist, fashion-mnist, kmnist, emnist."
    )


@pytest.mark.parametrize("flag, there_are", [("train", TRAIN), ("test", TEST)])
@pytest.mark.parametrize("given", [0, -1, 13, 1.0, 2.5, True, "3", float("nan")])
def test_impossible_number_of_images(tmp_path, capfd, flag, there_are, given):
    write_raw(tmp_path)
    sentence = failure(capfd, data.load_images, data_root=tmp_path, **{flag: given})
    assert sentence.startswith(f"--{flag}: {given!r} ")
    assert f"from 1 to {there_are}," in sentence and "mnist" in sentence


def test_number_of_images_is_that_of_its_own_set(tmp_path, capfd):
    write_raw(tmp_path)
    assert len(data.load_images(data_root=tmp_path, train=TRAIN).train_images) == TRAIN
    assert failure(capfd, data.load_images, data_root=tmp_path, test=TRAIN).startswith(
        f"--test: {TRAIN} "
    )


@pytest.mark.parametrize("part", ["train", "test"])
def test_broken_file(tmp_path, capfd, part):
    file = write_raw(tmp_path, "emnist") / f"emnist-digits-{part}-labels-idx1-ubyte"
    file.write_bytes(label_idx(labels_of(TRAIN))[:-2])
    assert failure(capfd, data.load_images, "emnist", data_root=tmp_path).startswith(f"{file}: ")
