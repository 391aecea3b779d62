"""runs/paper.py and the figures with networks: every file is written, from curves that no network
has to be trained for."""

import csv
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from fouda2019 import curves, networks, training

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

    monkeypatch.setattr(networks, "trained", trained)
    return asked


def script(name):
    spec = importlib.util.spec_from_file_location(name, RUNS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["figure_3", "figure_5a", "figure_5b"])
def test_a_figure_and_its_table(name, made_up, tmp_path):
    own = script(name)
    own.main(own.flags().parse_args(["--out", str(tmp_path), "--seeds", "0,1"]))
    assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    rows = list(csv.DictReader((tmp_path / f"{name}.csv").open()))
    assert {row["setting"] for row in rows} == set(made_up) and {
        row["seed_number"] for row in rows
    } == {"0", "1"}


def test_all_figures_and_claims(made_up, tmp_path):
    own = script("paper")
    arguments = ["--out", str(tmp_path / "paper"), "--quick", "--seeds", "0,1,2"]
    (tmp_path / "paper").mkdir()
    own.main(own.flags().parse_args(arguments))
    own.main(own.flags().parse_args(arguments))  # the device figures that are there stay
    written = {path.name for path in (tmp_path / "paper").iterdir()}
    assert written == {"claims.md", "claims.csv", "figure_2", "figure_4a", "figure_4b"} | {
        f"{name}.{kind}"
        for name in ("figure_3", "figure_5a", "figure_5b")
        for kind in ("png", "csv")
    }
    claims = list(csv.DictReader((tmp_path / "paper" / "claims.csv").open()))
    text = (tmp_path / "paper" / "claims.md").read_text()
    assert [claim["number"] for claim in claims] == list("12345678")
    for claim in claims:
        assert (
            claim["verdict"] in ("reproduced", "partly", "not reproduced")
            and claim["measured"] in text
        )
    for reading in networks.INTERPRETATIONS:
        assert f"| {reading} |" in text
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
    )
    assert set(made_up) == {name for table in tables for name in table}
