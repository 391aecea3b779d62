"""Arms that learn at once: the same as one after the other, and none that runs on when the other
has ended early.

Scripts of events stand in for trainings; `tests/test_runs.py` compares real ones bit by bit.
"""

import os
import signal
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from snn_brian.base.errors import SimulationFailed
from snn_brian.job import side_by_side
from snn_brian.job.folder import RunFolder
from snn_brian.simulate.process import Ending
from snn_brian.train.epochs import Epoch

ARMS = {
    name: SimpleNamespace(name=name, target="", epochs=2, wires=None) for name in ("slow", "fast")
}
LONG = 60  # seconds, after which something hangs


class Asked(Ending):
    """Notes that it was asked, as a program would."""

    def __init__(self):
        super().__init__()
        self.event = threading.Event()

    def ask(self):
        super().ask()
        self.event.set()


@pytest.fixture
def train(tmp_path, monkeypatch):
    """train(workers, course): what `trained` gives, where course(name, number, training) is called
    in each epoch of each arm."""
    built = {}

    class Fake:
        n_train, n_test = 3, 2

        def __init__(self, arm, images, start, tables):
            self.arm, self.history = arm, SimpleNamespace(epochs=[])
            self.simulation = SimpleNamespace(ending=Asked())
            self.thread = None
            built[arm.name] = self

        def epochs(self, progress, keep):
            self.thread = threading.current_thread()
            for number in range(3):
                course(self.arm.name, number, self)
                progress(number, 2)
                two = np.full(2, 1 if self.arm.name == "fast" else 2)
                yield Epoch(number, two / 2, two / 2, two, two, two, two, 1.0, {"w_1": two})

    monkeypatch.setattr(side_by_side, "Training", Fake)
    monkeypatch.setattr(side_by_side, "Tables", lambda images: None)
    course, built_so_far = lambda *_: None, built

    def run(workers, each=course):
        nonlocal course
        course = each
        with RunFolder(tmp_path / "run", "") as folder:
            monkeypatch.setattr(folder, "go_on", lambda name, _: folder.epochs.update({name: []}))
            for name, training in side_by_side.trained(ARMS, None, folder, {}, workers):
                yield name, training, sorted(built_so_far), folder

    return SimpleNamespace(run=run, built=built, path=tmp_path / "run")


def test_one_after_the_other_in_the_main_thread(train):
    seen = [(name, built, training.thread) for name, training, built, _ in train.run(1)]
    main = threading.main_thread()
    assert seen == [("slow", ["slow"], main), ("fast", ["fast", "slow"], main)]


def test_at_once_in_the_order_of_the_arms_whichever_is_finished_first(train):
    both, fast_done = threading.Barrier(2, timeout=LONG), threading.Event()

    def course(name, number, training):
        if number == 0:
            both.wait()  # neither is finished before the other began
        if (name, number) == ("slow", 2):
            assert fast_done.wait(LONG)
            while len(train.folder.arms) < 1:  # until the summary has the fast one
                time.sleep(0.01)
        if (name, number) == ("fast", 2):
            fast_done.set()

    seen = []
    original = RunFolder.__enter__

    def enter(folder):
        train.folder = folder
        return original(folder)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RunFolder, "__enter__", enter)
        for name, *_, folder in train.run(2, course):
            seen.append(name)
            summary = folder.summary()
    assert seen == list(summary["arms"]) == ["slow", "fast"]
    rows = (train.path / "metrics.csv").read_text().splitlines()[1:]
    assert [row.split(",")[:3] for row in rows] == [
        [arm, str(epoch), str(layer)] for arm in ARMS for epoch in range(3) for layer in (1, 2)
    ]


def test_when_one_fails_the_other_is_ended(train):
    def course(name, number, training):
        if number == 1:
            if name == "fast":
                raise SimulationFailed("It stopped.")
            assert training.simulation.ending.event.wait(LONG)
            raise KeyboardInterrupt  # as the program's run does that was ended

    with pytest.raises(SimulationFailed, match="It stopped"):
        list(train.run(2, course))
    assert (train.path / "checkpoints" / "slow" / "epoch_000.npz").exists()
    assert not (train.path / "summary.json").exists()


def test_an_interrupt_ends_both(train):
    ended = []

    def course(name, number, training):
        if number == 1:
            if name == "fast":
                os.kill(os.getpid(), signal.SIGINT)
            assert training.simulation.ending.event.wait(LONG)
            ended.append(name)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(train.run(2, course))
    assert sorted(ended) == ["fast", "slow"]


def test_an_arm_that_cannot_be_built_ends_the_one_that_learns(train, monkeypatch):
    def fails(name, *_):
        if name == "fast":
            raise MemoryError
        return build(name, *_)

    def course(name, number, training):
        if number == 1:
            assert training.simulation.ending.event.wait(LONG)
            raise KeyboardInterrupt

    build = side_by_side._built
    monkeypatch.setattr(side_by_side, "_built", fails)
    with pytest.raises(MemoryError):
        list(train.run(2, course))
