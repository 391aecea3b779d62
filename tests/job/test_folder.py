"""The folder of a run: never over another, every epoch readable, and a configuration that repeats
the run."""

import csv
import dataclasses
import json
import shlex
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from snn_brian.base.checkpoints import write_checkpoint
from snn_brian.base.errors import UserError
from snn_brian.check.loading import declarations
from snn_brian.job.folder import RunFolder, comparison
from snn_brian.job.metrics import METRICS
from snn_brian.train.arm import Arm
from snn_brian.train.epochs import Epoch

IMAGES = SimpleNamespace(
    name="mnist",
    train_labels=range(7),
    test_labels=range(4),
    shape=(28, 28),
    classes=10,
    sha256="5a",
    validation=None,
)


def declared(kind, name):
    return declarations(kind)[name][0]


def arms_of_a_run():
    common = dict(
        layers=(4, 9),
        neuron=declared("neuron", "integrate_and_fire"),
        encoder=declared("encoder", "rate"),
        optimizer=declared("optimizer", "sgd"),
        loss=declared("loss", "mse"),
        batch=1,
        steps=3,
        epochs=2,
        seed=5,
        target="numpy",
    )
    device, rule = declared("device", "linear"), declared("programming", "accumulator")
    return {
        "memristive": Arm(weights=device, programming=rule, eta=0.2, **common),
        "baseline": Arm(weights=declared("device", "ideal"), programming=None, eta=None, **common),
    }


def epoch(number, pulses=1):
    layers = np.arange(2)
    return Epoch(
        number,
        test_accuracy=0.5 + 0.1 * layers,
        train_accuracy=0.25 + layers if number else None,
        potentiation_pulses=pulses + layers,
        depression_pulses=2 * pulses + layers,
        write_energy=1e-12 * layers,
        reads=3 * pulses + layers,
        seconds=0.25 * number,
        arrays={"G_plus_1": np.full((3, 4), number, np.float32)},
    )


def finished(folder, arm, shift=0.0):
    epochs = [epoch(number) for number in range(3)]
    epochs[-1].test_accuracy[:] += shift
    for each in epochs:
        folder.add(arm, each)
    folder.finish(arm, presentations=14, compile_seconds=1.23456)


@pytest.fixture(autouse=True)
def working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_default_name_is_time_and_content(working_folder):
    with RunFolder(None, "mnist-my/own device-sgd1") as folder:
        finished(folder, "baseline")
    (found,) = (working_folder / "results").iterdir()
    date, time, what = found.name.split("-", 2)
    assert date.isdigit() and len(date) == 8 and time.isdigit() and len(time) == 6
    assert what == "mnist-my_own_device-sgd1"


@pytest.mark.parametrize("name", ["folder", "file", "link"])
def test_what_exists_is_left_alone(working_folder, name):
    (working_folder / "folder").mkdir()
    (working_folder / "folder" / "metrics.csv").write_text("mine")
    (working_folder / "file").write_text("mine")
    (working_folder / "link").symlink_to("nowhere")
    with pytest.raises(
        UserError,
        match=f"^--out: '{name}' exists, and no run writes over another; name a new one.$",
    ):
        RunFolder(name, "").__enter__()
    assert (
        (working_folder / "folder" / "metrics.csv").read_text()
        == (working_folder / "file").read_text()
        == "mine"
    )
    assert {path.name for path in working_folder.iterdir()} == {"folder", "file", "link"}


@pytest.mark.parametrize(
    "name", ["file/sub", "/dev/null/sub", "/proc/sub", "n" * 300, "new/" + "n" * 300]
)
def test_a_folder_that_cannot_be_made_is_refused(working_folder, name):
    (working_folder / "file").write_text("")
    with pytest.raises(UserError, match="^--out: '.*' cannot be made .*; name one that can.$"):
        RunFolder(name, "").__enter__()
    assert [path.name for path in working_folder.iterdir()] == ["file"]


@pytest.mark.parametrize("error", [UserError, KeyboardInterrupt])
def test_a_run_that_ends_before_its_first_epoch_leaves_nothing(working_folder, error):
    (working_folder / "old").mkdir()
    with pytest.raises(error), RunFolder("old/new/newer", "") as folder:
        folder.begin({"arguments": {}})
        raise error
    assert [path.name for path in working_folder.rglob("*")] == ["old"]


def test_an_interrupted_run_keeps_its_epochs(working_folder):
    with pytest.raises(KeyboardInterrupt), RunFolder("run", "") as folder:
        folder.add("memristive", epoch(0))
        folder.add("memristive", epoch(1, pulses=5))
        raise KeyboardInterrupt
    rows = list(csv.reader((working_folder / "run" / "metrics.csv").open()))
    assert (
        rows[0]
        == METRICS
        == (
            "arm,epoch,layer,test_accuracy,train_accuracy,potentiation_pulses,depression_pulses,"
            "write_energy_J,reads,seconds"
        ).split(",")
    )
    assert rows[1] == [
        "memristive",
        "0",
        "1",
        "0.500000",
        "",
        "1",
        "2",
        "0.000000e+00",
        "3",
        "0.000",
    ]
    assert rows[4] == [
        "memristive",
        "1",
        "2",
        "0.600000",
        "1.250000",
        "6",
        "11",
        "1.000000e-12",
        "16",
        "0.250",
    ]
    assert len(rows) == 5
    checkpoints = sorted((working_folder / "run" / "checkpoints" / "memristive").iterdir())
    assert [path.name for path in checkpoints] == ["epoch_000.npz", "epoch_001.npz"]
    with np.load(checkpoints[1]) as arrays:
        assert np.all(arrays["G_plus_1"] == 1) and arrays["G_plus_1"].dtype == np.float32


def test_the_summary_sums_up_all_epochs(working_folder):
    with RunFolder("run", "") as folder:
        finished(folder, "memristive")
        assert (
            json.loads((working_folder / "run" / "summary.json").read_text())[
                "drop_percentage_points"
            ]
            is None
        )
        finished(folder, "baseline", shift=0.0125)
    summary = json.loads((working_folder / "run" / "summary.json").read_text())
    assert summary["drop_percentage_points"] == 1.25
    assert summary["arms"]["memristive"] == {
        "test_accuracy": [0.5, 0.6],
        "potentiation_pulses": 9,
        "depression_pulses": 15,
        "write_energy_J": pytest.approx(3e-12),
        "reads": 21,
        "seconds_per_presentation": 0.75 / 14,
        "compile_seconds": 1.235,
    }


def test_the_table_compares_the_arms(working_folder):
    with RunFolder("run", "") as folder:
        finished(folder, "memristive")
        alone = comparison(folder.summary()).splitlines()
        finished(folder, "baseline", shift=0.0125)
    lines = comparison(folder.summary()).splitlines()
    assert lines[0].split() == ["memristive", "baseline", "drop", "(points)"]
    assert lines[2].split() == "test accuracy of layer 2 (%) 60.00 61.25 1.25".split()
    assert lines[3].split() == ["potentiation", "pulses", "9", "9"]
    assert len({len(line) for line in lines[:3]}) == 1
    assert alone[0].split() == ["memristive"] and alone[1].split()[-2:] == ["(%)", "50.00"]


def test_a_refresh_is_told_apart_where_there_is_one(working_folder):
    two = np.arange(2)
    own = dict(erasing_pulses=4 + two, refresh_pulses=7 + two, refresh_reads=20 + two)
    with RunFolder("run", "") as folder:
        for number in range(2):
            folder.add("memristive", dataclasses.replace(epoch(number), **own))
        folder.finish("memristive", presentations=14, compile_seconds=1.0)
        finished(folder, "baseline")
    rows = list(csv.DictReader((working_folder / "run" / "metrics.csv").open()))
    told = [[row[name] for name in own] for row in rows]
    assert told[:2] == [["4", "7", "20"], ["5", "8", "21"]] and told[-1] == ["0"] * 3
    summary = folder.summary()
    assert [summary["arms"]["memristive"][name] for name in own] == [18, 30, 82]
    assert not own.keys() & summary["arms"]["baseline"].keys()
    lines = [line.split() for line in comparison(summary).splitlines()]
    assert ["erasing", "pulses", "of", "refresh", "18"] in lines
    assert ["reads", "by", "refresh", "82"] in lines


CONFIG = {"seed": 5, "epochs": 2, "arguments": {"epochs": "2"}, "versions": {"numpy": "1"}}


class Resumed:
    """A training that has come to what the checkpoint tells."""

    def __init__(self):
        self.history = SimpleNamespace(epochs=[])

    def resume(self, arrays):
        self.history.epochs = [epoch(number) for number in range(int(arrays["number"]))]


def kept(number, presentations=0):
    return {"number": np.int64(number), "presentations": np.int64(presentations)}


@pytest.fixture
def begun(working_folder):
    """A run of two epochs and a piece of the third."""
    with RunFolder("run", "") as folder:
        folder.begin(CONFIG)
        for number in range(2):
            folder.add("memristive", dataclasses.replace(epoch(number), arrays=kept(number + 1)))
        for presentations in (10, 20, 100):
            folder.add_piece("memristive", 2, kept(2, presentations))
    (working_folder / "run" / "checkpoints" / "memristive" / ".writing-killed").mkdir()
    return working_folder / "run"


def names(run):
    return sorted(path.name for path in (run / "checkpoints" / "memristive").iterdir())


def test_a_run_goes_on_from_its_last_checkpoint(begun):
    before = (begun / "metrics.csv").read_text()
    assert names(begun)[1:] == [
        "epoch_000.npz",
        "epoch_001.npz",
        "epoch_002_after_100.npz",
        "epoch_002_after_20.npz",
    ]
    with RunFolder("run", "", resumed=True) as folder:
        folder.begin(CONFIG)
        assert names(begun)[0] == "epoch_000.npz"
        assert folder.go_on("memristive", Resumed()).name == "epoch_002_after_100.npz"
        assert (begun / "metrics.csv").read_text() == before
        folder.add("memristive", dataclasses.replace(epoch(2), arrays=kept(3)))
    assert names(begun) == ["epoch_000.npz", "epoch_001.npz", "epoch_002.npz"]
    assert [row["epoch"] for row in csv.DictReader((begun / "metrics.csv").open())] == list(
        "001122"
    )


def test_pieces_of_a_finished_epoch_that_a_kill_left_are_removed(begun):
    write_checkpoint(begun / "checkpoints" / "memristive" / "epoch_002.npz", kept(3))
    with RunFolder("run", "", resumed=True) as folder:
        folder.begin(CONFIG)
        assert folder.go_on("memristive", Resumed()).name == "epoch_002.npz"
    assert names(begun) == ["epoch_000.npz", "epoch_001.npz", "epoch_002.npz"]


@pytest.mark.parametrize(
    "damaged, used",
    [
        (["epoch_002_after_100.npz"], "epoch_002_after_20.npz"),
        (["epoch_002_after_100.npz", "epoch_002_after_20.npz"], "epoch_001.npz"),
        (
            ["epoch_002_after_100.npz", "epoch_002_after_20.npz", "epoch_001.npz", "epoch_000.npz"],
            None,
        ),
    ],
)
def test_a_damaged_checkpoint_is_named_and_the_one_before_it_used(begun, capsys, damaged, used):
    folder = begun / "checkpoints" / "memristive"
    for name in damaged:
        (folder / name).write_bytes((folder / name).read_bytes()[:-7])
    with RunFolder("run", "", resumed=True) as resumed:
        resumed.begin(CONFIG)
        found = resumed.go_on("memristive", Resumed())
    assert (found and found.name) == used
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == [
        f"run/checkpoints/memristive/{name}" for name in damaged
    ]


def test_rows_that_were_damaged_are_written_again(begun):
    before = (begun / "metrics.csv").read_text()
    (begun / "metrics.csv").write_text(before[:-20] + before)
    with RunFolder("run", "", resumed=True) as folder:
        folder.begin(CONFIG)
        folder.go_on("memristive", Resumed())
    assert (begun / "metrics.csv").read_text() == before


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"seed": 6}, "^--resume: 'run' cannot go on as it began: seed was 5 and is 6.$"),
        ({"versions": {"numpy": "2"}}, "versions.numpy was '1' and is '2'"),
        (
            {"epochs": 1, "arguments": {"epochs": "1"}},
            "^--epochs: 1 is less than the 2 with which 'run' began",
        ),
        ({str(number): 0 for number in range(9)}, "4 was missing and is 0; and 4 more.$"),
    ],
)
def test_a_run_that_would_be_another_is_refused_and_left_alone(begun, changes, said):
    before = {path: path.read_bytes() for path in begun.rglob("*") if path.is_file()}
    with pytest.raises(UserError, match=said), RunFolder("run", "", resumed=True) as folder:
        folder.begin(CONFIG | changes)
    assert before == {path: path.read_bytes() for path in begun.rglob("*") if path.is_file()}


def test_more_epochs_are_kept_for_the_next_time(begun):
    with RunFolder("run", "", resumed=True) as folder:
        folder.begin(CONFIG | {"epochs": 7, "arguments": {"epochs": "7"}})
    config = json.loads((begun / "config.json").read_text())
    assert config == CONFIG | {"epochs": 7, "arguments": {"epochs": "7"}}


def test_one_process_at_a_time_works_on_a_run(begun):
    with RunFolder("run", "", resumed=True):
        with pytest.raises(
            UserError, match="^--resume: another process works on 'run'; wait for its end.$"
        ):
            RunFolder("run", "", resumed=True).__enter__()
    with RunFolder("run", "", resumed=True):
        pass


def test_how_to_go_on_is_added_to_what_ends_a_run(begun):
    with pytest.raises(KeyboardInterrupt) as caught, RunFolder("run", "", resumed=True) as folder:
        folder.begin(CONFIG)
        raise KeyboardInterrupt
    assert caught.value.__notes__ == [
        f"To go on: {shlex.join([sys.executable, sys.argv[0], '--resume', 'run'])}"
    ]


def test_a_resumed_run_that_fails_at_once_is_kept(working_folder):
    (working_folder / "run").mkdir()
    (working_folder / "run" / "config.json").write_text(json.dumps(CONFIG))
    with pytest.raises(KeyboardInterrupt), RunFolder("run", "", resumed=True) as folder:
        folder.begin(CONFIG)
        raise KeyboardInterrupt
    assert (working_folder / "run" / "config.json").exists()
