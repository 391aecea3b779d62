"""A trained network leaves as a graph of NIR, which does what the network does."""

import sys

import numpy as np
import pytest
from run_graph import run_graph

from snn_brian import Training, load_run
from snn_brian.base.errors import UserError
from snn_brian.data.datasets import load_data
from snn_brian.job import arguments
from snn_brian.job.job import flags
from snn_brian.job.nir_export import graph, write_graph

LEAKY = """
from brian2 import ms
from snn_brian.declarations import Neuron

leaky = Neuron(
    name="leaky",
    reference="a test",
    equations="{equations}",
    method="{method}",
    start_of_step="{start}",
    synaptic_input="U_post += 6*w",
    threshold="U > theta",
    reset="{reset}",
    derivative="int(abs(U - theta) < 1)",
    parameters=dict(tau=3 * ms, theta=0.4),
)
"""
KINDS = {
    "Threshold": [],
    "CubaLIF": ["--neuron", "leaky_integrate_and_fire", "--set", "neuron.strength=60"],
    "LIF by steps": dict(equations="U : 1", start="U = U*exp(-dt/tau)", reset="U -= theta"),
    "LIF": dict(equations="dU/dt = (0.1 - U)/tau : 1", reset="U = -0.2"),
    "LIF by Euler": dict(equations="dU/dt = -U/tau : 1", method="euler", reset="U = 0"),
    "IF": dict(equations="U : 1", reset="U -= 0.9*theta"),
}
UNUSED = {"IF": ("tau=3 * ms, ", "")}


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
def arms(data, tmp_path):
    """(Training, its graph) of both arms, as they begin."""

    def build(*given, kind="Threshold"):
        own = KINDS[kind]
        if isinstance(own, dict):
            text = LEAKY.format(**dict(method="", start="") | own)
            (tmp_path / "leaky.py").write_text(text.replace(*UNUSED.get(kind, ("", ""))))
            own = ["--neuron", str(tmp_path / "leaky.py")]
        steps = ["--encoding", "latency", "--steps", "7", "--target", "numpy"]
        args = flags().parse_args(["--layers", "9,8", *steps, *own, *given])
        images = load_data(str(data))
        for arm in arguments.arms(args).values():
            training = Training(arm.seeing(images), images)
            yield training, graph(training.arm, training.arrays(0), 30, 3)

    return build


def latency(data, steps=7):
    """The spikes of the encoder latency, in NumPy."""
    pixels = np.load(data)["x_test"].reshape(8, 1, -1) / np.float32(255)
    at = ((1 - pixels) * (steps - 1)).astype(int)
    return (pixels > 0.1) & (at == np.arange(steps)[:, None])


def check(training, made, data):
    answers = training.predict()
    spikes, classes = run_graph(made, latency(data))
    for own, there in zip(spikes.values(), answers.spikes, strict=True):
        np.testing.assert_array_equal(own, there)
        assert 20 < there.sum() < 0.9 * there.size
    np.testing.assert_array_equal(classes, answers.classes[-1])


@pytest.mark.parametrize("kind", KINDS)
def test_a_graph_spikes_as_the_network(arms, data, kind):
    """The oracle knows the graph alone, no declaration and no Brian2."""
    for training, made in arms(
        *([] if kind == "Threshold" else ["--arm", "memristive"]), kind=kind
    ):
        assert made["nodes"]["layer_1"]["type"] == kind.split()[0]
        check(training, made, data)


def test_neurons_that_differ_are_the_drawn_ones(arms, data):
    given = ["--set", "neuron.tau_m=normal(10*ms, 4*ms, least=2*ms)", "--arm", "memristive"]
    for training, made in arms(*given, kind="CubaLIF"):
        tau = made["nodes"]["layer_2"]["tau_mem"]
        np.testing.assert_array_equal(tau, training.arrays(0)["layer_2.tau_m"].astype(float))
        assert tau.std() > 1e-3
        check(training, made, data)


def test_a_convolution_is_unrolled(arms, data):
    for training, made in arms("--layers", "conv(3, kernel=3, stride=2),8", "--arm", "memristive"):
        check(training, made, data)


def test_projections_over_layers_are_further_edges(arms, data, tmp_path):
    (tmp_path / "skip.py").write_text(
        "from snn_brian.declarations import Network, Projection\n"
        'skip = Network("skip", "a test", (Projection("far", "inputs", "layer_2"), '
        'Projection("flat", "inputs", "layer_1", fixed="0.01*int(i < j)")))\n'
    )
    for training, made in arms("--network", str(tmp_path / "skip.py"), "--arm", "baseline"):
        assert ("input", "synapses_far") in made["edges"]
        check(training, made, data)


def test_devices_are_in_the_metadata(arms):
    for training, made in arms("--arm", "memristive"):
        node, arrays = made["nodes"]["synapses_2"], training.arrays(0)
        about = node["metadata"]
        assert about["device"] == "TiOx"
        np.testing.assert_allclose([about["G_max"], about["G_min"]], [674e-9, 32.95e-9])
        own = arrays["G_plus_2"].T.astype(float) * about["G_max"]
        np.testing.assert_array_equal(about["G_plus"], own)
        weight = (about["G_plus"] - about["G_minus"]) / about["G_max"]
        np.testing.assert_allclose(weight, node["weight"], atol=1e-7)


def test_a_file_is_read_as_it_was_written(arms, tmp_path):
    nir = pytest.importorskip("nir")
    for training, made in arms(kind="CubaLIF"):
        write_graph(tmp_path / "mine.nir", made)
        read = nir.read(tmp_path / "mine.nir")
        assert set(map(tuple, read.edges)) == set(made["edges"])
        for key, value in made["metadata"].items():
            assert read.metadata[key] == value
        for key, node in made["nodes"].items():
            assert type(read.nodes[key]).__name__ == node["type"]
            for each in node.keys() - {"type", "metadata", "shape"}:
                np.testing.assert_array_equal(getattr(read.nodes[key], each), node[each])
            for each, value in node.get("metadata", {}).items():
                np.testing.assert_array_equal(read.nodes[key].metadata[each], value)


def test_a_run_leaves_by_its_checkpoints(finished_run, tmp_path):
    arm = load_run(finished_run).arms["memristive"]
    before, after = (arm.nir_graph(epoch)["nodes"]["synapses_1"]["weight"] for epoch in (0, None))
    np.testing.assert_array_equal(before.T, arm.weights(1, 0))
    np.testing.assert_array_equal(after.T, arm.weights(1, 1))
    pytest.importorskip("nir")
    arm.write_nir(tmp_path / "mine.nir")
    assert (tmp_path / "mine.nir").stat().st_size > 1000


@pytest.mark.parametrize(
    "given, said",
    [
        (["--neuron", "adaptive_threshold"], "NIR: equations=.* has the variables U, I, a"),
        (["--neuron", "izhikevich"], "has the variables U, recovery, I"),
        (["--neuron", "exponential_integrate_and_fire"], "NIR: method='rk4' of the neuron"),
        (["--neuron", "hodgkin_huxley"], "NIR: refractory='U > V_ref'"),
        (["--neuron", "adaptive_exponential"], "NIR: substeps=20"),
        (["--synapse", "tsodyks_markram"], "NIR: --synapse tsodyks_markram keeps a state"),
        (["--network", "recurrent"], "NIR: the projection 'recurrent_1' of --network recurrent"),
        (
            ["--learning", "stdp", "--optimizer", "sgd", "--batch", "1"],
            "NIR: --learning stdp has labels of neurons",
        ),
        (["--set", "device.read_noise=0.02"], "NIR: read_noise=0.02 of the device 'TiOx'"),
    ],
)
def test_what_nir_cannot_say_is_refused_by_its_field(given, said):
    parsed = flags().parse_args([*given, "--layers", "9,8", "--target", "numpy"])
    arm = arguments.arms(parsed)["memristive"]
    with pytest.raises(UserError, match=said) as error:
        graph(arm, {}, 30, 3)
    assert "\n" not in str(error.value)


def test_without_the_package_it_is_told(finished_run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nir", None)
    arm = load_run(finished_run).arms["baseline"]
    with pytest.raises(UserError, match="NIR: graphs need the package nir; run `pip install"):
        arm.write_nir(tmp_path / "mine.nir")
    assert not (tmp_path / "mine.nir").exists()


def test_conductances_are_in_siemens(finished_run):
    run = load_run(finished_run)
    found, arrays = (run.arms["memristive"].conductances(), run.arms["memristive"].checkpoint())
    assert set(found) == {"G_plus_1", "G_minus_1", "G_plus_2", "G_minus_2"}
    for name, values in found.items():
        np.testing.assert_allclose(values, arrays[name].astype(float) * 674e-9, rtol=1e-12)
    with pytest.raises(UserError, match="the baseline arm of .* has weights without devices"):
        run.arms["baseline"].conductances()
