"""Event times become spikes in their time steps, and bad files are told of in one sentence."""

import sys

import h5py
import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.data import events
from snn_brian.job.arguments import is_events
from snn_brian.job.job import flags, main

GOOD = dict(
    inputs=4,
    train_times=np.array([0.0, 0.0031, 0.003, 0.0009, 0.5]),
    train_inputs=np.array([0, 1, 3, 3, 2]),
    train_presentations=np.array([0, 0, 1, 2, 1]),
    train_labels=np.array([0, 1, 2]),
    test_times=np.array([0.002]),
    test_inputs=np.array([2], np.uint8),
    test_presentations=np.array([0]),
    test_labels=np.array([1]),
)


@pytest.fixture
def file(tmp_path):
    def write(**changes):
        np.savez(
            tmp_path / "mine.npz",
            **{name: value for name, value in (GOOD | changes).items() if value is not None},
        )
        return tmp_path / "mine.npz"

    return write


def test_events_are_in_the_frames_of_their_time_steps(file):
    images = events.load_events(file(), steps=5)
    expected = np.zeros((3, 5, 4))
    for presentation, step, spiking in (
        (0, 0, 0),
        (0, 3, 1),
        (1, 3, 3),
        (2, 0, 3),
    ):  # that at 0.5 s is too late
        expected[presentation, step, spiking] = 255
    np.testing.assert_array_equal(images.train_images.reshape(3, 5, 4), expected)
    np.testing.assert_array_equal(images.test_images.reshape(5, 4).nonzero(), [[2], [2]])
    assert (images.classes, images.frames, images.pixels, images.name) == (3, 5, 4, "mine")
    assert (
        images.train_labels.dtype == np.int32
        and images.sha256 != events.load_events(file(inputs=5), 5).sha256
    )


def test_the_first_presentations_alone(file):
    images = events.load_events(file(), 5, train=1, test=1)
    assert images.train_images.shape == (1, 20) and images.train_images.sum() == 2 * 255
    with pytest.raises(
        UserError, match="--train: 4 is not possible; .*mine.npz has 3 presentations"
    ):
        events.load_events(file(), 5, train=4)


@pytest.mark.parametrize(
    "changes, said",
    [
        (
            dict(train_inputs=None, inputs=None),
            "lacks train_inputs, inputs; it must hold train_times",
        ),
        (dict(inputs=4.5), "inputs=.*one whole number"),
        (dict(inputs=3), "train_inputs holds 3; .* from 0 to below 3"),
        (dict(train_times=np.array([1, 2, 3, 4, 5])), "train_times holds int64; give seconds"),
        (dict(train_times=np.array([-0.1, 0, 0, 0, 0])), "train_times holds -0.1"),
        (dict(train_times=np.array([np.nan, 0, 0, 0, 0])), "train_times holds nan"),
        (dict(train_inputs=np.array([0, 1])), r"train_inputs has the shape \(2,\)"),
        (
            dict(train_labels=np.array([0.0, 1.0, 2.0])),
            "train_labels holds float64; give whole numbers",
        ),
        (
            dict(train_presentations=np.array([0, 0, 0, 0, 3])),
            "train_presentations holds 3; .* below 3",
        ),
        (dict(test_labels=np.array([], int)), "test_labels is empty"),
    ],
)
def test_what_is_wrong_is_told_with_the_array(file, changes, said):
    with pytest.raises(UserError, match=said):
        events.load_events(file(**changes), 5)


def test_hdf5_holds_the_same_arrays(file, tmp_path):
    with h5py.File(tmp_path / "mine.h5", "w") as other:
        for name, value in GOOD.items():
            other[name] = value
        other.create_group("more")
    one, two = events.load_events(file(), 5), events.load_events(tmp_path / "mine.h5", 5)
    assert one.sha256 == two.sha256 and is_events(str(tmp_path / "mine.h5"))


def test_hdf5_without_its_library(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(
        UserError, match=r"mine.h5: HDF5 needs h5py; run `pip install -e '.\[hdf5\]'`"
    ):
        events.load_events(tmp_path / "mine.h5", 5)


def test_a_file_that_is_none(tmp_path):
    for suffix in events.SUFFIXES:
        (tmp_path / f"x{suffix}").write_text("no")
        with pytest.raises(UserError, match=f"x{suffix}: cannot be read as {suffix}"):
            events.load_events(tmp_path / f"x{suffix}", 5)
    with pytest.raises(UserError, match="--dataset: .*y.npz': there is no such file"):
        main(flags().parse_args(["--dataset", str(tmp_path / "y.npz")]))
    with pytest.raises(UserError, match="--validation: a file of events"):
        main(flags().parse_args(["--dataset", str(tmp_path / "x.npz"), "--validation", "1"]))


def test_the_network_sees_each_event_in_its_step(file, tmp_path):
    out = tmp_path / "run"
    main(
        flags().parse_args(
            [
                "--dataset",
                str(file()),
                "--encoding",
                "events",
                "--steps",
                "5",
                "--layers",
                "3",
                "--arm",
                "baseline",
                "--epochs",
                "1",
                "--target",
                "numpy",
                "--record",
                "inputs.spikes",
                "--out",
                str(out),
            ]
        )
    )
    spikes = np.load(out / "records" / "baseline.npz")["inputs.spikes"]
    np.testing.assert_array_equal(
        spikes, events.load_events(file(), 5).test_images.reshape(1, 5, 4) > 0
    )
