"""Every script in runs/ is executed on a small case, the main job also with bad input and
interrupts."""

import csv
import json
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import termios
from pathlib import Path

import numpy as np
import psutil
import pytest
from processes import stopped_program, wait_until_gone

from snn_brian.base.errors import UserError

RUNS = Path(__file__).parents[1] / "runs"
JOB = RUNS / "mnist_local.py"
# Those with a test file of their own need files, or more time: benchmark.py --quick compiles
# networks of full size.
OWN = (
    "mnist_local",
    "benchmark",
    "fit_device",
    "sweep",
    "torch_reference",
    "balance",
    "figure_3",
    "figure_5a",
    "figure_5b",
    "paper",
    "survival",
    "mutation_score",
    "check_model",
    "tutorial",
    "list_models",
    "skip_connection",
    "mnist_stdp",
    "benchmark_stdp",
    "documentation",
)
SWEEPS = ("asymmetry_map", "rule_comparison", "severity")  # a worker takes seconds to start
QUICK = [path for path in sorted(RUNS.glob("*.py")) if path.stem not in OWN]
SMALL = ["--layers", "30,20", "--train", "150", "--test", "50", "--epochs", "2"]
ARMS = ("memristive", "baseline")
BROKEN = Path(__file__).parent / "broken_models"


@pytest.fixture(scope="module", autouse=True)
def builds(private_builds):
    patch = private_builds()
    yield
    patch.undo()


def start(script, *given, **options):
    """A script in a session of its own that Ctrl-C can reach, even where the process that runs
    tests ignores it."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen(
        [sys.executable, script, *map(str, given)],
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **options,
    )


def finish(process):
    """Its exit code and what it wrote."""
    out, errors = process.communicate(timeout=300)
    return process.returncode, out, errors


@pytest.mark.parametrize("script", QUICK, ids=[path.stem for path in QUICK])
def test_every_script_runs(script, tmp_path):
    alone = ["--workers", 1] if script.stem in SWEEPS else []
    code, _, errors = finish(start(script, "--quick", *alone, cwd=tmp_path))
    assert code == 0, errors


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The main job on a small case, both arms at once: what it printed, and its folder."""
    folder = tmp_path_factory.mktemp("run")
    code, out, errors = finish(start(JOB, *SMALL, "--workers", 2, "--out", "new/run", cwd=folder))
    assert (code, errors) == (0, "")
    return out, folder / "new" / "run"


def test_a_log_has_a_line_for_each_epoch_and_a_table(run):
    out, _ = run
    for arm in ("memristive", "baseline"):
        for epoch in range(3):
            line = (
                rf"^{arm} epoch {epoch}: test accuracy by layer [\d.]+  [\d.]+ %, \d+ pulses, "
                rf"[\d.]+ s$"
            )
            assert re.search(line, out, re.MULTILINE)
    assert "memristive       baseline  drop (points)\n" in out
    assert "\r" not in out and len(out.splitlines()) < 25


def test_configuration(run):
    config = json.loads((run[1] / "config.json").read_text())
    assert config["command"].startswith("mnist_local.py --layers 30,20 ")
    assert config["arguments"]["out"] == "new/run" and config["seed"] == 0
    assert [len(arm["layers"]) for arm in config["arms"].values()] == [2, 2]
    assert config["versions"]["compiler"]


def test_metrics_and_summary_agree(run):
    rows = list(csv.DictReader((run[1] / "metrics.csv").open()))
    summary = json.loads((run[1] / "summary.json").read_text())
    assert [(row["arm"], int(row["epoch"]), int(row["layer"])) for row in rows] == [
        (arm, epoch, layer)
        for arm in ("memristive", "baseline")
        for epoch in range(3)
        for layer in (1, 2)
    ]
    for arm, found in summary["arms"].items():
        own = [row for row in rows if row["arm"] == arm]
        assert [float(row["test_accuracy"]) for row in own[-2:]] == found["test_accuracy"]
        for name in ("potentiation_pulses", "depression_pulses"):
            assert sum(int(row[name]) for row in own) == found[name]
        assert sum(float(row["write_energy_J"]) for row in own) == pytest.approx(
            found["write_energy_J"], rel=1e-5
        )
        assert (found["potentiation_pulses"] > 0) == (arm == "memristive")
        assert found["seconds_per_presentation"] > 0 and found["compile_seconds"] > 0
    last = [summary["arms"][arm]["test_accuracy"][-1] for arm in ("baseline", "memristive")]
    assert summary["drop_percentage_points"] == pytest.approx(100 * (last[0] - last[1]), abs=1e-3)


@pytest.mark.parametrize(
    "arm, weights", [("memristive", ("G_plus", "G_minus")), ("baseline", ("w",))]
)
def test_checkpoints(run, arm, weights):
    folder = run[1] / "checkpoints" / arm
    config = json.loads((run[1] / "config.json").read_text())
    assert sorted(path.name for path in folder.iterdir()) == [f"epoch_00{k}.npz" for k in range(3)]
    for number in range(3):
        with np.load(folder / f"epoch_00{number}.npz", allow_pickle=False) as file:
            arrays = dict(file)
        assert (arrays["epoch"], arrays["seed"]) == (number, 0)
        assert np.array_equal(np.sort(arrays["order"]), np.arange(150 if number else 0))
        for layer, shape in ((1, (784, 30)), (2, (30, 20))):
            for name in (*weights, "m", "v"):
                assert (
                    arrays[f"{name}_{layer}"].shape == shape
                    and arrays[f"{name}_{layer}"].dtype == np.float32
                )
            assert arrays[f"J_{layer}"].shape == (shape[1], 10)
            if arm == "memristive":
                G = np.stack([arrays[f"{name}_{layer}"] for name in weights])
                K = np.float32(config["arms"][arm]["device"]["K"])
                assert K <= G.min() and G.max() <= 1


def test_random_choices_are_those_that_the_configuration_tells(run):
    config = json.loads((run[1] / "config.json").read_text())

    def random(stream, number):
        return np.random.default_rng([config["seed"], config["random"]["streams"][stream], number])

    for arm, name in (("memristive", "G_plus"), ("baseline", "w")):
        first, second = (np.load(run[1] / "checkpoints" / arm / f"epoch_00{k}.npz") for k in (0, 1))
        assert np.array_equal(second["order"], random("order", 1).permutation(150))
        for number, layer in enumerate(config["arms"][arm]["layers"], 1):
            scale, shape = layer["classifier_scale"], first[f"{name}_{number}"].shape
            J = random("classifiers", number).uniform(-scale, scale, (10, layer["neurons"])).T
            assert np.array_equal(first[f"J_{number}"], J.astype(np.float32))
            initial = random("initial", number).uniform(*layer["initial"], shape)
            assert np.array_equal(first[f"{name}_{number}"], initial.astype(np.float32))


def test_figures(run):
    figures = run[1] / "figures"
    assert {path.name for path in figures.iterdir()} == {
        "accuracy.png",
        "pulses.png",
        "conductances.png",
        *(f"{kind}_{arm}.png" for kind in ("confusion", "receptive_fields") for arm in ARMS),
    }
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in figures.iterdir())


def test_a_terminal_shows_progress_with_rate_and_time_left(tmp_path):
    """Also: another target, a batch beyond the images, one arm alone, the default folder."""
    controller, terminal = os.openpty()
    termios.tcsetwinsize(terminal, (24, 100))
    process = start(
        JOB,
        "--target",
        "numpy",
        "--layers",
        "4",
        "--train",
        4000,
        "--test",
        100,
        "--epochs",
        1,
        "--batch",
        5000,
        "--arm",
        "memristive",
        cwd=tmp_path,
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    try:
        while block := os.read(controller, 4096):
            shown += block
    except OSError:  # how a terminal tells that no one writes to it any more
        pass
    os.close(controller)
    code, out, _ = finish(process)
    assert code == 0, shown.decode()
    assert re.search(
        r"memristive epoch 1/1: .* \d+/4100 \[\d\d:\d\d<\d\d:\d\d, .* ?images/s\]", shown.decode()
    )
    (folder,) = (tmp_path / "results").iterdir()
    assert folder.name.endswith("-mnist-TiOx-ternary-adam5000")
    assert json.loads((folder / "summary.json").read_text())["drop_percentage_points"] is None


def running_program(process):
    """The process id of the compiled program of a job, stopped in the middle of a run."""
    while process.poll() is None:
        if program := stopped_program([process.pid]):
            return program
    raise AssertionError(finish(process))


@pytest.mark.parametrize(
    "send, number, code",
    [
        (os.kill, signal.SIGINT, 130),
        (os.killpg, signal.SIGTERM, 130),
        (os.kill, signal.SIGKILL, -signal.SIGKILL),
    ],
)
def test_an_interrupt_leaves_no_program_and_every_finished_epoch(run, tmp_path, send, number, code):
    process = start(
        JOB,
        *("--layers", "30,20", "--test", 50, "--epochs", 999, "--workers", 2, "--out", "run"),
        cwd=tmp_path,
    )
    waiting = {"baseline epoch 1:", "memristive epoch 1:"}  # of arms that learn at once
    while waiting:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        waiting -= {each for each in waiting if line.startswith(each)}
    child = running_program(process)  # stopped, while that of the other arm runs
    programs = [each.pid for each in psutil.Process(process.pid).children()]
    send(process.pid, number)
    exit_code, _, errors = finish(process)
    assert exit_code == code, errors
    assert errors == (
        ""
        if number == signal.SIGKILL
        else "Interrupted; what was finished and written is kept.\n"
        f"To go on: {sys.executable} {JOB} --resume run\n"
    )
    for program in {child, *programs}:
        wait_until_gone(program)
    rows = list(csv.DictReader((tmp_path / "run" / "metrics.csv").open()))
    for arm, weights in (("memristive", "G_plus_2"), ("baseline", "w_2")):
        epochs = {int(row["epoch"]) for row in rows if row["arm"] == arm}
        assert epochs >= {0, 1}
        for epoch in epochs:
            file = tmp_path / "run" / "checkpoints" / arm / f"epoch_{epoch:03d}.npz"
            with np.load(file) as arrays:
                assert arrays[weights].shape == (30, 20)


def job(*given):
    """The job in this process; returns its folder."""
    parts = runpy.run_path(str(JOB))
    return parts["main"](parts["flags"]().parse_args(list(map(str, given))))


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_run_whose_last_epochs_are_damaged_comes_to_the_same(run, tmp_path, capfd):
    """The memristive arm lacks its last epoch, the other arm all but the first; what is left of the
    last is torn."""
    resumed, whole = tmp_path / "run", run[1]
    shutil.copytree(whole, resumed)
    (resumed / "summary.json").unlink()
    (resumed / "metrics.csv").write_text((whole / "metrics.csv").read_text()[:-70])
    torn = resumed / "checkpoints" / "memristive" / "epoch_002.npz"
    torn.write_bytes(torn.read_bytes()[:5000])
    for number in (1, 2):
        (resumed / "checkpoints" / "baseline" / f"epoch_00{number}.npz").unlink()
    assert job("--resume", resumed) == resumed
    out, errors = capfd.readouterr()
    assert f"{torn}: this checkpoint is damaged and left out" in errors
    assert f"memristive: going on from {torn.with_name('epoch_001.npz')}" in out
    assert sorted(re.findall(r"^(\w+) epoch (\d)", out, re.MULTILINE)) == [
        ("baseline", "1"),
        ("baseline", "2"),
        ("memristive", "2"),
    ]
    for path in whole.rglob("*.npz"):
        with np.load(path) as one, np.load(resumed / path.relative_to(whole)) as other:
            assert one.files == other.files
            for name in one.files:
                assert (
                    "seconds" in name
                    or name == "sha256"
                    or one[name].tobytes() == other[name].tobytes()
                ), (path, name)
    for one, other in zip(
        *(csv.DictReader((folder / "metrics.csv").open()) for folder in (whole, resumed)),
        strict=True,
    ):
        assert one | {"seconds": 0} == other | {"seconds": 0}
    summaries = [json.loads((folder / "summary.json").read_text()) for folder in (whole, resumed)]
    for summary in summaries:
        for arm in summary["arms"].values():
            del arm["seconds_per_presentation"], arm["compile_seconds"]
    assert summaries[0] == summaries[1]


@pytest.mark.parametrize(
    "given, said",
    [
        (["--batch", "50"], "cannot go on as it began: batch was 100 and is 50"),
        (["--device", "linear"], "arms.memristive.device.G_min"),
        (
            ["--set", "programming.gamma_P=2"],
            "arms.memristive.programming.parameters.gamma_P was 1.0 and is 2.0",
        ),
        (["--test", "51"], "data.sha256 was"),
        (["--epochs", "1"], "--epochs: 1 is less than the 2"),
        (["--out", "other"], "--out: 'other' does not go with --resume"),
        (
            ["--checkpoint-every", "150"],
            "--checkpoint-every: 150 is no multiple of --batch 100; give one, e.g. 200",
        ),
    ],
)
def test_a_run_that_would_be_another_is_refused(run, given, said):
    before = contents(run[1])
    with pytest.raises(UserError, match=said):
        job("--resume", run[1], *given)
    assert contents(run[1]) == before


def test_more_epochs_are_those_of_a_longer_run(run, tmp_path):
    """Also: both arms at once are as one after the other."""
    resumed = shutil.copytree(run[1], tmp_path / "resumed")
    job("--resume", resumed, "--epochs", 3)
    job(*SMALL, "--epochs", 3, "--workers", 1, "--out", tmp_path / "whole")
    for file in (tmp_path / "whole").rglob("*.npz"):
        one, other = np.load(resumed / file.relative_to(tmp_path / "whole")), np.load(file)
        names = [name for name in one.files if "seconds" not in name and name != "sha256"]
        assert all(one[name].tobytes() == other[name].tobytes() for name in names)
    assert json.loads((resumed / "config.json").read_text())["epochs"] == 3


def test_bad_input_is_one_sentence_on_stderr_and_exit_code_2(tmp_path):
    code, out, errors = finish(start(JOB, "--seed", "-1", cwd=tmp_path))
    assert (code, out) == (2, "")
    assert (
        errors == "error: --seed: '-1' is not possible; give a whole number from 0 to 2147483647.\n"
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "given, said",
    [
        (
            ["--train", "60001"],
            "--train: 60001 is not possible; give a whole number from 1 to 60000",
        ),
        (
            ["--test", "10001", "--arm", "baseline"],
            "--test: 10001 is not possible; give a whole number from 1 to 10000",
        ),
        (["--layers", "9999999,9999999"], "--layers: 9999999,9999999 makes"),
        (
            ["--layers", "conv(8, kernel=29),10"],
            "--layers: conv.8, kernel=29, stride=1., layer 1, is not possible: .* kernel=28",
        ),
        (["--layers", "30,conv(8, kernel=5)"], "--layers: .* layer 2, comes after a layer whose"),
        (
            ["--steps", "100000"],
            "--steps: 100000 is not possible with 60000 images; give at most 35791",
        ),
        (
            ["--device", BROKEN / "device_G_max_unit.py"],
            "--device: .*/device_G_max_unit.py: G_max=.* units of siemens",
        ),
        (["--out", "/dev/null/run"], "--out: '/dev/null/run' cannot be made"),
        (["--out", BROKEN], "--out: '.*' exists, and no run writes over another"),
    ],
)
def test_bad_input_leaves_nothing_behind(tmp_path, monkeypatch, given, said):
    monkeypatch.chdir(tmp_path)
    job = runpy.run_path(str(JOB))
    with pytest.raises(UserError, match=said) as caught:
        job["main"](job["flags"]().parse_args(list(map(str, given))))
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("target", ["cpp_standalone", "cython"])
def test_a_missing_compiler_is_told_before_anything_starts(tmp_path, monkeypatch, target):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    job = runpy.run_path(str(JOB))
    with pytest.raises(UserError, match="needs a C.. compiler and make, but 'g..' was not found"):
        job["main"](job["flags"]().parse_args(["--target", target]))
    assert not list(tmp_path.iterdir())
