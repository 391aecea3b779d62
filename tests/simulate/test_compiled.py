"""What a compiled program leaves is looked at, and a lack of room is told."""

import tempfile

import pytest

from snn_brian.base.errors import SimulationFailed, UserError
from snn_brian.simulate import build_cache


@pytest.mark.parametrize("text", ["", "head -c 5 /dev/zero > results/{file}"])
def test_results_that_are_missing_or_short_are_told(program, text):
    simulation = program.net.simulation
    file, _, size = simulation.variables["synapses_1.pulses_P"]
    program.write(f'#!/bin/sh\necho "1 1" > results/last_run_info.txt\n{text.format(file=file)}\n')
    with pytest.raises(
        SimulationFailed,
        match=rf"left \d of {size} values of synapses_1.pulses_P, probably for lack of room",
    ):
        simulation.run(1, 0, program.net.start, {}, ["synapses_1.pulses_P"])


def test_no_room_for_temporary_files_is_told(program, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(
        UserError,
        match="^TMPDIR: the simulation's files cannot be written to '.*missing' .No such file",
    ):
        program.net.run(1, [])


def test_the_program_does_not_depend_on_the_order_of_a_set(small, monkeypatch, tmp_path):
    """Of objects, which differs from process to process."""
    monkeypatch.setattr(build_cache, "compiled", lambda *given: tmp_path)  # it is not run
    watched = small("cpp_standalone", layers=(3, 3, 3, 3)).simulation.watched
    assert list(watched) == sorted(watched, key=lambda name: (name.startswith("classes"), name))
