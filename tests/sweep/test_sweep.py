"""A sweep keeps what is finished, tells what failed, and leaves nothing running, whatever is
killed."""

import csv
import json
import os
import re
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from processes import stopped_program, wait_until_gone

from snn_brian.base.errors import SimulationFailed, UserError
from snn_brian.job.aftermath import draw_all
from snn_brian.job.metrics import METRICS
from snn_brian.sweep import sweep
from snn_brian.sweep import workers as farm

SCRIPT = Path(__file__).parents[2] / "runs" / "sweep.py"
GRID = """
[flags]
layers = [4]
train = 60
test = 100
epochs = 1
target = "numpy"
batch = 10
arm = "baseline"

[grid]
"learning.eta" = [0.01, 0.01, 3e38, -1]
seed = [0]
"""


@pytest.fixture(scope="module", autouse=True)
def builds(private_builds):
    patch = private_builds()
    yield
    patch.undo()


def main(*given):
    script = runpy.run_path(str(SCRIPT))
    return script["main"](script["flags"]().parse_args(list(map(str, given))))


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A sweep with a point that works, one that fails and one that is refused; what it raised, and
    its folder."""
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "grid.toml").write_text(GRID)
    with pytest.raises(SimulationFailed) as caught:
        main(folder / "grid.toml", "--workers", 1, "--out", folder / "out")
    return str(caught.value), folder / "out"


def table(folder, name):
    with open(folder / name, newline="") as file:
        return list(csv.DictReader(file))


def test_one_table_of_all_finished_points(done):
    rows = table(done[1], "results.csv")
    assert list(rows[0]) == [
        "learning.eta",
        "seed",
        "layers",
        "train",
        "test",
        "epochs",
        "target",
        "batch",
        "arm",
        "point",
        *(name for name in METRICS if name != "arm"),
    ]
    assert [
        (row["learning.eta"], row["seed"], row["layers"], row["arm"], row["epoch"], row["layer"])
        for row in rows
    ] == [("0.01", "0", "4", "baseline", epoch, "1") for epoch in "01"]
    for row, same in zip(
        rows, table(done[1] / "points" / rows[0]["point"], "metrics.csv"), strict=True
    ):
        assert same.items() <= row.items()


def test_each_point_is_a_run_with_its_log(done):
    (folder,) = (done[1] / "points").iterdir()
    assert re.fullmatch("learning.eta=0.01_seed=0_layers=4_.*-[0-9a-f]{12}", folder.name)
    assert "baseline epoch 1: test accuracy by layer" in (folder / "log.txt").read_text()
    command = json.loads((folder / "config.json").read_text())["command"]
    assert command.startswith("mnist_local.py --set=learning.eta=0.01 --seed=0 --layers=4 ")
    assert (folder / "summary.json").exists()
    assert not (folder / "figures").exists() and not (folder / "report.html").exists()
    assert {path.name for path in draw_all(folder)} == {
        f"{name}.png" for name in ("accuracy", "conductances", "confusion_baseline",
                                   "receptive_fields_baseline")
    }  # fmt: skip


def test_failures_are_sentences_and_the_other_points_go_on(done):
    assert done[0] == f"Some points failed; {done[1] / 'failures.csv'} tells why."
    refused, failed = table(done[1], "failures.csv")
    assert (refused["learning.eta"], failed["learning.eta"], failed["layers"]) == (
        "-1",
        "3e+38",
        "4",
    )
    assert refused["why"].startswith("--set learning.eta=-1: ") and refused["why"].endswith(
        "must be positive."
    )
    assert re.fullmatch(r"synapses_1.w is not finite after epoch 1; .*\.", failed["why"])
    (log,) = done[1].glob("failed-*.log")
    assert "not finite" in log.read_text()


def test_a_figure(done):
    assert (done[1] / "results.png").read_bytes().startswith(b"\x89PNG")


def test_what_is_there_is_not_done_again(done, monkeypatch, capsys):
    monkeypatch.setattr(sweep, "farm", None)
    values = {
        "layers": "4",
        "train": 60,
        "test": 100,
        "epochs": 1,
        "batch": 10,
        "target": "numpy",
        "arm": "baseline",
    }
    rows = sweep.run([values | {"learning.eta": "1e-2"}, values | {"seed": -1}], done[1])
    assert "2 points, 0 of them to do" in capsys.readouterr().out
    assert [(row["epoch"], row["train_accuracy"] is None, row["seed"]) for row in rows] == [
        (0, True, None),
        (1, False, None),
    ]
    assert 0 <= rows[1]["test_accuracy"] <= 1 and rows[1]["potentiation_pulses"] == 0
    (failed,) = table(done[1], "failures.csv")
    assert failed["seed"] == "-1"
    sweep.run([values | {"learning.eta": "1e-2"}], done[1])
    assert not (done[1] / "failures.csv").exists()


def test_work_that_fails_leaves_its_log_and_nothing_else(tmp_path):
    (tmp_path / "points").mkdir()
    (tmp_path / "points" / ".0123456789ab-x").mkdir()  # of a killed worker at the same point
    argv = sys.argv
    try:
        with pytest.raises(UserError):
            sweep.work_on(["--train=60001"], tmp_path / "points" / "train=60001-0123456789ab")
    finally:
        sys.argv = argv
    assert {path.name for path in tmp_path.rglob("*")} == {
        "points",
        "failed-train=60001-0123456789ab.log",
    }
    assert "UserError" in next(tmp_path.glob("*.log")).read_text()


def test_points_of_which_none_is_possible_are_refused(tmp_path):
    for points, said in (
        ([], "at least one"),
        ([{"seed": -1}, {"seed": "x"}], "^--seed: '-1'"),
        ([{"sed": 1}], "'sed'"),
    ):
        with pytest.raises(UserError, match=said):
            sweep.run(points, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_point_that_was_checked_is_not_checked_again(tmp_path, monkeypatch):
    values = {"arm": "baseline", "layers": "5", "epochs": 1}
    ready = sweep.point(values)
    checked = []
    monkeypatch.setattr(sweep, "point", lambda values: checked.append(values) or ready)
    assert sweep.Sweep([ready], tmp_path).points == [ready] and not checked
    assert sweep.Sweep([values], tmp_path).points == [ready] and checked == [values]


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("")
    for folder, said in (
        (tmp_path, "holds something else than a sweep"),
        ("/dev/null/x", "cannot be made"),
    ):
        with pytest.raises(UserError, match=f"^--out: '{folder}' {said}"):
            sweep.run([{"target": "numpy"}], folder)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_one_sweep_at_a_time_in_a_folder(tmp_path):
    with sweep._held(tmp_path / "out"):
        with pytest.raises(UserError, match="^--out: another sweep works in '.*/out'; wait"):
            with sweep._held(tmp_path / "out"):
                pass
    assert not (tmp_path / "out").exists()


def test_workers_of_a_scheduler_that_runs_already(tmp_path, monkeypatch):
    point = {
        "layers": [4],
        "train": 20,
        "test": 10,
        "epochs": 1,
        "target": "numpy",
        "arm": "baseline",
    }
    with farm.local(1) as cluster:
        monkeypatch.setattr(farm, "local", None)  # there are no others
        rows = sweep.run([point], tmp_path / "out", scheduler=cluster.scheduler_address)
        assert len(cluster.scheduler.workers) == 1
    assert [row["epoch"] for row in rows] == [0, 1]


def test_no_scheduler(tmp_path, monkeypatch):
    monkeypatch.setattr(farm, "PATIENCE", 0.5)
    with pytest.raises(
        UserError, match="^--scheduler: no scheduler of dask answers at 'tcp://127.0.0.1:1'"
    ):
        sweep.run([{"target": "numpy"}], tmp_path / "out", scheduler="tcp://127.0.0.1:1")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "given, said",
    [
        (["--workers", "0"], "^--workers: '0' is not possible"),
        (["--scheduler", "tcp://x", "--workers", "2"], "^--scheduler: has workers of its own"),
        ([], "^GRID: 'none.toml' cannot be read"),
    ],
)
def test_bad_flags(given, said):
    with pytest.raises(UserError, match=said):
        main("none.toml", *given)


def program_of(process):
    """(worker, compiled program) below a sweep's process, the program stopped."""
    while process.poll() is None:
        workers = [child.pid for child in psutil.Process(process.pid).children()]
        if program := stopped_program(workers):
            return psutil.Process(program).ppid(), program
    raise AssertionError(process.communicate())


def test_whatever_is_killed_only_points_in_progress_are_lost(tmp_path):
    (tmp_path / "grid.toml").write_text(
        '[flags]\nlayers = "30,20"\ntest = 50\nepochs = 6\narm = "memristive"\n'
        "[grid]\nseed = [0, 1]\n"
    )
    command = [sys.executable, SCRIPT, "grid.toml", "--workers", "1", "--out", "out"]

    def start():
        return subprocess.Popen(
            command,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    process = start()
    worker, program = program_of(process)
    os.kill(worker, signal.SIGKILL)
    wait_until_gone(program)
    for line in process.stdout:  # of another worker
        if found := re.match("finished: seed=(.): test accuracy by layer", line):
            break
    worker, program = program_of(process)
    os.kill(process.pid, signal.SIGKILL)  # the whole sweep
    process.communicate()
    for child in (worker, program):
        wait_until_gone(child)
    (before,) = (tmp_path / "out" / "points").glob("seed=*")
    assert {row["seed"] for row in table(tmp_path / "out", "results.csv")} == {found[1]}
    written = (before / "metrics.csv").stat().st_mtime_ns

    out, errors = start().communicate()
    assert "2 points, 1 of them to do" in out and "Traceback" not in errors
    assert {row["seed"] for row in table(tmp_path / "out", "results.csv")} == {"0", "1"}
    assert (before / "metrics.csv").stat().st_mtime_ns == written
    assert len(list((tmp_path / "out" / "points").iterdir())) == 2
