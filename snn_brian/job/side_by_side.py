"""The arms of a run, one after the other or side by side.

An arm that learns is a compiled program, and Python waits for it. So arms that learn at once take
threads of one Python process: networks are built in the main thread, one by one, since Brian2 makes
one at a time, the second while the first arm learns already. Nothing of an arm depends on another,
so that the results are the same in either way, bit for bit.
"""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from tqdm import tqdm

from snn_brian.data.events import Events
from snn_brian.data.images import Images
from snn_brian.job.folder import RunFolder
from snn_brian.job.start import Start
from snn_brian.train.arm import Arm
from snn_brian.train.epoch_records import record_epochs
from snn_brian.train.epochs import Epoch
from snn_brian.train.recording import Recording
from snn_brian.train.tables import Tables
from snn_brian.train.training import Training
from snn_brian.train.wire_drop import wire_drop

SMALL_DROP = 0.2  # of a column's current, up to which the error of what wires do is bounded


def trained(
    arms: Mapping[str, Arm],
    images: Images | Events,
    folder: RunFolder,
    starts: Mapping[str, Start],
    workers: int,
    wanted: Sequence[Recording] = (),
) -> Iterator[tuple[str, Training]]:
    """Train all arms, each with a progress bar for each epoch and a line at its end; yields
    (name, training at its end), in their order.

    Parameters
    ----------
    arms : mapping of str to Arm
        By name.
    images : Images or Events
    folder : RunFolder
        Where epochs are kept, and gone on from.
    starts : mapping of str to Start
        Of some of the arms, by name.
    workers : int
        Arms that learn at once; with 1, an arm is yielded before the next one is built.
    wanted : sequence of Recording
        Those of an epoch are written while it learns. They need a network in Python, so that arms
        then learn one after the other.

    Raises
    ------
    SimulationFailed, UserError
        As `Training` does; arms that learn beside the one that failed are ended.
    """
    tables, of_epochs = Tables(images), any(each.epoch is not None for each in wanted)
    if workers == 1 or of_epochs:
        for name, arm in arms.items():
            training, seconds = _built(name, arm, images, folder, starts.get(name), tables)
            record_epochs(folder.path, name, training, wanted)
            _learn(name, training, folder, seconds)
            yield name, training
        return
    learning, trainings = [], {}
    with ThreadPoolExecutor(workers, "arm") as pool:
        try:
            for place, (name, arm) in enumerate(arms.items()):
                training, seconds = _built(name, arm, images, folder, starts.get(name), tables)
                trainings[name] = training
                learning.append(pool.submit(_learn, name, training, folder, seconds, place))
            for each in wait(learning, return_when=FIRST_EXCEPTION).done:
                each.result()
        except BaseException:  # also an interrupt, which reaches the main thread alone
            for training in trainings.values():
                training.simulation.ending.ask()
            raise
    yield from trainings.items()


def _built(name, arm, images, folder, begin, tables):
    """A `Training` that has gone as far as its checkpoints, and the seconds that building took."""
    kept = "" if arm.target == "numpy" else ", which is compiled once and kept"
    _tell(f"{name}: building the network{kept}")
    if begin:
        _tell(f"{name}: starting from {begin.path}")
    began = time.perf_counter()
    training = Training(arm, images, begin and begin.arrays, tables)
    seconds = time.perf_counter() - began
    if last := folder.go_on(name, training):
        _tell(f"{name}: going on from {last}")
    return training, seconds


def _learn(name, training, folder, compile_seconds, place=None):
    """The epochs that are missing; `place` is the bar's line below the others'."""
    # seconds between two pictures of the bar; fewer in a log
    arm, pause = training.arm, 0.1 if sys.stderr.isatty() else 60
    epochs = training.epochs(
        lambda number, done: bar.update(round(done) - bar.n),
        lambda number, arrays: folder.add_piece(name, number, arrays),
    )
    for number in range(len(training.history.epochs), arm.epochs + 1):
        total = training.n_test + (training.n_train if number else 0)
        with tqdm(
            total=total,
            desc=f"{name} epoch {number}/{arm.epochs}",
            unit=" images",
            position=place if sys.stderr.isatty() else 0,  # a log has no lines below
            leave=False,
            miniters=1,
            mininterval=pause,
            delay=pause,
            dynamic_ncols=True,
        ) as bar:
            epoch = next(epochs)
        folder.add(name, epoch)
        _say(name, epoch)
        del epoch  # its arrays, which need not be in memory during the next one
    drop = wire_drop(training)
    if drop and max(drop) > SMALL_DROP:
        _tell(
            f"{name}: wires take up to {max(drop):.0%} of a column's current when all rows are "
            f"driven; what is computed of them is tested up to {SMALL_DROP:.0%}"
        )
    folder.finish(name, arm.epochs * training.n_train, compile_seconds, drop)


def _say(name: str, epoch: Epoch) -> None:
    """Print a line about a finished epoch."""
    accuracies = "  ".join(f"{100 * value:.2f}" for value in epoch.test_accuracy)
    pulses = int(epoch.potentiation_pulses.sum() + epoch.depression_pulses.sum())
    _tell(
        f"{name} epoch {epoch.number}: test accuracy by layer {accuracies} %, {pulses} pulses, "
        f"{epoch.seconds:.1f} s"
    )


def _tell(line):
    """Print a line, above the bars of arms that learn just now."""
    if sys.stderr.isatty():
        with tqdm.external_write_mode():
            print(line, flush=True)
    else:  # in a log, bars would be drawn once more with each line
        print(line, flush=True)
