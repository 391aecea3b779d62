"""What is written when an arm has been trained, and when all arms have."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from snn_brian.job import confusion, figures
from snn_brian.job.receptive_fields import draw_receptive_fields
from snn_brian.train.recording import Recording, save
from snn_brian.train.training import Training


def after(
    folder: Path, arm: str, training: Training, wanted: Sequence[Recording] = ()
) -> Iterator[str]:
    """Write the confusion matrices and the records of a trained arm into a run's folder; yield a
    line about each.

    Parameters
    ----------
    folder : Path
    arm : str
        Its name.
    training : Training
        At its end.
    wanted : sequence of Recording
        Those of no epoch are made.
    """
    if path := confusion.save(folder, arm, training):
        yield f"{arm}: what each class is taken for in {path}"
    wanted = [each for each in wanted if each.epoch is None]
    if wanted:
        yield " ".join([f"{arm}: records in", *map(str, save(folder, arm, training, wanted))])


def draw_all(folder: Path) -> list[Path]:
    """Draw all figures for which a run's folder has data, and return their paths."""
    return [
        *figures.draw_figures(folder),
        *confusion.draw_confusions(folder),
        *draw_receptive_fields(folder),
    ]
