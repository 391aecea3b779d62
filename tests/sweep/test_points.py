"""A point of a sweep is known by what it comes to; a grid file gives all combinations, or one
sentence."""

from pathlib import Path

import pytest

from snn_brian.base.errors import UserError
from snn_brian.sweep.points import grid, point

SMALL = {"layers": [4], "target": "numpy", "arm": "memristive"}


@pytest.fixture
def written(tmp_path):
    def write(text):
        (tmp_path / "grid.toml").write_text(text)
        return tmp_path / "grid.toml"

    return write


def test_a_grid_is_every_combination(written):
    file = written(
        '[flags]\nbatch = 1\n[grid]\nseed = [0, 1]\n"programming.gamma_P" = [1, 2.5]\n'
        'layers = [[5, 4], "3"]\n'
    )
    found = grid(file)
    assert len(found) == 8 and found[0] == {
        "seed": 0,
        "programming.gamma_P": 1,
        "layers": [5, 4],
        "batch": 1,
    }
    assert found[-1] == {"seed": 1, "programming.gamma_P": 2.5, "layers": "3", "batch": 1}
    assert grid(written("[flags]\nseed = 3\n")) == [{"seed": 3}]


@pytest.mark.parametrize(
    "text, said",
    [
        ("seed = [0", "^GRID: '.*grid.toml' is not TOML .*; mend the file.$"),
        ("\x00", "is not TOML"),
        ("seed = [0]", "'seed' is no part of a grid; write .flags."),
        ("[gird]\nseed = [0]", "'gird' is no part of a grid .did you mean grid"),
        ("[grid]\nseed = []", "seed=.. is not possible in .grid.; give a list of values"),
        ("[grid]\nseed = 1", "seed=1 is not possible"),
        ("[grid]\nseed = [true]", "True is no value of a point"),
        ("[grid]\nseed = [[]]", "is no value of a point"),
        ("[grid]\nlayers = [[[3]]]", "is no value of a point"),
        ("[grid]\nseeds = [1]", "'seeds' is unknown in a sweep .did you mean seed.*--set takes"),
        ("[grid]\nout = ['x']", "'out' is unknown in a sweep"),
        ("[flags]\nset = 'programming.gamma_P=3'", "'set' is unknown in a sweep"),
        ("[flags]\n'rules.gamma_P' = 3", "'rules.gamma_P' is unknown in a sweep"),
        ("[flags.seed]\nx = 1", "is no value of a point"),
        ("[flags]\nseed = 0\n[grid]\nseed = [1]", "'seed' is in .flags. and in .grid.; keep one"),
    ],
)
def test_a_bad_grid_is_one_sentence(written, text, said):
    with pytest.raises(UserError, match=said) as caught:
        grid(written(text))
    assert "grid.toml" in str(caught.value) and str(caught.value).endswith(".")


def test_no_file(tmp_path):
    with pytest.raises(UserError, match="^GRID: '.*' cannot be read .No such file"):
        grid(tmp_path / "none.toml")


def test_what_the_job_is_called_with():
    found = point(
        {"seed": 1, "programming": "ternary", "programming.gamma_P": 3, "device.G_max": "500 nS"}
        | SMALL
    )
    assert found.flags == [
        "--seed=1",
        "--programming=ternary",
        "--set=programming.gamma_P=3",
        "--set=device.G_max=500 nS",
        "--layers=4",
        "--target=numpy",
        "--arm=memristive",
    ]
    assert found.name.startswith(
        "seed=1_programming=ternary_programming.gamma_P=3_device.G_max=500_nS"
    )
    assert found.name.endswith(found.digest) and found.epochs == 11
    assert point({"epochs": 2, "target": "numpy"}).epochs == 6


def test_a_point_is_what_it_comes_to():
    first = point({"seed": 0} | SMALL)
    for same in (
        {"programming": "ternary"},
        {"programming.gamma_P": 1},
        {"learning.eta": "3e-2"},
        {"batch": 100},
    ):
        assert point(SMALL | same).digest == first.digest
    others = [
        {"seed": 1},
        {"programming.gamma_P": 2},
        {"train": 50},
        {"validation": 50},
        {"dataset": "kmnist"},
        {"epochs": 9},
    ]
    assert (
        len({point(SMALL | other).digest for other in others} | {first.digest}) == len(others) + 1
    )


def test_a_file_of_data_is_known_by_its_place_and_its_change(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.npz").write_bytes(b"one")
    first = point({"dataset": "mine.npz"} | SMALL)
    assert f"--dataset={tmp_path / 'mine.npz'}" in first.flags
    assert point({"dataset": str(tmp_path / "mine.npz")} | SMALL).digest == first.digest
    others = [{"bin": "2ms"}, {"start": "mine.npz"}]
    digests = {point({"dataset": "mine.npz"} | SMALL | other).digest for other in others}
    Path("mine.npz").write_bytes(b"other")
    digests |= {first.digest, point({"dataset": "mine.npz"} | SMALL).digest}
    assert len(digests) == 4


def test_a_name_tells_apart_what_a_sweep_of_the_paper_varies():
    values = {"epochs": 10, "arm": "memristive", "programming": "ternary"}
    values |= {"programming.gamma_P": 1, "programming.gamma_D": 3, "seed": 2}
    readable = point(values).name.rsplit("-", 1)[0]
    assert readable.endswith("_programming.gamma_P=1_programming.gamma_D=3_seed=2")


def test_a_changed_model_file_is_another_point(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (
        "from dataclasses import replace\nfrom snn_brian.models.devices.exponential import TiOx\n"
        "mine = replace(TiOx, name='mine', cycle_to_cycle={})\n"
    )
    digests = []
    for spread in (0.01, 0.02):
        (tmp_path / "mine.py").write_text(text.format(spread))
        found = point({"device": "mine.py"} | SMALL)
        assert f"--device={tmp_path}/mine.py" in found.flags  # wherever the worker stands
        digests.append(found.digest)
    assert digests[0] != digests[1]


@pytest.mark.parametrize(
    "values, said",
    [
        ({"seeds": 1}, "'seeds' is unknown in a sweep"),
        ({"programming.gama_P": 1}, "did you mean programming.gamma_P"),
        ({"seed": None}, "None is no value of a point"),
        ({"seed": "one"}, "^--seed: 'one' is not possible"),
        ({"programming.gamma_P": "three"}, "give a number"),
        ({"validation": 0}, "^--validation: '0' is not possible"),
    ],
)
def test_what_no_point_can_be(values, said):
    with pytest.raises(UserError, match=said):
        point(SMALL | values)
