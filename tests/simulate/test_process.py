"""A compiled program that fails is told of in one sentence, and none is left running; shell scripts
stand in its place."""

import time
from contextlib import suppress
from pathlib import Path
from threading import Thread

import psutil
import pytest

from snn_brian.base.errors import SimulationFailed
from snn_brian.simulate.process import Ending


@pytest.mark.parametrize(
    "text, how",
    [
        ("echo bad news >&2; exit 3", "exit code 3"),
        ("echo bad news >&2", "exit code 0"),
        ("echo bad news", "exit code 0"),
        ("echo bad news; kill -SEGV $$", "signal SIGSEGV"),
    ],
)
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
    with pytest.raises(
        SimulationFailed, match="signal SIGKILL; the system may have been out of memory"
    ):
        program.run("kill -KILL $$")


def test_torn_lines_of_a_killed_program_are_no_progress(program):
    with pytest.raises(SimulationFailed, match="signal SIGKILL"):
        program.run('printf "t "; kill -KILL $$')


def test_a_program_that_cannot_be_started_is_told(program):
    program.write("no program")
    with pytest.raises(
        SimulationFailed,
        match="main: this compiled program cannot be started .*; delete its folder",
    ):
        program.net.run(1, [])


def test_an_interrupt_ends_the_program(program, tmp_path):
    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        program.run(f"echo $$ > {tmp_path}/pid; echo t 0.001; exec sleep 1000", interrupt)
    assert not Path("/proc", (tmp_path / "pid").read_text().strip()).exists()
    assert not list((tmp_path / "temporary").iterdir())


def test_another_thread_ends_a_program_that_is_stopped_and_all_later_ones(program, tmp_path):
    text = f"echo $$ > {tmp_path}/pid; echo t 0.001; kill -STOP $$"
    ending = program.net.simulation.ending = Ending()
    timer = Thread(target=lambda: (wait_until_stopped(tmp_path / "pid"), ending.ask()))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        program.run(text)
    timer.join()
    assert not Path("/proc", (tmp_path / "pid").read_text().strip()).exists()
    with pytest.raises(KeyboardInterrupt):
        program.run("exec sleep 1000")
    assert not list((tmp_path / "temporary").iterdir())


def wait_until_stopped(file):
    while True:
        with suppress(OSError, ValueError, psutil.Error):
            if psutil.Process(int(file.read_text())).status() == psutil.STATUS_STOPPED:
                return
        time.sleep(0.01)


@pytest.mark.parametrize("own", [None, "glibc.malloc.check=0"])
def test_huge_pages_are_asked_for_unless_the_user_tunes_the_allocator(
    program, monkeypatch, tmp_path, own
):
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    if own:
        monkeypatch.setenv("GLIBC_TUNABLES", own)
    program.run(f'printf "$GLIBC_TUNABLES" > {tmp_path}/tunables')
    assert ("hugetlb=1" in (tmp_path / "tunables").read_text()) == (own is None)
