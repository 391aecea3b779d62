"""Runs agree with their repetitions in PyTorch: exactly before training, by float's rounding
without random draws, else in the mean over seeds."""

import csv
import json

import numpy as np
import pytest
import torch
import torch_reference  # noqa: E402
from reference.curves import gathered, table  # noqa: E402
from reference.local_learning import Fire, check  # noqa: E402
from reference.weights import Ideal, Pair  # noqa: E402

from snn_brian.base.errors import UserError  # noqa: E402
from snn_brian.job import job  # noqa: E402

SMALL = ["--layers", "30,20", "--train", "2000", "--test", "1000", "--epochs", "3"]
TIOX = {
    "law": {"name": "exponential"},
    "parameters": {"alpha_P": 0.03058, "alpha_D": 0.3534},
    "K": 0.05,
}
LINEAR = {"law": {"name": "linear"}, "parameters": {"N": 10.0}, "K": 0.05}


@pytest.fixture(scope="module", autouse=True)
def builds(private_builds):
    patch = private_builds()
    yield
    patch.undo()


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """both(flags, seeds) runs the job and repeats it, and gives the columns of each, arrays of
    shape (seeds, rows)."""

    def measure(given, seeds):
        folder = tmp_path_factory.mktemp("reference")
        runs = [
            job.main(
                job.flags().parse_args(
                    [*SMALL, *given, "--seed", seed, "--out", str(folder / seed)]
                )
            )
            for seed in seeds
        ]
        out = torch_reference.main(
            torch_reference.flags().parse_args([*map(str, runs), "--out", str(folder / "out")])
        )
        assert (out / "accuracy.png").read_bytes().startswith(b"\x89PNG")
        return [rows(runs), rows(out / f"run_{number}" for number in range(1, 1 + len(seeds)))]

    return measure


def rows(folders):
    """{column: array of shape (runs, rows)} of `metrics.csv`."""
    tables = [list(csv.DictReader((folder / "metrics.csv").open())) for folder in folders]
    return {
        name: np.array([[float(row[name] or "nan") for row in table] for table in tables])
        for name in tables[0][0]
        if name != "arm"
    }


def test_the_baseline_but_for_rounding(both):
    brian, reference = both(["--arm", "baseline"], ["0"])
    assert np.array_equal(
        brian["test_accuracy"][:, :2], reference["test_accuracy"][:, :2]
    )  # before training
    assert np.nanmax(abs(brian["train_accuracy"] - reference["train_accuracy"])) < 0.02
    assert abs(brian["test_accuracy"] - reference["test_accuracy"]).max() < 0.02
    assert brian["test_accuracy"][0, -2] > 0.6


def test_the_accumulator_draws_nothing_and_gives_the_same_pulses(both):
    brian, reference = both(
        [
            "--arm",
            "memristive",
            "--programming",
            "accumulator",
            "--optimizer",
            "sgd",
            "--batch",
            "1",
            "--epochs",
            "1",
        ],
        ["1"],
    )
    for name in ("potentiation_pulses", "depression_pulses", "write_energy_J"):
        assert brian[name][0, 2:] == pytest.approx(reference[name][0, 2:], rel=0.02)
    assert abs(brian["test_accuracy"] - reference["test_accuracy"]).max() < 0.02
    assert brian["test_accuracy"][0, -2] > 0.6


def test_a_convolution_is_that_of_pytorch(both):
    brian, reference = both(
        [
            *("--layers", "conv(4, kernel=5, stride=3),conv(6, kernel=3, stride=2),20"),
            *("--arm", "memristive", "--programming", "accumulator", "--batch", "20"),
            *("--train", "300", "--test", "200", "--epochs", "2", "--target", "numpy"),
            *("--eta", "0.01"),
        ],
        ["1"],
    )
    for name in ("potentiation_pulses", "depression_pulses", "write_energy_J"):
        assert brian[name][0, 3:] == pytest.approx(reference[name][0, 3:], rel=0.02)
        assert np.all(brian[name][0, 3:] > 0)
    assert np.array_equal(brian["test_accuracy"][:, :3], reference["test_accuracy"][:, :3])
    assert abs(brian["test_accuracy"] - reference["test_accuracy"]).max() < 0.02


def test_ternary_pulses_within_the_spread_of_seeds(both):
    brian, reference = both(["--arm", "memristive"], ["0", "1", "2"])
    assert np.array_equal(brian["test_accuracy"][:, :2], reference["test_accuracy"][:, :2])
    for name, tolerance in (
        ("potentiation_pulses", 0.05),
        ("depression_pulses", 0.05),
        ("write_energy_J", 0.05),
    ):
        first, other = (each[name][:, 2::2].sum() for each in (brian, reference))  # layer 1
        assert first == pytest.approx(other, rel=tolerance)
    first, other = (each["test_accuracy"][:, -2] for each in (brian, reference))
    assert (
        abs(first.mean() - other.mean()) < 3 * np.hypot(first.std(ddof=1), other.std(ddof=1)) + 0.01
    )
    assert first.mean() > 0.3


def test_without_runs_the_flags_say_what_is_done(tmp_path, capsys):
    given = [
        "--layers",
        "5",
        "--train",
        "50",
        "--test",
        "20",
        "--epochs",
        "1",
        "--seeds",
        "3,4",
        "--arm",
        "memristive",
        "--device",
        "linear",
        "--programming",
        "stochastic_rounding",
        "--out",
        str(tmp_path / "out"),
    ]
    out = torch_reference.main(torch_reference.flags().parse_args(given))
    assert [json.loads((out / f"run_{k}" / "config.json").read_text())["seed"] for k in (1, 2)] == [
        3,
        4,
    ]
    assert "memristive, layer 1" in capsys.readouterr().out


def test_the_device_and_its_counters_by_hand():
    torch.manual_seed(0)
    arm = {
        "programming": {"name": "ternary", "parameters": {"gamma_P": 2.0, "gamma_D": 1.0}},
        "device": TIOX,
    }
    pair = Pair(arm, torch.tensor([[0.5, 0.2]]), torch.tensor([[0.3, 0.4]]), torch.Generator())
    pair.change(torch.tensor([[1.0, -1.0]]))
    up, down = np.exp(-2 * 0.03058), np.exp(-0.3534)
    expected = [[1 - 0.5 * up, 0.05 + 0.15 * down], [0.05 + 0.25 * down, 1 - 0.6 * up]]
    assert np.allclose([pair.G_plus[0], pair.G_minus[0]], expected, rtol=1e-6)
    assert (pair.pulses_P, pair.pulses_D) == (4, 2)
    assert pair.load_P == pytest.approx(
        2 * ((0.5 + expected[0][0]) / 2 + (0.4 + expected[1][1]) / 2), rel=1e-6
    )
    assert pair.load_D == pytest.approx(
        (0.2 + expected[0][1]) / 2 + (0.3 + expected[1][0]) / 2, rel=1e-6
    )


def test_stochastic_rounding_is_right_in_the_mean_and_stays_in_the_range():
    arm = {"programming": {"name": "stochastic_rounding", "parameters": {}}, "device": LINEAR}
    G = torch.full((100, 1000), 0.5)
    pair = Pair(arm, G, G.clone(), torch.Generator().manual_seed(1))
    pair.change(torch.full_like(G, 0.05))
    assert float(pair.w.mean()) == pytest.approx(0.05, abs=4 * 0.19 * 0.5 / np.sqrt(1e5))
    pair.change(torch.full_like(G, 5.0))
    assert float(pair.G_plus.min()) == 1 and float(pair.G_minus.max()) == pytest.approx(0.05)


def test_the_box_lets_the_gradient_pass_inside_it():
    U = torch.tensor([-0.6, -0.4, 0.0, 0.4, 0.8], requires_grad=True)
    S = Fire.apply(U, -0.5, 0.7)
    S.sum().backward()
    assert S.tolist() == [0, 0, 0, 1, 1] and U.grad.tolist() == [0, 1, 1, 1, 0]


def test_an_ideal_weight_changes_as_asked():
    ideal = Ideal(torch.tensor([1.0]))
    ideal.change(torch.tensor([0.5]))
    assert ideal.w.tolist() == [1.5]


def test_the_table_gives_mean_and_spread():
    found = [
        {"source": source, "arm": "baseline", "layer": "1", "epoch": epoch, "test_accuracy": value}
        for source, values in (("Brian2", (0.5, 0.6)), ("PyTorch", (0.7, 0.7)))
        for epoch in (0, 1)
        for value in values
    ]
    assert gathered(found)[("baseline", 1)]["Brian2"] == {0: [50, 60], 1: [50, 60]}
    assert "55.00 +- 7.07" in table(found) and "70.00 +- 0.00" in table(found)
    assert table(found[:1]).endswith(" 50.00")  # of one run


@pytest.mark.parametrize(
    "given, said",
    [
        (["nowhere"], "^RUN: 'nowhere' has no config.json"),
        (
            ["--programming", "counter", "--arm", "memristive"],
            "^--programming: 'counter' is unknown to this reference; choose one of ternary",
        ),
        (["--device", "TiOx_varied", "--arm", "memristive"], "^--device: 'TiOx_varied' varies"),
        (["--device", "limited", "--arm", "baseline"], "^--device: 'limited' has a limit"),
        (["--encoding", "rate", "--steps", "2"], "^--encoder: 'rate' is unknown"),
        (["--steps", "2"], "^--steps: 2 is not possible"),
        (["--seeds", "1,x"], "^--seed: 'x' is not possible"),
    ],
)
def test_what_the_reference_does_not_know(tmp_path, given, said):
    with pytest.raises(UserError, match=said):
        torch_reference.main(
            torch_reference.flags().parse_args([*given, "--out", str(tmp_path / "out")])
        )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "name, value, said",
    [
        ("start", {"baseline": "5a"}, "^--start: "),
        ("data", {"name": "x", "bin_s": 0.001}, "events"),
        ("network", {"name": "recurrent"}, "^--network: 'recurrent' is unknown to this reference"),
    ],
)
def test_a_run_that_the_reference_cannot_repeat(name, value, said):
    config = {
        "neuron": {"name": "integrate_and_fire"},
        "encoder": {"name": "threshold"},
        "arms": {},
        "steps": 1,
        "data": {"name": "mnist"},
    }
    check(config)
    with pytest.raises(UserError, match=said):
        check(config | {name: value})
