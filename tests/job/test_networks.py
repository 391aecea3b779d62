"""A job with a network of one's own: its folder, and what is refused before anything is built."""

import json

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.job.job import flags, main
from snn_brian.job.resuming import parse

MINE = """from brian2 import ms
from snn_brian.declarations import Network, Projection
mine = Network("mine", "own", [
    Projection("inhibition_*", "layer_*", "layer_*", fixed="-strength*int(i != j)", delay="lag"),
    Projection("skip", "inputs", "layer_2", delay="j % 3"),
], parameters=dict(strength=0.02, lag=2*ms))
"""


def arguments(folder, out, *more):
    (folder / "mine.py").write_text(MINE)
    own = {"--network": folder / "mine.py", "--layers": "6,5", "--steps": 4, "--encoding": "rate"}
    own |= {"--target": "numpy", "--train": 12, "--test": 6, "--batch": 4, "--epochs": 1}
    own |= {"--out": folder / out}
    return flags().parse_args([*(str(part) for pair in own.items() for part in pair), *more])


def test_the_folder_of_a_job_knows_the_further_projections(tmp_path, capsys):
    whole = main(arguments(tmp_path, "a", "--set", "network.lag=1 ms", "--epochs", "2"))
    config = json.loads((whole / "config.json").read_text())
    assert [each["name"] for each in config["projections"]] == [
        "1", "2", "inhibition_1", "inhibition_2", "skip",
    ]  # fmt: skip
    assert config["network"]["parameters"] == {"strength": 0.02, "lag": "0.001 s"}
    last = whole / "checkpoints" / "memristive" / "epoch_002.npz"
    with np.load(last) as arrays:
        pairs = {name for name in arrays if name.startswith("G_plus")}
        assert pairs == {"G_plus_1", "G_plus_2", "G_plus_skip"}
    assert (whole / "figures" / "conductances.png").stat().st_size > 10_000

    # in pieces, and stopped after the first epoch
    cut = main(arguments(tmp_path, "b", "--set", "network.lag=1 ms", "--checkpoint-every", "4"))
    again = ["--resume", str(cut), "--network", str(tmp_path / "mine.py"), "--epochs", "2"]

    args = parse(flags(), lambda: flags().parse_args(again))
    main(args)
    for arm in ("memristive", "baseline"):
        one, other = (
            np.load(folder / "checkpoints" / arm / "epoch_002.npz") for folder in (whole, cut)
        )
        for name in one.files:
            if "seconds" not in name and name != "sha256":
                np.testing.assert_array_equal(one[name], other[name], err_msg=name)

    # another network is no continuation, and no start
    (tmp_path / "mine.py").write_text(MINE.replace("j % 3", "j % 2"))
    with pytest.raises(UserError, match="cannot go on as it began: network.projections.2.delay"):
        main(args)
    with pytest.raises(UserError, match="G_plus_skip, for which --network chain has no projection"):
        main(arguments(tmp_path, "c", "--network", "chain", "--start", str(whole)))
    with pytest.raises(UserError, match="lacks G_plus_recurrent_1"):
        main(arguments(tmp_path, "c", "--network", "recurrent", "--start", str(whole)))
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize(
    "more, told",
    [
        (
            ["--network", "recurent"],
            r"--network: 'recurent': no such name \(did you mean recurrent",
        ),
        (["--layers", "6"], "--network: '.*mine.py': projection 'skip' from 'inputs' to 'layer_2'"),
        (["--set", "network.strenght=1"], "'network.strenght' is unknown .did you mean"),
        (["--set", "network.lag=3"], "--set: network.lag='3' is not possible"),
        (["--set", "network.lag=1.5 ms"], "delay='lag' is 1.5 time steps of 1. ms"),
        (["--set", "network.lag=4 ms"], "of --steps 4 have ended then; give at least 5"),
        (["--network", "recurrent", "--steps", "1"], "'recurrent_1': a spike arrives 1 time step"),
        (["--encoding", "current"], "encoder 'current' are no spikes"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_built(tmp_path, more, told, monkeypatch):
    monkeypatch.setattr("snn_brian.train.training.simulation", lambda *own: pytest.fail("built"))
    with pytest.raises(UserError, match=told):
        main(arguments(tmp_path, "a", *more))
    assert not (tmp_path / "a").exists()


def test_a_job_with_a_convolution_and_a_network(tmp_path):
    """The network is checked before the images are known, from which the convolution's size
    follows."""
    layers = ["--layers", "conv(3, kernel=9, stride=6),5", "--arm", "baseline"]
    run = main(arguments(tmp_path, "conv", *layers))
    with np.load(run / "checkpoints" / "baseline" / "epoch_001.npz") as arrays:
        shapes = {name: arrays[name].shape for name in arrays if name.startswith("w_")}
    assert shapes == {"w_1": (81, 3), "w_2": (48, 5), "w_skip": (784, 5)}
