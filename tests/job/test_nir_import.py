"""A graph of NIR is what a run starts from, or a sentence says why it is not."""

import numpy as np
import pytest

from snn_brian import Training, load_run
from snn_brian.base.errors import UserError
from snn_brian.data.datasets import load_data
from snn_brian.job import arguments
from snn_brian.job.job import flags, main
from snn_brian.job.nir_export import graph, write_graph
from snn_brian.job.nir_import import start_arrays

nir = pytest.importorskip("nir")

LEAKY = """
from brian2 import ms
from snn_brian.declarations import Neuron

leaky = Neuron(
    name="leaky",
    reference="a test",
    equations="dU/dt = -U/tau : 1",
    start_of_step="",
    synaptic_input="U_post += 0.5*w",
    threshold="U > theta",
    reset="U = 0",
    derivative="int(abs(U - theta) < 1)",
    parameters=dict(tau=3 * ms, theta=0.4),
)
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    random = np.random.default_rng(5)
    path = tmp_path_factory.mktemp("data") / "mine.npz"
    content = {}
    for part, count in (("train", 12), ("test", 8)):
        content[f"x_{part}"] = random.integers(0, 256, (count, 6, 5), dtype=np.uint8)
        content[f"y_{part}"] = np.arange(count) % 3
    np.savez(path, **content)
    return path


@pytest.fixture
def leaky(tmp_path):
    (tmp_path / "leaky.py").write_text(LEAKY)
    return ["--neuron", str(tmp_path / "leaky.py")]


@pytest.fixture
def arm(data):
    def build(*given, name="baseline"):
        args = flags().parse_args(["--layers", "9,8", "--target", "numpy", *given])
        return arguments.arms(args)[name].seeing(load_data(str(data)))

    return build


@pytest.fixture
def file(tmp_path):
    def write(made, **changes):
        nodes = {**made["nodes"], **changes.pop("nodes", {})}
        made = {**made, "nodes": nodes, **changes}
        write_graph(tmp_path / "mine.nir", made)
        return tmp_path / "mine.nir"

    return write


def leaving(arm, data):
    """(a graph, the checkpoint that it is of)"""
    arrays = Training(arm, load_data(str(data))).arrays(0)
    return graph(arm, arrays, 30, 3), arrays


@pytest.mark.parametrize("neuron", ["integrate_and_fire", "leaky_integrate_and_fire"])
@pytest.mark.parametrize("name", ["memristive", "baseline"])
def test_what_left_comes_back(arm, file, data, neuron, name):
    """Bit for bit, and says nothing."""
    own = arm("--neuron", neuron, "--dt", "0.5ms", name=name)
    made, arrays = leaving(own, data)
    found, notes = start_arrays(file(made), own)
    wanted = {key for key in arrays if key.startswith(("w_", "G_plus", "G_minus", "J_"))}
    assert set(found) == wanted and len(wanted) == (4 if name == "baseline" else 6)
    for key in wanted:
        assert found[key].dtype == np.float32
        np.testing.assert_array_equal(found[key], arrays[key])
    assert notes == []


def test_a_job_starts_from_a_graph(finished_run, tmp_path, capsys):
    """Both arms, from the weights of one; the answers are those of before."""
    arm = load_run(finished_run).arms["baseline"]
    arm.write_nir(tmp_path / "mine.nir")
    given = "--layers 6,5 --train 20 --test 12 --epochs 0 --target numpy --batch 10 --seed 8"
    given = [*given.split(), "--start", str(tmp_path / "mine.nir")]
    run = load_run(main(flags().parse_args([*given, "--out", str(tmp_path / "run")])))
    for name, each in run.arms.items():
        np.testing.assert_allclose(each.weights(1), arm.weights(1), atol=1e-7)
        np.testing.assert_array_equal(each.checkpoint()["J_2"], arm.checkpoint()["J_2"])
    np.testing.assert_array_equal(run.arms["baseline"].confusion, arm.confusion)
    told = capsys.readouterr().out
    assert "memristive: pairs of 'synapses_1' lie around the middle of the range of TiOx" in told
    pair = run.arms["memristive"].checkpoint()
    np.testing.assert_allclose(
        pair["G_plus_1"] + pair["G_minus_1"], 1 + 32.95 / 674, rtol=1e-6, atol=0
    )


def from_elsewhere(tau=3e-3, threshold=2.0, bias=0.0, scale=1.0):
    """As snnTorch would write it, but for time steps of 1 ms."""
    random = np.random.default_rng(3)
    nodes = []
    for inputs, size in ((30, 9), (9, 8)):
        weight = scale * random.normal(size=(size, inputs)).astype(np.float32)
        own = np.ones(size, np.float32)
        nodes += [
            nir.Affine(weight=weight, bias=bias * own),
            nir.LIF(tau=tau * own, r=tau / 1e-3 * own, v_leak=0 * own, v_threshold=threshold * own),
        ]
    return nir.NIRGraph.from_list(*nodes)


def test_weights_are_scaled_to_the_neuron(arm, leaky, tmp_path):
    """A spike takes U the same share of the way to the threshold in both."""
    theirs, own = from_elsewhere(), arm(*leaky)
    nir.write(tmp_path / "mine.nir", theirs)
    found, notes = start_arrays(tmp_path / "mine.nir", own)
    for number, node in enumerate(("affine", "affine_1"), 1):
        share = theirs.nodes[node].weight.T / 2.0
        np.testing.assert_allclose(found[f"w_{number}"] * 0.5 / 0.4, share, rtol=1e-6)
    assert set(found) == {"w_1", "w_2"} and len(notes) == 1
    assert "does not say how long a time step is; a spike is taken for a current of 1" in notes[0]


@pytest.mark.parametrize(
    "change, given, said",
    [
        (dict(bias=0.1), [], "the node 'affine' of .* is an Affine with biases"),
        (dict(tau=2e-3), [], r"the node 'lif' of .* has tau=0.002, but --neuron leaky 0.003"),
        (dict(threshold=0.0), [], "have a v_threshold that is 0, or of another sign"),
        (dict(), ["--layers", "9,7"], r"--start: w_2 of .* of shape \(9, 8\)"),
        (dict(), ["--layers", "9,8,4"], "lacks w_3"),
        (dict(), ["--layers", "9"], "has more layers than --layers 9"),
        (dict(), ["--neuron", "integrate_and_fire"], "is a LIF, but .* is a Threshold; give a"),
        (dict(), ["--network", "recurrent"], "NIR: the projection"),
        (dict(), ["--synapse", "tsodyks_markram"], "NIR: --synapse tsodyks_markram keeps"),
        (dict(), ["--layers", "conv(2, kernel=3, stride=3),8"], "is a chain of dense layers, but"),
        (dict(), ["--set", "neuron.tau=normal(3*ms, 1*ms)"], "neuron.tau=normal.* not drawn yet"),
    ],
)
def test_another_network_is_refused(arm, leaky, data, tmp_path, change, given, said):
    from snn_brian.job.start import starts

    nir.write(tmp_path / "mine.nir", from_elsewhere(**change))
    images = load_data(str(data))
    with pytest.raises(UserError, match=said) as error:
        starts(str(tmp_path / "mine.nir"), {"baseline": arm(*leaky, *given)}, images)
    assert "\n" not in str(error.value)


def test_too_large_weights_do_not_fit_on_devices(arm, leaky, tmp_path):
    nir.write(tmp_path / "mine.nir", from_elsewhere())
    with pytest.raises(UserError, match=r"go to 1\.\d+, but pairs of TiOx reach 0.951113"):
        start_arrays(tmp_path / "mine.nir", arm(*leaky, name="memristive"))
    nir.write(tmp_path / "mine.nir", from_elsewhere(scale=0.2))
    found, notes = start_arrays(tmp_path / "mine.nir", arm(*leaky, name="memristive"))
    weight = from_elsewhere(scale=0.2).nodes["affine"].weight.T / 2 / 0.5 * 0.4
    np.testing.assert_allclose(found["G_plus_1"] - found["G_minus_1"], weight, atol=1e-6)
    assert sum("around the middle" in note for note in notes) == 2


def test_conductances_are_those_of_the_weights_and_of_the_device(arm, file, data):
    own = arm(name="memristive")
    made, _ = leaving(own, data)
    node = made["nodes"]["synapses_1"]
    changed = {"synapses_1": {**node, "weight": node["weight"] / 2}}
    found, notes = start_arrays(file(made, nodes=changed), own)
    weight = found["G_plus_1"] - found["G_minus_1"]
    np.testing.assert_allclose(weight, node["weight"].T / 2, atol=1e-6)
    assert any("are others than its conductances" in note for note in notes)
    other = arm("--device", "Ag_aSi", name="memristive")
    with pytest.raises(UserError, match="the devices of .* have a G_max of 6.74e-07 S, but"):
        start_arrays(file(made), other)


def test_time_steps_and_resets_are_those_of_the_run(arm, file, data):
    own = arm("--neuron", "leaky_integrate_and_fire")
    made, _ = leaving(own, data)
    with pytest.raises(UserError, match="has time steps of 1 ms, not 2 ms; give --dt 1ms"):
        start_arrays(file(made), arm("--neuron", "leaky_integrate_and_fire", "--dt", "2ms"))
    node = made["nodes"]["layer_1"]
    for change, said in (
        (dict(reset="set"), "has the reset 'set', but --neuron leaky_integrate_and_fire 'subtract"),
        (dict(U_from_U=0.9 * np.ones(9)), "has U_from_U=0.9, but --neuron"),
    ):
        other = {"layer_1": {**node, "metadata": {**node["metadata"], **change}}}
        with pytest.raises(UserError, match=said):
            start_arrays(file(made, nodes=other), own)


def test_other_nodes_are_refused_by_name(arm, file, data, tmp_path):
    own = arm()
    made, _ = leaving(own, data)
    scale = {"layer_1": {"type": "Scale", "scale": np.ones(9)}}
    with pytest.raises(
        UserError, match="the node 'layer_1' of .* is a Scale; a chain of Input, Linear, Affine"
    ):
        start_arrays(file(made, nodes=scale), own)
    more = {**made, "edges": [*made["edges"], ("input", "again"), ("again", "layer_1")]}
    again = {"again": made["nodes"]["synapses_1"]}
    with pytest.raises(UserError, match="goes from one node to .*again"):
        start_arrays(file(more, nodes=again), own)
    two = {"layer_1": {"type": "Linear", "weight": np.eye(9)}}
    with pytest.raises(UserError, match="but weights and neurons must take turns"):
        start_arrays(file(made, nodes=two), own)
    (tmp_path / "none.nir").write_text("no graph")
    with pytest.raises(UserError, match="none.nir' cannot be read as a graph of NIR"):
        start_arrays(tmp_path / "none.nir", own)
