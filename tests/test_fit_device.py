"""fit_device.py: its numbers, its pictures, a device that the network takes, and nothing left of
what fails."""

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from snn_brian import physics
from snn_brian.base.errors import UserError
from snn_brian.check.loading import load
from snn_brian.device import ramps
from snn_brian.device.fit import fit
from snn_brian.device.response import after, ramp

RUNS = Path(__file__).parents[1] / "runs"
n = np.arange(120)[:, None]
POTENTIATION = physics.potentiation_curve(n, 674e-9, 0.03058, 626.8e-9)
DEPRESSION = physics.depression_curve(n, 32.95e-9, 0.3534, 600e-9)


def script(name, *given):
    """The script's main with these arguments."""
    found = runpy.run_path(str(RUNS / f"{name}.py"))
    return found["main"](found["flags"]().parse_args(list(map(str, given))))


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A potentiation and a depression file of three ramps with 2 % noise."""
    monkeypatch.chdir(tmp_path)
    noise = 1 + 0.02 * np.random.default_rng(0).standard_normal((2, 120, 3))
    for name, curve, factor in zip(("up.csv", "down.csv"), (POTENTIATION, DEPRESSION), noise):
        np.savetxt(name, curve * factor, delimiter=",", header="a,b,c", comments="")
    return "up.csv", "down.csv"


def test_results(files, capsys):
    assert script("fit_device", *files, "--out", "new/my-device 2") == Path("new/my-device 2")
    folder = Path("new/my-device 2")
    assert {path.name for path in folder.iterdir()} == {"fit.json", "fit.png", "device.py"}
    assert (folder / "fit.png").read_bytes().startswith(b"\x89PNG")
    found = json.loads((folder / "fit.json").read_text())
    true = dict(
        G_max=674e-9,
        alpha_P=0.03058,
        beta_P=626.8e-9,
        G_min=32.95e-9,
        alpha_D=0.3534,
        beta_D=600e-9,
    )
    assert {name: found[name] for name in true} == pytest.approx(true, rel=0.05)
    assert set(found["confidence_intervals_95"]) == {*true, "PANL", "DANL", "ANL"}
    device = load("device", folder / "device.py")
    assert device.name == "my_device_2"
    assert [float(device.G_max), float(device.G_min)] == [found["G_max"], found["G_min"]]
    assert device.parameters == {name: found[name] for name in ("alpha_P", "alpha_D")}
    out = capsys.readouterr().out
    up, down = (1e9 * np.loadtxt(name, delimiter=",", skiprows=1) for name in files)
    assert out.startswith("up.csv: no unit is named, and siemens is taken\n")
    assert f"\nMeasured from {down.min():g} nS to {max(up.max(), down.max()):g} nS;" in out
    assert "ANL" in out and "does not fit" not in out
    assert "potentiation: 3 ramps of up to 119 pulses, which cover 97" in out


def test_currents_are_divided_by_the_read_voltage(files):
    for name in files:
        np.savetxt(name, 0.1 * np.loadtxt(name, delimiter=",", skiprows=1), delimiter=",")
    script("fit_device", *files, "--read-voltage", "0.1", "--out", "a")
    assert json.loads(Path("a/fit.json").read_text())["G_max"] == pytest.approx(674e-9, rel=0.05)


def test_the_network_trains_with_a_fitted_device(files, private_builds):
    script("fit_device", *files, "--out", "fitted")
    patch = private_builds()
    try:
        folder = script(
            "mnist_local",
            "--device",
            "fitted/device.py",
            "--layers",
            "4",
            "--train",
            "5",
            "--test",
            "3",
            "--epochs",
            "1",
            "--target",
            "numpy",
            "--arm",
            "memristive",
            "--out",
            "run",
        )
    finally:
        patch.undo()
    device = json.loads((folder / "config.json").read_text())["arms"]["memristive"]["device"]
    assert device["name"] == "fitted" and device["G_max_S"] == pytest.approx(674e-9, rel=0.05)


def test_a_law_that_does_not_fit_is_told_everywhere(files, capsys):
    np.savetxt("up.csv", 1e-7 + 5e-7 * (n / 119) ** 2, delimiter=",")
    with pytest.raises(UserError, match="up.csv: no ramp shows where it ends, G_max"):
        script("fit_device", *files, "--out", 'a"\nb')
    script("fit_device", *files, "--fix-ends", "--law", "exponential", "--out", 'a"\nb')
    out = capsys.readouterr().out
    assert "The exponential law does not fit the potentiation: the ramps leave the curve" in out
    assert "S, the largest state seen: no ramp ends there" in out
    folder = Path('a"\nb')
    assert not json.loads((folder / "fit.json").read_text())["directions"]["potentiation"]["fits"]
    reference = load("device", folder / "device.py").reference
    assert "potentiation does not fit" in reference and "G_max is fixed" in reference


def test_where_the_law_does_not_fit_the_device_has_a_table(files, capsys):
    """A quadratic ramp, whose steps grow from 0 to 1.7 % of the range."""
    rising = 1e-7 + 5e-7 * (n / 119) ** 2
    np.savetxt("up.csv", rising, delimiter=",")
    script("fit_device", *files, "--fix-ends", "--out", "mine")
    out = capsys.readouterr().out
    assert "The exponential law does not fit the potentiation: the ramps leave the curve" in out
    assert "The device has the table; --law exponential takes the other." in out
    assert "S, the largest state seen: no ramp ends there" in out
    report = json.loads(Path("mine/fit.json").read_text())
    assert report["law"] == "table" and report["directions"]["potentiation"]["fits"]
    assert not report["exponential"]["directions"]["potentiation"]["fits"]
    for own in (report, report["exponential"]):
        up, down = (own["directions"][way]["deviation"] for way in ("potentiation", "depression"))
        assert f"by up to {up:.1%} (potentiation) and {down:.1%} (depression)" in out
    device = load("device", "mine/device.py")
    assert "the exponential law does not fit" in device.reference
    assert [float(device.G_max), float(device.G_min)] == [report["G_max"], report["G_min"]]
    course = ramp(device, rising[40, 0] / report["G_max"], np.ones(79))
    np.testing.assert_allclose(course, rising[40:, 0] / report["G_max"], atol=0.02)
    assert Path("mine/fit.png").read_bytes().startswith(b"\x89PNG")


def test_either_law_can_be_forced(files, capsys):
    script("fit_device", *files, "--law", "table", "--out", "table")
    script("fit_device", *files, "--law", "exponential", "--out", "law")
    assert "The device has the table; --law exponential takes the other." in capsys.readouterr().out
    one, other = (load("device", f"{name}/device.py") for name in ("table", "law"))
    assert json.loads(Path("law/fit.json").read_text())["law"] == "exponential"
    G, scale = np.linspace(0.15, 0.8, 9), float(other.G_max) / float(one.G_max)
    for number in (1, -1):
        expected = after(other, G, number)
        np.testing.assert_allclose(after(one, G * scale, number) / scale, expected, atol=0.02)
    with pytest.raises(UserError, match="--law: invalid choice: 'tables'"):
        script("fit_device", *files, "--law", "tables")


def mutated(text, draw):
    """The text with some characters taken out, put in or exchanged, and lines lost."""
    for _ in range(draw.integers(1, 4)):
        place = int(draw.integers(len(text) + 1))
        kind = draw.integers(4)
        if kind == 0:
            text = text[:place] + text[place + int(draw.integers(1, 30)) :]
        elif kind == 1:
            put_in = str(draw.choice(["x", ",", "\n", "nan", "1e400", "-", '"', "\0", "e9", "0"]))
            text = text[:place] + put_in + text[place:]
        elif kind == 2:
            text = text.replace(*map(str, draw.integers(10, size=2)))
        else:
            lines = text.split("\n")
            del lines[int(draw.integers(len(lines)))]
            text = "\n".join(lines)
    return text


@pytest.mark.filterwarnings("error")
def test_a_damaged_file_is_fitted_or_told_in_a_sentence(files):
    draw = np.random.default_rng(1)
    text, refused = Path("up.csv").read_text(), 0
    for _ in range(120):
        Path("up.csv").write_text(mutated(text, draw))
        try:
            report = fit(ramps.read_ramps("up.csv", True).G, DEPRESSION).report()
        except UserError as error:
            assert "\n" not in str(error)
            refused += 1
        else:
            assert json.dumps(report, allow_nan=False)
    assert 20 < refused < 115


@pytest.mark.parametrize(
    "given, said",
    [
        (["down.csv", "up.csv"], "down.csv: most ramps fall where they should rise"),
        (["up.csv", "none.csv"], "none.csv: this file cannot be read"),
        (["up.csv", "down.csv", "--read-voltage", "0"], "--read-voltage: '0' is not possible"),
        (
            ["up.csv", "down.csv", "--read-voltage", "1e-9"],
            "up.csv, column .: the largest conductance would be",
        ),
        (["up.csv", "down.csv", "--out", "up.csv"], "--out: 'up.csv' exists"),
        (["up.csv"], "up.csv: no part of at least 5 rows falls; .* depression is missing"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(files, given, said):
    with pytest.raises(UserError, match=said) as caught:
        script("fit_device", *given)
    assert "\n" not in str(caught.value)
    assert {path.name for path in Path.cwd().iterdir()} == set(files)


ROUND = 1e-6 - 9e-7 * np.exp(-np.arange(81) / 20), 1e-7 + 8.8e-7 * np.exp(-np.arange(81) / 25)
TRUE = dict(G_max=1e-6, G_min=1e-7, alpha_P=0.05, alpha_D=0.04)


@pytest.mark.parametrize(
    "factor, header, given",
    [
        (1e6, "G (uS)", []),
        (1e9, "", ["--unit", "nS"]),
        (1 / 2e-6, "G (a.u.)", ["--normalised", "G_max=2uS"]),
        (1 / 2e-6, "", ["--normalised", "G_max=2e-6"]),
        (-0.5e9, "I (nA)", ["--read-voltage", "-0.5"]),
        (-0.5, "", ["--read-voltage", "-0.5"]),
        (None, "", ["--unit", "ohm"]),
        (None, "R (ohm)", []),
    ],
)
def test_units_in_headers_and_flags(tmp_path, monkeypatch, factor, header, given):
    monkeypatch.chdir(tmp_path)
    for name, G in zip(("up.csv", "down.csv"), ROUND):
        values = G * factor if factor else 1 / G
        counted = np.stack([np.arange(81), values], axis=1)
        np.savetxt(name, counted, "%.9g", ",", header=f"pulse,{header}", comments="")
    script("fit_device", "up.csv", "down.csv", *given, "--out", "new")
    found = json.loads(Path("new/fit.json").read_text())
    assert {name: found[name] for name in TRUE} == pytest.approx(TRUE, rel=1e-4)
    assert "up.csv: column 1 counts the pulses ('pulse') and is left out" in found["notes"]


def test_one_file_of_both_ways(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    down = 1e-7 + (ROUND[0][-1] - 1e-7) * np.exp(-np.arange(1, 81) / 25)
    np.savetxt("both.csv", np.concatenate([ROUND[0], down]))
    script("fit_device", "both.csv", "--out", "new")
    found = json.loads(Path("new/fit.json").read_text())
    assert {name: found[name] for name in TRUE} == pytest.approx(TRUE, rel=1e-4)
    assert "both.csv: column 1: the ramps turn at row 81 and are split there" in (
        capsys.readouterr().out
    )
    assert "both.csv and both.csv" not in Path("new/device.py").read_text()


@pytest.mark.parametrize(
    "given, said",
    [
        (["--unit", "volt"], "--unit: 'volt' is no unit of measured ramps"),
        (["--normalised", "G_max=1"], "--normalised: 'G_max=1' is not possible"),
        (["--normalised", "G_max=1uS"], "up.csv, .*column .: the largest value is .* up to 1"),
        (["--normalised", "G_max=1uS", "--read-voltage", "1"], "are for different files; keep one"),
        (["--read-voltage", "-0.1"], "other sign than --read-voltage -0.1; give 0.1"),
    ],
)
def test_flags_that_do_not_go_with_the_files(files, given, said):
    with pytest.raises(UserError, match=said):
        script("fit_device", *files, *given)
    assert {path.name for path in Path.cwd().iterdir()} == set(files)
