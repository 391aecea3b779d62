"""Predictions are the test's answers, for any images, and leave a training as it was."""

from dataclasses import replace

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.check.loading import declarations, load
from snn_brian.data.events import Events
from snn_brian.data.images import Images
from snn_brian.train.arm import Arm
from snn_brian.train.prediction import confusion
from snn_brian.train.training import Training

RATE = dict(
    neuron=declarations("neuron")["leaky_integrate_and_fire"][0],
    encoder=declarations("encoder")["rate"][0],
    steps=4,
)
COUNTING = replace(  # a threshold that goes on from presentation to presentation
    RATE["neuron"],
    name="counting",
    equations=RATE["neuron"].equations + "\ntheta : 1",
    start_of_presentation="U = 0\nI = 0",
    threshold="U > 1 + theta",
    reset=f"{RATE['neuron'].reset}\ntheta += 0.01",
)


def trained(training, mnist, arm="ternary", images=(12, 25), **changes):
    made = training(arm, mnist(*images), target="numpy", **changes)
    return made, list(made.epochs())[-1]


@pytest.mark.parametrize(
    "arm, changes",
    [("ternary", {}), ("adam", {}), ("baseline", RATE), ("ternary", RATE | {"neuron": COUNTING})],
)
def test_the_test_images_are_answered_as_in_the_test(training, mnist, arm, changes):
    made, last = trained(training, mnist, arm, **changes)
    images = mnist(12, 25)
    for asked in (None, images, images.test_images, images.test_images.reshape(25, 28, 28)):
        found = made.predict(asked)
        right = (found.classes == images.test_labels).sum(axis=1)
        assert np.array_equal(right, np.rint(25 * last.test_accuracy))
    assert found.classes.shape == (2, 25)
    assert [each.shape for each in found.spikes] == [(25, made.arm.steps, n) for n in (30, 20)]


def test_nothing_of_the_training_changes(training, mnist):
    """Neither what it has learned, nor its traces and thresholds, nor what it does next."""
    asked, alone = (
        training("ternary", mnist(12, 9), target="numpy", **(RATE | {"neuron": COUNTING}))
        for _ in range(2)
    )
    for one, other in zip(asked.epochs(), alone.epochs()):
        before = asked.arrays(one.number)
        asked.predict(mnist(12, 9).test_images[:3])
        confusion(asked)
        after = asked.arrays(one.number)
        for name, value in before.items():
            assert np.array_equal(value, after[name], equal_nan=name.startswith("measured")), name
            if "seconds" not in name:
                assert np.array_equal(
                    value, other.arrays[name], equal_nan=name.startswith("measured")
                ), name
    assert after["layer_1.theta"].max() > 0


def test_a_prediction_is_what_numpy_says(training, mnist):
    made, _ = trained(training, mnist, "baseline")
    images = mnist(12, 25).test_images
    found = made.predict(images / 255)
    spikes = images / 255 > float(made.arm.encoder.parameters["theta"])
    for l, (classes, fired) in enumerate(zip(found.classes, found.spikes), 1):
        spikes = spikes @ made.state[f"synapses_{l}.w"] > 0
        assert np.array_equal(fired[:, 0], spikes)
        readout = spikes @ made.classifiers[f"classifier_{l}.J"].T
        assert np.array_equal(classes, readout.argmax(axis=1))


def test_darkness_is_an_image(training, mnist):
    made, _ = trained(training, mnist)
    assert not made.predict(np.zeros((2, 28, 28), np.uint8)).spikes[0].any()


def test_the_confusion_matrix_is_of_the_same_test(training, mnist):
    made, last = trained(training, mnist)
    counts, labels = confusion(made), mnist(12, 25).test_labels
    assert counts.shape == (2, 10, 10)
    right = counts.trace(axis1=1, axis2=2)
    assert np.array_equal(right, np.rint(25 * last.test_accuracy))
    for own, classes in zip(counts, made.predict().classes):
        expected = np.zeros((10, 10), int)
        np.add.at(expected, (labels, classes), 1)
        assert np.array_equal(own, expected)


@pytest.mark.parametrize(
    "images, said",
    [
        (np.zeros((3, 28, 27)), r"shape \(3, 28, 27\); give \(images, 28, 28\), or \(images, 784"),
        (np.zeros((28, 28)), r"shape \(28, 28\)"),
        (np.zeros((0, 784)), r"shape \(0, 784\)"),
        ("digits", r"shape \(\)"),
        ([[1, 2], [3]], "the images are no array"),
        (np.full((2, 784), "a"), "holds <U1; give uint8"),
        (np.full((2, 784), 2.0), "from 2 to 2; give whole numbers from 0 to 255, or floating"),
        (np.full((2, 784), np.nan), "give finite numbers"),
        (np.full((2, 784), -1), "from -1 to -1; give whole numbers"),
        (np.full((2, 784), 1), "full brightness is 255; scale all images"),
    ],
)
def test_images_that_do_not_fit_are_refused(training, mnist, images, said):
    made = training("baseline", mnist(2, 2), target="numpy")
    with pytest.raises(UserError, match=f"^predict: .*{said}"):
        made.predict(images)


def test_data_of_another_kind_are_refused(training, mnist):
    made = training("baseline", mnist(2, 2), target="numpy")
    images = mnist(2, 2)
    small = replace(
        images, train_images=images.train_images[:, :9], test_images=images.test_images[:, :9]
    )
    with pytest.raises(UserError, match="^predict: 'mnist' has images of 9 inputs.*images of 784"):
        made.predict(small)
    many = np.broadcast_to(np.full(784, 255, np.uint8), (70_000, 784))
    with pytest.raises(UserError, match="^predict: 70000 images.*at most 60000 at a time"):
        made.predict(many)


def begun(images):
    """A network that has learned nothing, in NumPy."""
    kinds = dict(neuron="integrate_and_fire", encoder="threshold", optimizer="sgd", loss="mse")
    own = {kind: load(kind, name) for kind, name in kinds.items()} | dict(programming=None)
    own |= dict(weights=load("device", "ideal"), batch=1, steps=1, eta=None, epochs=0, seed=0)
    return Training(Arm(layers=(5, 4), target="numpy", **own), images)


def noise(train, test):
    """Images of four pixels, of which those of training are all dark."""
    pictures = np.random.default_rng(1).integers(0, 256, (test, 4), dtype=np.uint8)
    labels = (np.arange(count, dtype=np.int32) % 3 for count in (train, test))
    dark = np.zeros((train, 4), np.uint8)
    return Images(dark, next(labels), pictures, next(labels), 3, "noise", (2, 2), "")


def test_training_images_take_room_too():
    """Of 70000 rows of the table; test images come after them."""
    own = begun(noise(3, 10))
    expected = own.predict(noise(3, 10).test_images)
    found = own.predict(noise(69_990, 10))
    assert found.classes.shape == (2, 10) and found.spikes[0].any()
    for one, other in zip((found.classes, *found.spikes), (expected.classes, *expected.spikes)):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(UserError, match="^predict: 11 images are too many.*at most 10 at a time"):
        own.predict(noise(69_990, 11))


def test_events_that_find_no_room_are_refused(tmp_path):
    """A runtime target has as many words as the events that it learned from."""

    def events(name, inputs):
        """Two presentations of a step; in the second, which is the test, these inputs fire."""
        words = np.array([3, 3, 3 + len(inputs), *inputs], np.int32)
        words.tofile(tmp_path / name)
        label, sizes = np.zeros(1, np.int32), {"train": 0.0, "test": 0.0}
        return Events(label, label, 2, name, (1, 4), name, tmp_path / name, len(words), sizes, 1e-3)

    own = begun(events("two", [0, 3]))
    as_many, fewer = own.predict(events("others", [1, 2])), own.predict(events("one", [3]))
    assert as_many.classes.shape == fewer.classes.shape == (2, 1)
    U = own.state["synapses_1.w"]
    np.testing.assert_array_equal(as_many.spikes[0][0, 0], U[1] + U[2] > 0)
    np.testing.assert_array_equal(fewer.spikes[0][0, 0], U[3] > 0)
    with pytest.raises(UserError, match="'three' has more events than the 5 words that --target n"):
        own.predict(events("three", [0, 1, 2]))


def test_an_image_is_shown_to_the_last_bit_of_each_pixel(monkeypatch):
    """Which a threshold would not see."""
    own, shown = begun(noise(3, 10)), []

    def watch(tables, order, what):
        shown.append(tables["image"][order])
        raise InterruptedError

    monkeypatch.setattr(own, "watch", watch)
    wanted = noise(3, 10).test_images
    for asked in (wanted, wanted / 255):
        with pytest.raises(InterruptedError):
            own.predict(asked)
        np.testing.assert_array_equal(shown.pop().astype(int) + 128, wanted)
