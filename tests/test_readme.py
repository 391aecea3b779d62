"""README.md: its examples run, and the paths and flags that it names exist."""

import re
import runpy
from pathlib import Path

import brian2
import numpy as np
import pytest

from snn_brian.check.loading import load
from snn_brian.data import images as images_module

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.M | re.S)


def block(word):
    """The one Python example that has this word in it."""
    (found,) = [each for each in BLOCKS if word in each]
    return found


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


def test_the_arm_with_a_skip_connection_learns(monkeypatch, capsys):
    few = images_module.load_images
    monkeypatch.setattr(images_module, "load_images", lambda **_: few(train=20, test=10))
    exec(block("Projection("), {})
    assert re.findall(r"^\d", capsys.readouterr().out, re.M) == ["0", "1"]


def test_the_paths_that_it_names_exist():
    quoted = re.findall(r"`((?:models|snn_brian|runs|tests)/[\w/.]*)`", TEXT)
    linked = re.findall(r"\]\(([\w/.]+)\)", TEXT)
    called = re.findall(r"python (runs/\w+\.py)", TEXT)
    assert len(quoted) > 8 and len(linked) > 4 and len(called) > 8
    for path in {*quoted, *linked, *called}:
        assert (ROOT / path).exists(), path


def test_the_flags_that_it_names_are_flags_of_a_script():
    known = set()
    for script in (ROOT / "runs").glob("*.py"):
        flags = runpy.run_path(str(script)).get("flags")
        known |= set(flags()._option_string_actions) if flags else set()
    prose = re.sub(r"```sh.*?```", "", TEXT, flags=re.S)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", prose))
    assert len(named) > 20 and named <= known
