"""Events in the files of the Spiking Heidelberg Digits are the same events in any other file."""

import h5py
import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.data import ragged
from snn_brian.data.datasets import load_data
from snn_brian.data.events import load_events

INPUTS, COUNTS = 30, {"train": 12, "test": 6}


def presentations(kind=np.float32, seed=0):
    """{part: (times, units, labels)}, one presentation of which is empty."""
    random = np.random.default_rng(seed)
    found = {}
    for part, count in COUNTS.items():
        sizes = random.integers(1, 40, count)
        sizes[1] = 0
        times = [np.sort(random.uniform(0, 0.02, size)).astype(kind) for size in sizes]
        units = [random.integers(0, INPUTS - 2, size).astype(np.uint16) for size in sizes]
        found[part] = times, units, np.arange(count, dtype=np.uint8) % 3
    found["test"][1][0][0] = INPUTS - 1  # the largest
    return found


def write(folder, found, name="shd_{}.h5"):
    for part, (times, units, labels) in found.items():
        with h5py.File(folder / name.format(part), "w") as file:
            spikes = file.create_group("spikes")
            for key, rows in (("times", times), ("units", units)):
                kind = h5py.vlen_dtype(rows[0].dtype)
                dataset = spikes.create_dataset(key, (len(rows),), kind)
                for number, row in enumerate(rows):
                    dataset[number] = row
            file["labels"] = labels
            file.create_group("extra").create_dataset("speaker", data=np.zeros(len(labels)))


def flat(folder, found):
    arrays = {"inputs": np.array(INPUTS)}
    for part, (times, units, labels) in found.items():
        arrays[f"{part}_times"] = np.concatenate(times)
        arrays[f"{part}_inputs"] = np.concatenate(units)
        sizes = [len(row) for row in times]
        arrays[f"{part}_presentations"] = np.repeat(np.arange(len(sizes)), sizes)
        arrays[f"{part}_labels"] = labels
    np.savez(folder / "flat.npz", **arrays)
    return folder / "flat.npz"


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("piece", [7, 2**20])
def test_they_are_the_same_events(tmp_path, monkeypatch, kind, piece):
    monkeypatch.setattr(ragged, "PIECE", piece)
    found = presentations(kind)
    write(tmp_path, found)
    one = load_data(str(tmp_path), steps=15)
    other = load_events(flat(tmp_path, found), steps=15)
    assert one.sha256 == other.sha256 and one.left_out == other.left_out
    assert one.pixels == INPUTS and one.classes == 3
    assert np.array_equal(np.fromfile(one.file, np.int32), np.fromfile(other.file, np.int32))
    first = load_data(str(tmp_path), steps=15, train=5, test=2)
    assert first.sha256 == load_events(tmp_path / "flat.npz", 15, train=5, test=2).sha256


def without(folder, name):
    with h5py.File(folder / "shd_train.h5", "a") as file:
        del file[name]


def other(folder, name, values):
    without(folder, name)
    with h5py.File(folder / "shd_train.h5", "a") as file:
        file[name] = values


def shorter(folder):
    with h5py.File(folder / "shd_train.h5", "a") as file:
        file["spikes/times"][3] = file["spikes/times"][3][:-1]


def fractions(folder):
    times, units, labels = presentations()["train"]
    write(folder, {"train": (times, [row.astype(np.float32) for row in units], labels)})


@pytest.mark.parametrize(
    "harm, said",
    [
        (lambda f: without(f, "spikes/units"), "shd_train.h5: lacks spikes/units; it must hold"),
        (lambda f: without(f, "labels"), "lacks labels"),
        (lambda f: other(f, "spikes/times", np.zeros(12)), "spikes/times holds float64; give an"),
        (lambda f: other(f, "labels", np.zeros(11, int)), r"shape \(12,\), but labels \(11,\)"),
        (lambda f: other(f, "labels", np.zeros(12)), "train_labels holds float64"),
        (fractions, "spikes/units holds float32; give whole numbers"),
        (shorter, "presentation 3 has .* spikes/times, but .* spikes/units"),
        (lambda f: (f / "shd_test.h5").unlink(), r"one file \*test\*.h5, but there is none"),
        (
            lambda f: (f / "ssc_train.h5").write_bytes(b""),
            r"one file \*train\*.h5, but there is shd_train.h5, ssc_train.h5",
        ),
        (lambda f: (f / "shd_train.h5").write_bytes(b"no"), "cannot be read as .h5"),
    ],
)
def test_what_is_wrong_is_told(tmp_path, harm, said):
    write(tmp_path, presentations())
    harm(tmp_path)
    with pytest.raises(UserError, match=said) as caught:
        load_data(str(tmp_path), steps=15)
    assert "\n" not in str(caught.value)


def test_a_folder_without_such_files_is_none_of_them(tmp_path):
    assert ragged.files(tmp_path) == {}
