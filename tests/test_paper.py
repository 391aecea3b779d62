"""runs/paper.py and the figures with networks: every file is written, from curves that no network
has to be trained for."""

import csv
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from fouda2019 import curves, networks, readings, study, training

RUNS = Path(__file__).parents[1] / "runs"


@pytest.fixture
def made_up(monkeypatch):
    """Settings are not trained: their curves follow from their place in the table."""
    asked = []

    def trained(names, args, seeds=None):
        asked.extend(names)
        seeds = len(training.read_seeds(args) if seeds is None else seeds)
        found = {}
        for k, (name, values) in enumerate(names.items()):
            epochs = 2 if args.quick else values.get("epochs", networks.EPOCHS)
            accuracy = (
                np.linspace(10, 95 - 0.1 * k, epochs + 1)[None, :, None]
                + np.arange(seeds)[:, None, None]
                + np.zeros(3)
            )
            pulses = np.full((seeds, epochs + 1), 100.0 * (k + 1))
            found[name] = curves.Curves(accuracy, pulses, 2 * pulses, 1e-9 * pulses)
        return found

    monkeypatch.setattr(training, "trained", trained)
    monkeypatch.setattr(readings, "thin_out", lambda reading, args, seed: None)
    return asked


def script(name):
    spec = importlib.util.spec_from_file_location(name, RUNS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkpoints(monkeypatch, tmp_path):
    """A checkpoint before and one after training, of pairs that a few pulses have met."""
    generator, paths = np.random.default_rng(0), []
    for epoch in (0, 2):
        G = generator.uniform(0.05, 0.2, (2, 8, 6)) + 0.1 * epoch
        pulses = {"measured_potentiation_pulses": np.full((epoch + 1, 3), 30.0)}
        path = tmp_path / f"epoch_00{epoch}.npz"
        np.savez(path, G_plus_2=G[0], G_minus_2=G[1], **pulses)
        paths.append(path)
    monkeypatch.setattr(readings, "checkpoints", lambda reading, args, name: paths)


def is_picture(path):
    return path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["figure_3", "figure_5a", "figure_5b"])
def test_a_figure_and_its_table(name, made_up, tmp_path):
    own = script(name)
    own.main(own.flags().parse_args(["--out", str(tmp_path), "--seeds", "0,1"]))
    assert is_picture(tmp_path / f"{name}.png")
    rows = list(csv.DictReader((tmp_path / f"{name}.csv").open()))
    assert {row["setting"] for row in rows} == set(made_up)
    assert {row["seed_number"] for row in rows} == {"0", "1"}
    wanted = {"figure_3": {"on-line"}, "figure_5b": {"paper", "tuned"}}
    assert {row["reading"] for row in rows} == wanted.get(name, {"paper", "tuned", "on-line"})


def test_why(made_up, checkpoints, tmp_path):
    own = script("balance")
    own.main(own.flags().parse_args(["--out", str(tmp_path), "--seeds", "0,1"]))
    assert is_picture(tmp_path / "balance.png")
    rows = {row["gamma"]: row for row in csv.DictReader((tmp_path / "balance.csv").open())}
    assert len(rows) == 8
    row = {name: float(value) for name, value in rows["(3,1)"].items() if name != "gamma"}
    K = 32.95 / 674
    assert row["random_place"] > 0.1 and -1 < row["random_correlation"] < 0.1
    assert row["events_per_pair"] == pytest.approx(3 * 30 / 3 / 48)
    assert row["trained_place"] == pytest.approx((0.125 + 0.2 - K) / (1 - K), abs=0.01)
    assert row["balance_point"] == pytest.approx(0.2275, abs=1e-3)
    spread = 0.15 / np.sqrt(6) / (1 - K)  # of the difference of two uniform conductances
    assert row["first_step"] == pytest.approx(
        (row["u"] * 0.92 + row["d"] * 0.08) / spread, rel=0.15
    )


def test_all_figures_and_claims(made_up, checkpoints, tmp_path):
    own = script("paper")
    arguments = ["--out", str(tmp_path / "paper"), "--quick", "--seeds", "0,1,2"]
    (tmp_path / "paper").mkdir()
    own.main(own.flags().parse_args(arguments))
    own.main(own.flags().parse_args(arguments))  # the device figures that are there stay
    written = {path.name for path in (tmp_path / "paper").iterdir()}
    assert written == {"claims.md", "claims.csv", "study.csv"} | {
        "figure_2",
        "figure_4a",
        "figure_4b",
    } | {
        f"{name}.{kind}"
        for name in ("figure_3", "figure_5a", "figure_5b", "balance")
        for kind in ("png", "csv")
    }
    rows = list(csv.DictReader((tmp_path / "paper" / "claims.csv").open()))
    text = (tmp_path / "paper" / "claims.md").read_text()
    assert [(row["number"], row["reading"]) for row in rows] == [
        (number, reading)
        for number in "12345678"
        for reading in (["either"] if number in "18" else ["paper", "tuned"])
    ]
    for row in rows:
        assert row["verdict"] in ("reproduced", "partly", "not reproduced")
        assert row["measured"] in text
    for reading in networks.INTERPRETATIONS:
        assert f"| {reading} |" in text
    for combination in study.COMBINATIONS:
        assert str(combination) in text
    tables = (
        networks.BASELINE,
        networks.GAMMAS,
        networks.BEYOND,
        networks.ROUNDING,
        networks.BOTH_DEVICES,
        networks.READ_RULES,
        networks.LONG,
        networks.EARLY,
        networks.SILENT,
        study.settings(),
        readings.READINGS["paper"].settings,
    )
    assert set(made_up) == {name for table in tables for name in table}


@pytest.mark.parametrize(
    ("reading", "files"),
    [
        ("study", {"study.md", "study.csv"}),
        (
            "paper",
            {"claims.md", "claims.csv"}
            | {
                f"{name}.{kind}"
                for name in ("figure_5a", "figure_5b", "balance")
                for kind in ("png", "csv")
            },
        ),
    ],
)
def test_one_reading_alone(reading, files, made_up, checkpoints, tmp_path):
    own = script("paper")
    folder = tmp_path / "out"
    folder.mkdir()
    flags = ["--out", str(folder), "--quick", "--seeds", "0,1", "--reading", reading]
    own.main(own.flags().parse_args(flags))
    assert {path.name for path in folder.iterdir()} == files
    assert not set(made_up) & set(networks.LONG)
