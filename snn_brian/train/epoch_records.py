"""Records of an epoch while it learns: made before its presentations are learned from, by learning
from them in a simulation with monitors, of which nothing is kept."""

from snn_brian.base.errors import UserError
from snn_brian.train.recording import Recorder, write


def record_epochs(folder, arm, training, records):
    """Let a `Training` write the records of its epochs, those with an `epoch`, into a run's folder:
    `records/<arm>_epoch_NNN.npz` and `figures/records_<arm>_epoch_NNN.png`.

    Raises
    ------
    UserError
        If a training that goes on is past an epoch whose records are not there.
    """
    for epoch in sorted({each.epoch for each in records} - {None}):
        own = [each for each in records if each.epoch == epoch]
        first = min(each.presentations[0] for each in own)
        start = first - first % training.arm.batch  # where nothing is collected yet
        name = f"{arm}_epoch_{epoch:03d}"
        reached = len(training.history.epochs), training.history.presentations
        if reached > (epoch, start):
            if not (folder / "records" / f"{name}.npz").exists():
                raise UserError(
                    f"--record: the {arm} arm is past presentation {start} of epoch {epoch}; name "
                    "a later one, or begin a new run."
                )
            continue
        training.before[epoch, start] = lambda epoch=epoch, start=start, own=own, name=name: write(
            folder, name, _recorded(training, epoch, start, own)
        )


def _recorded(training, epoch, start, records):
    recorder = Recorder(training.structure, records)
    stop = max(each.presentations[1] for each in records)
    training.rehearse(epoch, range(start, stop), recorder)
    return recorder.arrays(start)
