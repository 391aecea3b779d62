"""Runs start from what they are given and from nothing else; a program that fails is told of in one sentence."""
import copy
from pathlib import Path

import numpy as np
import pytest

from snn_brian import simulation
from snn_brian.errors import UserError
from snn_brian.simulation import SimulationFailed

STATE = ["synapses_1.G_plus", "synapses_1.G_minus", "layer_1.pulses_P"]


def equal(one, other):
    return all(np.array_equal(one[key], other[key]) for key in one)


@pytest.mark.parametrize("target", ["cpp_standalone", "numpy"])
def test_the_seed_alone_decides_the_draws(small, sampled, target):
    net = sampled if target == "cpp_standalone" else small(
        "numpy", layers=(16,), steps=3, weights="linear", rule="stochastic_rounding")
    strong = {"layer_1.eta": 5.0}
    first, other, again = (net.run(12, STATE, strong, seed) for seed in (1, 2, 1))
    assert first["layer_1.pulses_P"].sum() > 10
    assert equal(first, again) and not equal(first, other)


def test_nothing_is_left_of_the_run_before(dense):
    fresh = dense.run(6, STATE)
    dense.run(12, STATE, {"layer_1.eta": 5.0, "synapses_1.w": 1 + dense.start["synapses_1.w"]})
    assert equal(fresh, dense.run(6, STATE))


class Program:
    """Shell scripts in the place of the compiled program of a network."""

    def __init__(self, net, folder, monkeypatch):
        self.net, self.folder = copy.copy(net), folder / "program"
        self.net.simulation = copy.copy(net.simulation)
        self.net.simulation.folder = self.folder
        self.folder.mkdir()
        (folder / "temporary").mkdir()
        monkeypatch.setattr(simulation.tempfile, "tempdir", str(folder / "temporary"))

    def write(self, text):
        (self.folder / "main").write_text(text)
        (self.folder / "main").chmod(0o755)

    def run(self, text, progress=lambda done: None):
        self.write(f'#!/bin/sh\necho "1 1" > results/last_run_info.txt\n{text}\n')
        return self.net.simulation.run(1, 0, self.net.start, {}, [], progress)


@pytest.fixture
def program(sampled, tmp_path, monkeypatch):
    return Program(sampled, tmp_path, monkeypatch)


@pytest.mark.parametrize("text, how", [
    ("echo bad news >&2; exit 3", "exit code 3"),
    ("echo bad news >&2", "exit code 0"),
    ("echo bad news", "exit code 0"),
    ("echo bad news; kill -SEGV $$", "signal SIGSEGV"),
])
def test_a_failed_program_is_told_with_its_log(program, text, how):
    with pytest.raises(SimulationFailed) as caught:
        program.run(text)
    sentence = str(caught.value)
    assert f"({how})" in sentence and "\n" not in sentence
    log = Path(sentence.split()[-1].rstrip("."))
    assert log.read_text() == "bad news\n"
    assert list(log.parent.parent.iterdir()) == [log.parent]


def test_progress_is_told_in_presentations(program):
    program.net.simulation.steps, told = 2, []
    program.run("echo t 0.001; echo t 0.006", told.append)
    assert told == pytest.approx([0.5, 3])


def test_a_program_that_stops_early_is_told(program):
    with pytest.raises(SimulationFailed, match="stopped after 25.0% of its presentations"):
        program.run('echo "1 0.25" > results/last_run_info.txt')


@pytest.mark.parametrize("info", ["", "1", "x y", "1 nonsense"])
def test_a_program_that_leaves_no_word_of_its_end_has_not_ended(program, info):
    with pytest.raises(SimulationFailed, match="stopped after 0.0% of its presentations"):
        program.run(f'printf "{info}" > results/last_run_info.txt')


def test_a_program_that_is_killed_may_lack_memory(program):
    with pytest.raises(SimulationFailed, match="signal SIGKILL; the system may have been out of memory"):
        program.run("kill -KILL $$")


@pytest.mark.parametrize("text", ["", "head -c 5 /dev/zero > results/{file}"])
def test_results_that_are_missing_or_short_are_told(program, text):
    simulation = program.net.simulation
    file, _, size = simulation.variables["layer_1.pulses_P"]
    program.write(f'#!/bin/sh\necho "1 1" > results/last_run_info.txt\n{text.format(file=file)}\n')
    with pytest.raises(SimulationFailed, match=rf"left \d of {size} values of layer_1.pulses_P, probably for lack of room"):
        simulation.run(1, 0, program.net.start, {}, ["layer_1.pulses_P"])


def test_torn_lines_of_a_killed_program_are_no_progress(program):
    with pytest.raises(SimulationFailed, match="signal SIGKILL"):
        program.run('printf "t "; kill -KILL $$')


def test_no_room_for_temporary_files_is_told(program, monkeypatch, tmp_path):
    monkeypatch.setattr(simulation.tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(UserError, match="^TMPDIR: the simulation's files cannot be written to '.*missing' .No such file"):
        program.net.run(1, [])


def test_neurons_tell_their_state(sampled):
    """All real numbers of neurons and classes, none of them shared, whatever the target."""
    found = set(sampled.simulation.neuron_state)
    assert {"layer_1.U", "layer_1.delta", "layer_1.reads", "classes_1.err"} <= found
    assert not found & {"layer_1.eta", "layer_1.i", "synapses_1.w"}


def test_a_program_that_cannot_be_started_is_told(program):
    program.write("no program")
    with pytest.raises(SimulationFailed, match="main: this compiled program cannot be started .*; delete its folder"):
        program.net.run(1, [])


def test_an_interrupt_ends_the_program(program, tmp_path):
    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        program.run(f"echo $$ > {tmp_path}/pid; echo t 0.001; exec sleep 1000", interrupt)
    assert not Path("/proc", (tmp_path / "pid").read_text().strip()).exists()
    assert not list((tmp_path / "temporary").iterdir())
