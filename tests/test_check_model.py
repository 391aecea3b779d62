"""runs/check_model.py: a sound declaration is simulated and drawn, a broken one is told of in one
sentence."""

import re
import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from snn_brian.base.errors import UserError
from snn_brian.check.loading import declarations
from snn_brian.check.portrait import portrait

pytestmark = pytest.mark.pictures

FOLDER = Path(__file__).parents[1]
SCRIPT = runpy.run_path(str(FOLDER / "runs" / "check_model.py"))


def check(model, *more):
    return SCRIPT["main"](SCRIPT["flags"]().parse_args([str(model), *map(str, more)]))


@pytest.mark.parametrize(
    "model, said",
    [
        ("neurons/leaky_integrate_and_fire", "makes it spike: 0.05\n"),
        # (9) is (1 - x)/(1 + x)/2 with x = exp(-alpha N/2), 0.0994 and 0.0843
        ("devices/exponential", r"PANL 0.410 \(N = 151\), DANL 0.422 \(N = 14\), ANL 0.83"),
        ("synapses/tsodyks_markram", "moves I by 4 .*\n.*the tenth moves it by 0.0497 times"),
        ("devices/linear", r"PANL -?0.000 \(N = 100\), DANL -?0.000 \(N = 100\), ANL -?0.000"),
        ("programming/stochastic_rounding", "-0.02, 0.02: -0.0[12].*, 0.0[12]"),
    ],
)
def test_a_sound_declaration_is_simulated_and_drawn(tmp_path, capsys, model, said):
    path = check(FOLDER / "models" / f"{model}.py", "--out", tmp_path / "picture.png")
    printed = capsys.readouterr().out
    assert "is sound" in printed and re.search(said, printed), printed
    picture = imread(path)
    assert (
        picture.shape[1] > 1000
        and len(np.unique(picture.reshape(-1, picture.shape[2]), axis=0)) > 50
    )


@pytest.mark.parametrize("levels, N", [(40, 40), (7, 7), (5000, 4950)])
@pytest.mark.parametrize("own", [True, False])
def test_an_exactly_linear_device_is_linear_whatever_its_levels(tmp_path, levels, N, own):
    """With the device's own number, or without one, up to 99 % of its range."""
    device = declarations("device")["linear"][0]
    if own:
        device, N = replace(device, parameters=dict(N=float(levels))), levels
    else:
        change = "n*(G_max - G_min)/levels"
        law = replace(device.law, potentiation=change, depression=change, parameters=("levels",))
        device = replace(device, law=law, parameters=dict(levels=float(levels)))
    found = re.search(
        r"PANL (\S+) \(N = (\d+)\), DANL (\S+) \(N = (\d+)\), ANL (\S+)$",
        portrait(device, tmp_path / "picture.png")[1],
    )
    assert [int(found[2]), int(found[4])] == [N, N]
    assert [float(found[k]) for k in (1, 3, 5)] == pytest.approx([0, 0, 0], abs=0.002)


def test_an_encoder_is_checked_without_a_picture(tmp_path, capsys):
    assert (
        check(FOLDER / "models" / "encoders" / "latency.py", "--out", tmp_path / "picture.png")
        is None
    )
    assert "encoder 'latency' is sound" in capsys.readouterr().out and not list(tmp_path.iterdir())


def test_a_picture_is_named_after_the_declaration(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert check(FOLDER / "models" / "neurons" / "integrate_and_fire.py") == Path(
        "integrate_and_fire.png"
    )


@pytest.mark.parametrize(
    "model, more, said",
    [
        ("nowhere.py", [], "no such file; give the path"),
        (FOLDER / "tests" / "broken_models" / "neuron_syntax.py", [], "threshold='exp"),
        (
            FOLDER / "tests" / "broken_models" / "nothing_declared.py",
            [],
            "declares nothing; have one",
        ),
        (FOLDER / "models" / "neurons" / "izhikevich.py", ["--out", "x.pdf"], "ends in .png"),
        (
            FOLDER / "models" / "neurons" / "izhikevich.py",
            ["--out", "no/x.png"],
            "in a folder that exists",
        ),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(model, more, said):
    with pytest.raises(UserError, match=said):
        check(model, *more)


def test_a_rule_for_another_device_says_so(tmp_path):
    rule = replace(
        declarations("programming")["stochastic_rounding"][0], device_parameters=("N", "mu")
    )
    with pytest.raises(UserError, match="no shipped device has all of N, mu"):
        portrait(rule, tmp_path / "picture.png")
