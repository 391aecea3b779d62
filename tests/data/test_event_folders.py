"""Recordings in the folders that tonic leaves are the same events in any other file, and those that
tonic reads."""

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.data.datasets import load_data
from snn_brian.data.events import load_events

COUNTS = {"train": 12, "test": 6}
SIDES = {"nmnist": 34, "gestures": 128}


def recordings(kind, seed=0):
    """{part: [(number, class, x, y, polarity, times in microseconds)]}"""
    random, side, found = np.random.default_rng(seed), SIDES[kind], {}
    for part, count in COUNTS.items():
        found[part] = []
        for number in range(count):
            events = int(random.integers(20, 60)) if number else 0
            times = np.sort(random.integers(0, 20_000, events))
            if kind == "gestures":
                times = times // 1000 * 1000
            x, y = random.integers(0, side, (2, events))
            found[part].append((number, number % 3, x, y, random.integers(0, 2, events), times))
    return found


def write_nmnist(folder, found):
    for part, rows in found.items():
        for number, label, x, y, polarity, times in rows:
            path = folder / part.title() / str(label) / f"{number + 1:05d}.bin"
            path.parent.mkdir(parents=True, exist_ok=True)
            content, clock = [], 0
            for own in zip(x, y, polarity, times):
                while own[3] - clock >= 2**13:  # the clock begins anew
                    content.append([0, 240, 0, 0, 0])
                    clock += 2**13
                time = int(own[3]) - clock
                content.append(
                    [own[0], own[1], own[2] << 7 | time >> 16, time >> 8 & 255, time & 255]
                )
            np.array(content, np.uint8).tofile(path)


def write_gestures(folder, found):
    for part, rows in found.items():
        for number, label, x, y, polarity, times in rows:
            user = folder / f"ibmGesture{part.title()}" / f"user{number // 3:02d}_lab"
            user.mkdir(parents=True, exist_ok=True)
            content = np.stack([x, y, polarity, times // 1000], axis=1).astype(float)
            np.save(user / f"{label}.npy", content)


WRITE = {"nmnist": write_nmnist, "gestures": write_gestures}
both = pytest.mark.parametrize("kind", WRITE)


def flat(path, found, side):
    arrays = {"inputs": np.array(side**2 * 2)}
    for part, rows in found.items():
        numbers, labels, x, y, polarity, times = zip(*rows)
        sizes = [len(own) for own in times]
        arrays[f"{part}_times"] = np.concatenate(times)
        arrays[f"{part}_inputs"] = np.concatenate(
            [2 * (side * v + u) + p for u, v, p in zip(x, y, polarity)]
        )
        arrays[f"{part}_presentations"] = np.repeat(numbers, sizes)
        arrays[f"{part}_labels"] = np.array(labels)
    np.savez(path, **arrays)
    return path


@both
def test_they_are_the_same_events(tmp_path, kind):
    found = recordings(kind)
    WRITE[kind](tmp_path / "there", found)
    file = flat(tmp_path / "flat.npz", found, SIDES[kind])
    one, other = load_data(str(tmp_path / "there"), steps=15), load_events(file, steps=15)
    assert one.sha256 == other.sha256 and one.left_out == other.left_out
    assert one.left_out["train"] > 0.1  # clocks that began anew are read
    assert (one.pixels, one.classes) == (2 * SIDES[kind] ** 2, 3)
    assert np.array_equal(np.fromfile(one.file, np.int32), np.fromfile(other.file, np.int32))
    first = load_data(str(tmp_path / "there"), steps=15, train=5, test=2)
    assert first.sha256 == load_events(file, 15, train=5, test=2).sha256
    assert set(first.train_labels) == {0, 1, 2}  # not one class after the other


@both
def test_they_are_what_tonic_reads(tmp_path, kind, monkeypatch):
    tonic = pytest.importorskip("tonic")
    name = {"nmnist": "NMNIST", "gestures": "DVSGesture"}[kind]
    source = getattr(tonic.datasets, name)
    monkeypatch.setattr(source, "_check_exists", lambda self: True)  # of all files
    WRITE[kind](tmp_path / name, recordings(kind))
    ours = load_data(str(tmp_path / name), steps=20)
    words, wanted = np.fromfile(ours.file, np.int32), []
    for train in (True, False):
        for events, label in source(str(tmp_path), train=train):
            step = events["t"].astype(int) // 1000
            inputs = (events["y"].astype(int) * SIDES[kind] + events["x"]) * 2 + events["p"]
            own = np.unique(step * ours.pixels + inputs).tolist()
            wanted.append((train, int(label), own))
    labels = [*ours.train_labels, *ours.test_labels]
    found = [
        (number < 12, int(labels[number]), words[words[number] : words[number + 1]].tolist())
        for number in range(18)
    ]
    assert sorted(found) == sorted(wanted)


def test_a_training_on_them(tmp_path):
    from snn_brian.job.job import flags, main

    write_nmnist(tmp_path / "NMNIST", recordings("nmnist"))
    given = "--encoding events --steps 10 --bin 2ms --layers 6 --epochs 1 --batch 4 --arm baseline"
    given = [*given.split(), "--target", "numpy", "--dataset", str(tmp_path / "NMNIST")]
    run = main(flags().parse_args([*given, "--out", str(tmp_path / "run")]))
    assert "NMNIST" in (run / "config.json").read_text()


@both
def test_what_is_wrong_is_one_sentence_that_names_the_file(tmp_path, kind):
    def said(match):
        with pytest.raises(UserError, match=match) as error:
            load_data(str(tmp_path), steps=20)
        assert "\n" not in str(error.value)

    found = recordings(kind)
    part = {"nmnist": "Test", "gestures": "ibmGestureTest"}[kind]
    WRITE[kind](tmp_path, {"train": found["train"]})
    said(f"{part} has no files")
    WRITE[kind](tmp_path, found)
    file = sorted((tmp_path / part).glob("*/*"))[1]
    content = file.read_bytes()
    file.write_bytes(content[:-1])
    said(f"{file}: cannot be read")
    if kind == "nmnist":
        file.write_bytes(bytes([40, 3, 0, 0, 1]))
        said(f"{file}: x holds 40; give values from 0 to below 34")
        file.write_bytes(content)
        (tmp_path / part / "0").rename(tmp_path / part / "zero")
        said("zero/00001.bin: its name does not tell the class")
    else:
        np.save(file, np.zeros((3, 5)))
        said(r"holds float64 of shape \(3, 5\), not \(events, 4\)")
        np.save(file, np.full((1, 4), np.nan))
        said("holds numbers that are not finite")
        file.write_bytes(content)
        file.rename(file.with_name("wave.npy"))
        said("wave.npy: its name does not tell the class")
