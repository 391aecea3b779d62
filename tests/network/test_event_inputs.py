"""Recorded events reach the network in their presentation and time step, in each target."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, defaultclock, prefs

from snn_brian.network import event_inputs

FOLDER = Path(__file__).parents[2]
STEPS, INPUTS = 6, 5
EVENTS = np.random.default_rng(0).random((4, STEPS, INPUTS)) < 0.3
EVENTS[2] = False  # a presentation without any
ORDER = [3, 0, 2, 1, 0]


def words():
    numbers = [np.flatnonzero(each) for each in EVENTS]
    starts = len(EVENTS) + 1 + np.r_[0, np.cumsum([len(each) for each in numbers])]
    return np.concatenate([starts, *numbers]).astype(np.int32)


@pytest.mark.parametrize("target", ["numpy", "cython"])
def test_events_are_marked_in_their_steps(target, tmp_path, monkeypatch):
    monkeypatch.setitem(prefs, "codegen.target", target)
    monkeypatch.setitem(prefs, "codegen.runtime.cython.cache_dir", str(tmp_path))
    tables = event_inputs.tables(INPUTS, len(words()))
    tables["event"][1][:] = words()
    assert tables["present"][0].stateless  # called again, it does the same
    seen = []
    group = NeuronGroup(INPUTS, f"pixel = {event_inputs.PIXEL} : 1\nx : 1\nn : integer (shared)")
    group.run_regularly("n = present(row, step)", when="start", order=-3)
    group.run_regularly("x = pixel")
    network = Network(group)
    functions = {name: function for name, (function, _) in tables.items() if function}
    for row in ORDER:
        for step in range(STEPS):
            network.run(defaultclock.dt, namespace=functions | {"row": row, "step": step})
            seen.append(np.r_[group.x[:], group.n])
    truth = EVENTS[ORDER].reshape(-1, INPUTS)
    np.testing.assert_array_equal(seen, np.c_[truth, truth.sum(axis=1)])


@pytest.fixture
def job(tmp_path, monkeypatch, private_builds):
    patch = private_builds()
    script = runpy.run_path(str(FOLDER / "runs" / "mnist_local.py"))

    def run(name, *given):
        given = [*given, "--layers", "8,6", "--epochs", "2", "--out", str(tmp_path / name)]
        script["main"](script["flags"]().parse_args(given))
        return {
            path.relative_to(tmp_path / name): dict(np.load(path))
            for path in sorted((tmp_path / name / "checkpoints").rglob("*.npz"))
        }

    yield run
    patch.undo()


@pytest.mark.parametrize(
    "target, how",
    [
        ("numpy", ["--neuron", "leaky_integrate_and_fire", "--batch", "5"]),
        ("cpp_standalone", ["--optimizer", "sgd", "--batch", "1", "--arm", "memristive"]),
    ],
)
def test_events_train_as_images_with_the_same_spikes_do(tmp_path, job, target, how):
    """Bit for bit: the encoder `latency` lets a pixel of brightness 1 - k/(steps - 1) spike in step
    k alone."""
    random, data = np.random.default_rng(4), {}
    pictures = {"inputs": 12}
    for part, count in (("train", 20), ("test", 10)):
        labels = np.arange(count) % 2
        step = (random.integers(0, 3, (count, 12)) + 3 * labels[:, None]) % STEPS
        spikes = random.random((count, 12)) < 0.5
        # a level darker, so that rounding cannot make it a step earlier
        data[f"{part}_images"] = (spikes * (254 - 51 * step).clip(0)).astype(np.uint8)
        data[f"{part}_labels"] = labels
        spikes &= data[f"{part}_images"] > 25  # darker pixels do not spike
        pictures[f"{part}_presentations"], pictures[f"{part}_inputs"] = spikes.nonzero()
        pictures[f"{part}_times"] = (step[spikes] + 0.5) / 1e3
        pictures[f"{part}_labels"] = labels
        data[f"{part}_images"] = data[f"{part}_images"].reshape(count, 3, 4)
    np.savez(tmp_path / "images.npz", **data)
    np.savez(tmp_path / "events.npz", **pictures)
    common = ["--target", target, "--steps", str(STEPS), *how, "--dataset"]
    one = job("one", *common, str(tmp_path / "images.npz"), "--encoding", "latency")
    two = job("two", *common, str(tmp_path / "events.npz"), "--encoding", "events")
    assert one.keys() == two.keys() and len(one) >= 3
    for path, arrays in one.items():
        for name in arrays.keys() - {"sha256", "measured_seconds", "counted_seconds"}:
            np.testing.assert_array_equal(arrays[name], two[path][name], f"{path} {name}")
    first, last = (one[Path("checkpoints", "memristive", f"epoch_00{k}.npz")] for k in (0, 2))
    assert np.any(first["G_plus_1"] != last["G_plus_1"])
