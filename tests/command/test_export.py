"""A network leaves by the command, whole or not at all."""

import numpy as np
import pytest

from snn_brian import load_run
from snn_brian.base.errors import UserError
from snn_brian.command.export import flags, main


def export(folder, *more):
    return main(flags().parse_args([str(folder), *map(str, more)]))


def test_conductances_as_csv_and_npz_are_the_same(finished_run, tmp_path, capsys):
    wanted = load_run(finished_run).arms["memristive"].checkpoint()
    (file,) = export(finished_run, "--conductances", tmp_path / "G.npz")
    paths = export(finished_run, "--conductances", tmp_path / "csv")
    assert [path.name for path in paths] == [
        f"G_{side}_{layer}_siemens.csv" for side in ("minus", "plus") for layer in (1, 2)
    ]
    for name, values in np.load(file).items():
        written = np.loadtxt(tmp_path / "csv" / f"{name}_siemens.csv", delimiter=",")
        for found in (written, values):
            np.testing.assert_array_equal((found / 674e-9).astype(np.float32), wanted[name])
    assert str(file) in capsys.readouterr().out


def test_an_epoch_of_an_arm_as_a_graph(finished_run, tmp_path):
    nir = pytest.importorskip("nir")
    export(finished_run, "--nir", tmp_path / "b.nir", "--arm", "baseline", "--epoch", 0)
    weight = nir.read(tmp_path / "b.nir").nodes["synapses_2"].weight
    np.testing.assert_array_equal(weight.T, load_run(finished_run).arms["baseline"].weights(2, 0))


@pytest.mark.parametrize(
    "given, said",
    [
        ([], "export: nothing is asked for; give --nir FILE.nir or --conductances PATH"),
        (["--nir", "mine.h5"], "'mine.h5' does not end in .nir; name a new .nir file"),
        (["--nir", "{there}.nir"], "there.nir' exists; name a new .nir file"),
        (["--conductances", "{there}.npz"], "there.npz' exists; name a new file"),
        (["--conductances", "{there}"], "there' exists, and nothing is written over it"),
        (["--arm", "memristiv", "--nir", "a.nir"], "'memristiv' .did you mean memristive"),
        (["--epoch", "7", "--conductances", "G"], "epoch: 7 of the memristive arm .* there are 0"),
        (["--arm", "baseline", "--conductances", "G"], "has weights without devices"),
    ],
)
def test_mistakes_are_told(finished_run, tmp_path, monkeypatch, given, said):
    monkeypatch.chdir(tmp_path)
    there = tmp_path / "there"
    there.mkdir()
    for suffix in (".nir", ".npz"):
        there.with_suffix(suffix).touch()
    with pytest.raises(UserError, match=said):
        export(finished_run, *(each.format(there=there) for each in given))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there", "there.nir", "there.npz"]
