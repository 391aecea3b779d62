"""The trials of survival.py: mistakes are mistakes, comparisons see a difference, figures tell
failures."""

import copy
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from snn_brian.base import checkpoints
from snn_brian.base.errors import SimulationFailed

RUNS = Path(__file__).parents[1] / "runs"
sys.path.insert(0, str(RUNS))

import survival  # noqa: E402
from harm import (  # noqa: E402
    disks,
    inputs,
    measured_files,
    measurements,
    mutations,
    sanitizers,
    small_job,
)

from snn_brian.check.loading import declarations  # noqa: E402


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("originals")
    mutations.prepare(folder, lambda flags: inputs.call("mnist_local.py", flags))
    return folder


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("kind", ["configuration", "table", "checkpoint", "images"])
def test_a_mistake_is_in_one_file(originals, tmp_path, kind):
    random, changed = np.random.default_rng(2), 0
    for number in range(10):
        (tmp_path / str(number)).mkdir()
        mutations.KINDS[kind](originals, tmp_path / str(number), random)
        sound = contents(originals)
        found = [
            name
            for name, content in contents(tmp_path / str(number)).items()
            if sound.get(name) != content
        ]
        assert len(found) <= 1
        changed += len(found)
    assert changed >= 7


def test_mistakes_in_models_and_flags_differ(originals, tmp_path):
    random, texts, lines = np.random.default_rng(2), set(), set()
    for _ in range(10):
        mutations.model(originals, tmp_path, random)
        texts.add((tmp_path / "mine.py").read_text())
        lines.add(tuple(mutations.command_line(originals, tmp_path, random)[1]))
    assert len(texts) == len(lines) == 10


def test_a_few_mistakes_of_each_kind_end_well(tmp_path):
    figures = inputs.inputs(12, tmp_path, lambda text: None)
    assert figures["refused"] + figures["accepted"] == 12 and not figures["wrong"]
    assert set(figures["kinds"].values()) == {2}


def test_a_few_measurements_of_each_kind_end_well(tmp_path):
    figures = measurements.measurements(40, tmp_path, lambda text: None)
    assert not figures["cases"]
    assert min(figures[kind] for kind in ("sound", "open", "wrong")) >= 5
    assert figures["intervals"] > 50 and figures["held"] > 0.85


@pytest.mark.parametrize(
    "kind, outcome, changed, said",
    [
        ("sound", "fits", {}, []),
        ("sound", "fits", {"G_max": 1.06}, ["outside the tolerance"]),
        ("sound", "fits", {"G_max": 2.0}, ["outside the tolerance", "silent errors"]),
        ("open", "fits", {"alpha_P": 1.5}, ["silent errors"]),
        ("open", "refused: x", {}, []),
        ("sound", "refused: x", {}, ["sound refused"]),
        ("wrong", "fits", {}, ["silent errors"]),
        ("wrong", "refused: up.csv, column 2: 0 is not positive; x", {}, []),
        (
            "wrong",
            "refused: column 3: 0 is not positive",
            {},
            ["sentences without column or cause"],
        ),
        ("wrong", "refused: column 2: is odd", {}, ["sentences without column or cause"]),
        ("sound", "traceback: KeyError", {}, ["tracebacks"]),
    ],
)
def test_a_measurement_is_judged(kind, outcome, changed, said):
    truth = dict.fromkeys(measured_files.TOLERANCE, 1.0)
    wrong = dict(defect="zero", column=2) if kind == "wrong" else {}
    precise = ("G_max",) if kind == "sound" else ()
    case = measured_files.Measurement({}, [], truth, kind, precise, notes={"one file": ""}, **wrong)
    report = truth | changed
    intervals = {name: [value - 0.01, value + 0.01] for name, value in report.items()}
    report = report | {"confidence_intervals_95": intervals}
    held = {name: [] for name in truth}
    assert measurements.judged(case, outcome, report, held) == said
    assert not any(held.values()) or held["G_max"] == ["G_max" not in changed]


@pytest.mark.parametrize(
    "code, outcome",
    [
        ("1/0", "tracebacks"),
        ("raise SystemExit(3)", "refused"),
        ("open('precious', 'w').close()", "accepted"),
    ],
)
def test_what_a_script_does_is_told(tmp_path, monkeypatch, code, outcome):
    (tmp_path / "script.py").write_text(
        f"def flags():\n    from snn_brian.job.script import Flags\n    return Flags('')\n\n"
        f"def main(args):\n    {code}\n"
    )
    monkeypatch.setattr(inputs, "RUNS", tmp_path)
    monkeypatch.setattr(inputs, "prepare", lambda *_: None)
    monkeypatch.setattr(inputs, "KINDS", {"kind": lambda *_: ("script.py", [], None)})
    figures = inputs.inputs(1, tmp_path / "work", lambda text: None)
    assert figures[outcome] == 1 and figures["changed files"] == ("precious" in code)
    assert bool(figures["wrong"]) == (outcome == "tracebacks" or "precious" in code)


def test_a_script_without_an_end_hangs(tmp_path, monkeypatch):
    (tmp_path / "script.py").write_text("while True:\n    pass\n")
    monkeypatch.setattr(inputs, "RUNS", tmp_path)
    monkeypatch.setattr(inputs, "PATIENCE", 1)
    assert inputs.call("script.py", [])[0] == "hangs"


def test_two_runs_differ_by_one_bit(originals, tmp_path):
    run, other = originals / "run", shutil.copytree(originals / "run", tmp_path / "other")
    assert small_job.differences(run, other) == []
    name = "checkpoints/memristive/epoch_001.npz"
    arrays = checkpoints.read_checkpoint(run / name)
    arrays["m_1"].view(np.uint32)[0, 0] ^= 1
    checkpoints.write_checkpoint(other / name, arrays)
    assert small_job.differences(run, other) == [name]
    (other / name).unlink()
    (other / "metrics.csv").write_text((run / "metrics.csv").read_text().replace(",1,", ",2,", 1))
    assert small_job.differences(run, other) == [name, "metrics.csv"]


def test_a_small_disk_becomes_full():
    try:
        with disks.small_disk("size=64k") as disk:
            disks.fill(disk / "filler")
            with pytest.raises(OSError, match="No space left"):
                (disk / "more").write_bytes(bytes(4096))
    except PermissionError as error:
        pytest.skip(str(error))
    assert not disk.exists()


GOOD = {
    "kills": {"kills": 3, "equal": 3, "lost epochs": 0},
    "inputs": {"tracebacks": 0, "hangs": 0, "changed files": 0},
    "measurements": {
        "silent errors": 0,
        "tracebacks": 0,
        "sentences without column or cause": 0,
        "sound refused": 0,
        "outside the tolerance": 0,
        "intervals": 1000,
        "held": 0.95,
    },
    "disks": {
        "full disk": {"well": True, "all before intact": True, "resumed equal": True},
        "read-only folder": {"well": True},
    },
    "builds": {"processes": 8, "builds": 1, "equal": 8},
}


def test_good_figures_hold():
    assert all(survival.held(GOOD).values())
    assert all(survival.held(GOOD | {"disks": {"skipped": "no namespaces"}}).values())


@pytest.mark.parametrize(
    "trial, name, value",
    [
        ("kills", "equal", 2),
        ("kills", "lost epochs", 1),
        ("inputs", "tracebacks", 1),
        ("inputs", "hangs", 1),
        ("inputs", "changed files", 1),
        ("disks", "read-only folder", {"well": False}),
        ("measurements", "silent errors", 1),
        ("measurements", "tracebacks", 1),
        ("measurements", "sentences without column or cause", 1),
        ("measurements", "sound refused", 1),
        ("measurements", "outside the tolerance", 1),
        ("measurements", "held", 0.89),
        ("measurements", "held", 0.995),
        ("builds", "builds", 2),
        ("builds", "equal", 7),
        ("disks", "full disk", {"well": True, "all before intact": False, "resumed equal": True}),
    ],
)
def test_bad_figures_do_not(trial, name, value):
    found = copy.deepcopy(GOOD)
    found[trial][name] = value
    assert list(survival.held(found).values()).count(False) == 1


def test_sanitizers_see_every_declaration(tmp_path):
    """And devices with all spreads; both threads of two where loops are long enough to share, and
    where layers learn at once."""
    cases = sanitizers.chosen(tmp_path, quick=False)
    arms = [arm for _, arm, *_ in cases]
    for kind in ("neuron", "encoder", "programming", "optimizer", "loss"):
        seen = {getattr(arm, kind).name for arm in arms if getattr(arm, kind)}
        assert seen == {each.name for each, _ in declarations(kind).values()}
    varied = [arm.weights for arm in arms if getattr(arm.weights, "device_to_device", None)]
    assert all(each.cycle_to_cycle and each.read_noise for each in varied) and len(varied) > 5
    threaded = [case for case in cases if case[1].threads == 2]
    shared = {(flags, arm.optimizer.name) for _, arm, _, flags in threaded if len(arm.layers) == 1}
    assert len(shared) == 4
    assert all(
        (images.train_images > 127).sum(1).min() * arm.layers[0] > 100_000
        for _, arm, images, _ in threaded
        if len(arm.layers) == 1
    )
    at_once = {arm.optimizer.name for _, arm, _, flags in threaded if len(arm.layers) == 3}
    assert at_once == {"sgd", "adam"}
    few = sanitizers.chosen(tmp_path, quick=True)
    assert [flags for *_, flags in few] == [sanitizers.ADDRESS, sanitizers.THREAD]


@pytest.mark.parametrize(
    "said, told",
    [
        (
            "==\n==7==ERROR: AddressSanitizer: heap-buffer-overflow\n    #0 f objects.cpp:3",
            "==7==ERROR: AddressSanitizer: heap-buffer-overflow at #0 f objects.cpp:3",
        ),
        ("synapses.cpp:9:1: runtime error: shift", "synapses.cpp:9:1: runtime error: shift"),
        ("The simulation stopped.", "The simulation stopped."),
        ("", "it said nothing"),
    ],
)
def test_a_finding_is_told_with_its_place(said, told):
    assert sanitizers._finding(said) == told


def test_a_finding_fails_and_is_written(tmp_path, monkeypatch, capsys):
    found = {"first": "clean", "second": "WARNING: ThreadSanitizer: data race"}
    monkeypatch.setattr(survival, "sanitized", lambda *_: found)
    args = survival.flags().parse_args(["--sanitize", "--out", str(tmp_path / "out")])
    with pytest.raises(SimulationFailed, match="found something: second"):
        survival.main(args)
    assert json.loads((tmp_path / "out" / "sanitizers.json").read_text()) == found
