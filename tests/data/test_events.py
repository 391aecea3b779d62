"""Event times become spikes in their time steps, and bad files are told of in one sentence."""

import json
import math
import sys
from fractions import Fraction

import h5py
import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.data import archive, event_places, events
from snn_brian.data.datasets import load_data
from snn_brian.job.job import flags, main

STEPS = 5
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


def dense(found):
    """Events as (presentations, steps, inputs) of the training and the test set, read from the file
    by its layout alone; in each presentation, numbers must rise."""
    words = np.fromfile(found.file, np.int32)
    train, rows = len(found.train_labels), len(found.train_labels) + len(found.test_labels)
    assert words[0] == rows + 1 and words[rows] == len(words) == found.events
    images = np.zeros((rows, STEPS, found.pixels), int)
    for row in range(rows):
        own = words[words[row] : words[row + 1]]
        assert np.all(np.diff(own) > 0)
        images[row, own // found.pixels, own % found.pixels] = 1
    return images[:train], images[train:]


def test_events_are_in_their_time_steps(file):
    found = events.load_events(file(), STEPS)
    expected = np.zeros((3, STEPS, 4))
    for presentation, step, spiking in (
        (0, 0, 0),
        (0, 3, 1),
        (1, 3, 3),
        (2, 0, 3),
    ):  # that at 0.5 s is too late
        expected[presentation, step, spiking] = 1
    train, test = dense(found)
    np.testing.assert_array_equal(train, expected)
    np.testing.assert_array_equal(test.nonzero(), [[0], [2], [2]])
    assert (found.classes, found.pixels, found.name) == (3, 4, "mine")
    assert found.left_out == {"train": pytest.approx(0.2), "test": 0}
    assert (
        found.train_labels.dtype == np.int32
        and found.sha256 != events.load_events(file(inputs=5), STEPS).sha256
    )


def test_the_first_presentations_alone(file):
    found = events.load_events(file(), STEPS, train=1, test=1)
    assert dense(found)[0].shape == (1, STEPS, 4) and dense(found)[0].sum() == 2
    with pytest.raises(
        UserError, match="--train: 4 is not possible; .*mine.npz has 3 presentations"
    ):
        events.load_events(file(), STEPS, train=4)


@pytest.mark.parametrize("piece", [7, 2**20])
def test_any_order_and_events_twice_give_the_same_file(file, monkeypatch, piece):
    """Against a table that is filled event by event; the pieces in which a file is read do not
    show."""
    monkeypatch.setattr(archive, "PIECE", piece)
    monkeypatch.setattr(archive.Column.pieces, "__defaults__", (piece,))
    random = np.random.default_rng(3)
    presentation, step, spiking = (random.integers(0, most, 200) for most in (3, 9, 4))
    expected = np.zeros((3, STEPS, 4))
    for p, s, i in zip(presentation, step, spiking):
        if s < STEPS:
            expected[p, s, i] = 1
    found = events.load_events(
        file(
            train_times=(step + 0.5) / 1e3, train_inputs=spiking, train_presentations=presentation
        ),
        STEPS,
    )
    np.testing.assert_array_equal(dense(found)[0], expected)
    assert found.left_out["train"] == pytest.approx((step >= STEPS).mean())


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "u4", "i8", "u8", ">f4"])
def test_an_event_at_k_ms_is_in_step_k(dtype):
    """Seconds, or whole microseconds."""
    k = np.arange(1000)
    times = (k * 1000 if "f" not in dtype else k / 1e3).astype(dtype)
    np.testing.assert_array_equal(event_places.time_steps(times, 1_000_000), k)
    assert event_places.time_steps(np.array([0.0005]).astype("f8"), 1_000_000) == 0


def test_the_step_is_the_floor_of_the_time_in_bins():
    """Against exact fractions; what is nearer to a step's start than a millionth is at it."""
    random = np.random.default_rng(2)
    for bin in (1_000_000, 500_000, 333, 2_500_000):
        whole = random.integers(0, 10**6, 300)
        expected = [int(Fraction(int(t) * 1000) // bin) for t in whole]
        np.testing.assert_array_equal(event_places.time_steps(whole, bin), expected)
        times = random.uniform(0, 1, 300)
        expected = [math.floor(Fraction(t) * 10**9 / bin + Fraction(1, 10**6)) for t in times]
        np.testing.assert_array_equal(event_places.time_steps(times, bin), expected)
    assert event_places.time_steps(np.array([2**64 - 1], np.uint64), 1)[0] > 2**50
    assert event_places.time_steps(np.array([1e300]), 1)[0] > 2**50


def test_a_type_too_coarse_for_the_bin_is_refused(file):
    coarse = file(train_times=np.array([0, 0.5, 1.5, 2.5, 3], np.float16))
    events.load_events(coarse, 2000)
    with pytest.raises(
        UserError, match="^--bin: .*train_times holds float16, which near 3 s .* 0.002"
    ):
        events.load_events(coarse, 4000)
    events.load_events(coarse, 2000, bin=2_000_000)


@pytest.mark.parametrize(
    "times, steps, latest, needed",
    [
        (np.array([10.0, 20, 30, 40, 250]), 300, "250 s", 250001),  # ms, or us, as floats
        (np.array([0.1, 0.2, 0.3, 0.4, 0.25]), 1, "0.4 s", 401),  # --steps forgotten
        (np.array([1, 2, 3, 4, 5]) * 10**6, 300, "5e[+]06 us", 5001),  # ns as whole numbers
    ],
)
def test_presentations_without_nearly_any_event_are_refused(file, times, steps, latest, needed):
    with pytest.raises(
        UserError,
        match=f"^--steps: 0 of the 5 events in .*mine.npz: train_times fall into {steps} steps of "
        f"1 ms; the latest is at {latest}, which needs --steps {needed} .*microseconds.*[.]$",
    ):
        events.load_events(file(train_times=times), steps)
    if needed < 10_000:
        assert events.load_events(file(train_times=times), needed).left_out["train"] == 0


def test_whole_milliseconds_taken_for_microseconds_are_refused(file):
    """All would be in the first step."""
    with pytest.raises(
        UserError, match="^--steps: 5 of the 5 .* at 290 us, which needs --steps 1 .*microseconds"
    ):
        events.load_events(file(train_times=np.array([0, 10, 290, 200, 100])), 300)


def test_a_set_without_events_is_refused(file):
    empty = {f"test_{name}": np.zeros(0, int) for name in ("times", "inputs", "presentations")}
    with pytest.raises(UserError, match="test_times holds no event of the presentations used"):
        events.load_events(file(**empty), STEPS)


def test_too_many_events_for_the_memory_name_the_flags_that_help(file, monkeypatch):
    monkeypatch.setattr(event_places, "available_memory", lambda: 30)
    with pytest.raises(
        UserError,
        match="^--train: .* events of .* in 5 steps need .*--train and --test, or fewer --steps",
    ):
        events.load_events(file(), STEPS)
    with pytest.raises(UserError, match="^--steps: 1000000000 with the 4 inputs"):
        events.load_events(file(), 10**9)


def test_a_full_disk_is_told_before_it_is_used(file, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(event_places.os, "posix_fallocate", full)
    with pytest.raises(UserError, match="^TMPDIR: the events need .*No space left on device"):
        events.load_events(file(), STEPS)


@pytest.mark.parametrize(
    "changes, said",
    [
        (
            dict(train_inputs=None, inputs=None),
            "lacks train_inputs, inputs; it must hold train_times",
        ),
        (dict(inputs=4.5), "inputs=.*one whole number"),
        (dict(inputs=3), "train_inputs holds 3; .* from 0 to below 3"),
        (dict(train_times=np.array([True] * 5)), "train_times holds bool; give seconds, or whole"),
        (dict(train_labels=np.array([0, 1, 3])), "labels go to 3, but .* none of class 2"),
        (dict(test_labels=np.array([3])), "labels go to 3, but .* none of class 3"),
        (dict(train_inputs=np.array([{}] * 5)), "train_inputs holds object"),
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
        events.load_events(file(**changes), STEPS)


def test_hdf5_holds_the_same_arrays(file, tmp_path):
    with h5py.File(tmp_path / "mine.h5", "w") as other:
        for name, value in GOOD.items():
            other[name] = value
        other.create_group("more")
    one, two = events.load_events(file(), 5), events.load_events(tmp_path / "mine.h5", 5)
    assert one.sha256 == two.sha256


def test_hdf5_without_its_library(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(
        UserError, match=r"mine.h5: HDF5 needs h5py; run `pip install -e '.\[hdf5\]'`"
    ):
        events.load_events(tmp_path / "mine.h5", 5)


def test_a_file_that_is_none(tmp_path):
    for suffix in archive.SUFFIXES:
        (tmp_path / f"x{suffix}").write_text("no")
        with pytest.raises(UserError, match=f"x{suffix}: cannot be read as {suffix}"):
            events.load_events(tmp_path / f"x{suffix}", 5)
    with pytest.raises(UserError, match="--dataset: .*y.npz': there is no such file"):
        main(flags().parse_args(["--dataset", str(tmp_path / "y.npz")]))


def test_events_have_their_own_test_set(file):
    with pytest.raises(UserError, match="^--validation: a file of events"):
        load_data(str(file()), steps=5, validation=1)


def test_the_network_sees_each_event_in_its_step(file, tmp_path, capsys):
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
    np.testing.assert_array_equal(spikes.nonzero(), [[0], [2], [2]])
    summary = json.loads((out / "summary.json").read_text())
    assert summary["events_left_out"] == {"train": pytest.approx(0.2), "test": 0}
    assert "left out: train 20.00%, test 0.00%" in capsys.readouterr().out
