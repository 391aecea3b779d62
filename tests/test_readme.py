"""README.md and those of runs/ and snn_brian/: their examples run, and the paths and flags that
they name exist. tests/test_list_models.py tries the examples of models/README.md."""

import re
import runpy
from pathlib import Path

import brian2
import numpy as np
import pytest
from matplotlib import pyplot

from snn_brian import load_run
from snn_brian.check.loading import load
from snn_brian.command import export, show
from snn_brian.data import images as images_module
from snn_brian.job import job

ROOT = Path(__file__).parents[1]
PAGES = {folder: (ROOT / folder / "README.md").read_text() for folder in ("", "runs", "snn_brian")}
TEXT = "\n".join(PAGES.values())
MODELS = (ROOT / "models" / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.M | re.S)
MOST_LINES = 125  # of README.md, which a reader sees first; the others have the rest


def block(word):
    """The one Python example that has this word in it."""
    (found,) = [each for each in BLOCKS if word in each]
    return found


@pytest.fixture
def few_images(monkeypatch):
    """Examples learn and test less than they say."""
    whole = images_module.load_images
    monkeypatch.setattr(images_module, "load_images", lambda **_: whole(train=20, test=10))


def test_it_is_short():
    assert len(PAGES[""].splitlines()) <= MOST_LINES


@pytest.mark.parametrize("kind, word", [("neuron", "Neuron("), ("device", "Device(")])
def test_a_declaration_loads(kind, word, tmp_path):
    (tmp_path / "mine.py").write_text(block(word))
    assert load(kind, tmp_path / "mine.py").reference


@pytest.fixture
def groups(monkeypatch):
    """Inputs that all spike in every time step, and neurons, in Brian2's NumPy target."""
    brian2.start_scope()
    monkeypatch.setitem(brian2.prefs, "codegen.target", "numpy")
    inputs = brian2.NeuronGroup(6, "v : 1", threshold="v > -1")
    neurons = brian2.NeuronGroup(3, "U : 1\nrequest : 1\nwanted : 1")
    neurons.run_regularly("U = 0", when="start")
    return {"inputs": inputs, "neurons": neurons}


def test_the_crossbar_runs(groups):
    names = dict(groups)
    exec(block("Crossbar("), names)
    groups["neurons"].request = 1
    brian2.Network(*groups.values(), names["crossbar"]).run(
        3 * brian2.defaultclock.dt, namespace={}
    )
    assert np.allclose(names["crossbar"].w[:], 0.03)


def test_pairs_learn_what_is_wanted(groups):
    names = dict(groups)
    exec(block("MemristivePair("), names)
    neurons, pairs = groups["neurons"], names["pairs"]
    neurons.wanted = [-0.5, 0, 0.8]
    network = brian2.Network(*groups.values(), pairs)
    network.run(100 * brian2.ms, namespace={})
    assert np.allclose(neurons.U[:], neurons.wanted[:], atol=0.3)
    assert pairs.counts().potentiation_pulses.sum() > 0
    assert np.all(pairs.conductances()[0] > 0 * brian2.siemens)


def test_a_memristive_network_learns_and_is_drawn(few_images, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pyplot.switch_backend("Agg")
    exec(block("plt.savefig"), {})
    drawn = [len(line.get_ydata()) for line in pyplot.gca().lines]
    pyplot.close()
    assert drawn == [4, 4]  # before training, and after each of 3 epochs
    assert (tmp_path / "accuracy.png").stat().st_size > 1000


def test_a_run_is_read(few_images, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small = "--layers 12,10 --train 40 --test 20 --epochs 3 --batch 10 --target numpy"
    job.main(
        job.flags().parse_args([*small.split(), "--arm", "memristive", "--out", "results/mine"])
    )
    names = {}
    exec(block("load_run("), names)
    assert names["answers"].classes.shape == (2, 10)
    assert names["arm"].weights(1).shape == (784, 12)
    assert (tmp_path / "fields.png").exists()


def test_a_graph_is_run_in_snntorch(few_images, tmp_path, monkeypatch):
    for name in ("nir", "nirtorch", "snntorch"):
        pytest.importorskip(name)
    monkeypatch.chdir(tmp_path)
    small = (
        "--layers 12,10 --train 20 --test 10 --epochs 1 --batch 10 --arm baseline --target numpy"
    )
    run = load_run(job.main(job.flags().parse_args([*small.split(), "--out", "mine"])))
    run.arms["baseline"].write_nir("mine.nir")
    names = {}
    exec(block("import_from_nir("), names)
    assert names["out"].shape == (1, 10)


@pytest.mark.parametrize("folder, text", [*PAGES.items(), ("models", MODELS)])
def test_the_paths_that_it_names_exist(folder, text):
    quoted = re.findall(r"`((?:models|snn_brian|runs|tests)/[\w/.]*)`", text)
    linked = re.findall(r"\]\(([\w/.]+)\)", text)
    called = re.findall(r"python (runs/\w+\.py)", text)
    assert len(quoted) + len(linked) + len(called) > 3
    for path in {*quoted, *called}:
        assert (ROOT / path).exists(), path
    for path in linked:
        assert (ROOT / folder / path).exists(), path


def test_the_flags_that_it_names_are_flags_of_a_script():
    known = set()
    for script in (ROOT / "runs").glob("*.py"):
        flags = runpy.run_path(str(script)).get("flags")
        known |= set(flags()._option_string_actions) if flags else set()
    for each in (show, export):
        known |= set(each.flags()._option_string_actions)
    prose = re.sub(r"```sh.*?```", "", TEXT + MODELS, flags=re.S)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", prose))
    assert len(named) > 20 and named <= known
