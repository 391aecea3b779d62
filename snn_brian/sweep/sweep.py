"""A sweep: the job at many points, in parallel, each in a folder that is there when, and only when,
the point is finished.

What is there is not done again, so that a sweep can be interrupted, and continued with other
points, at any time.
"""

import shutil
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path

from distributed import Client
from filelock import Timeout
from tqdm import tqdm

from snn_brian.base.errors import SimulationFailed, UserError
from snn_brian.base.files import write_table
from snn_brian.base.garbage import spare_imports
from snn_brian.base.locks import held_file
from snn_brian.job import job
from snn_brian.job.metrics import FURTHER, METRICS, read_metrics
from snn_brian.sweep.points import DIGITS, Point, flag, point, text
from snn_brian.sweep.workers import each_ended, farm

KNOWN = (UserError, SimulationFailed)  # their messages are sentences


def run(
    points: Sequence[Mapping[str, object] | Point],
    folder: str | Path,
    workers: int | None = None,
    scheduler: str | None = None,
    slurm: str | Path | None = None,
) -> list[dict[str, object]]:
    """Do those of the points that the folder does not hold yet.

    Parameters
    ----------
    points : list of dict or Point
        As in `snn_brian.sweep.points`; a `Point` is not checked again, which takes a second each.
    folder : path
        Gets `points/<name>`, each as `runs/mnist_local.py` writes it, with what it printed in
        `log.txt`; `results.csv`, a row per point, arm, epoch and layer; `failures.csv`, if points
        failed. Deleting a point's folder has it done again.
    workers, scheduler, slurm
        As in `snn_brian.sweep.workers.farm`.

    Returns
    -------
    list of dict
        The rows of `results.csv`, numbers as numbers; `point` is the name of the point's folder.

    Raises
    ------
    UserError
        For a name that no point can have; if no point is possible; if the folder cannot be used.
    """
    sweep = Sweep(points, Path(folder).expanduser().absolute())
    with ExitStack() as stack:
        stack.enter_context(_held(sweep.folder))
        missing = sweep.missing()
        client = stack.enter_context(farm(workers, scheduler, slurm)) if missing else None
        print(
            f"{len(sweep.points) + len(sweep.failures)} points, {len(missing)} of them to do, in "
            f"{sweep.folder}",
            flush=True,
        )
        for values, why in sweep.failures:
            print(f"failed: {sweep.told(values)}: {why}", flush=True)
        sweep.write()
        if missing:
            sweep.do(missing, client)
    return [{column: _number(cell) for column, cell in row.items()} for row in sweep.rows()]


class Sweep:
    """Points, all of them checked, and the folder that holds the finished ones."""

    def __init__(self, points: Sequence[Mapping[str, object] | Point], folder: Path):
        self.folder, self.points, self.failures = folder, [], []  # failures: (values, sentence)
        given = [each.values if isinstance(each, Point) else each for each in points]
        self.columns = list(dict.fromkeys(name for values in given for name in values))
        several = [
            name for name in self.columns if len({str(values.get(name)) for values in given}) > 1
        ]
        self.varying = several or self.columns  # what tells a point
        for values in given:
            for name, value in values.items():
                flag(name, value)
        for each in tqdm(points, "checking", unit=" points", leave=False, delay=2):
            try:
                self.points.append(each if isinstance(each, Point) else point(each))
            except UserError as error:
                self.failures.append((each, str(error)))
        # the same point may be asked for twice
        self.points = list({point.digest: point for point in self.points}.values())
        if not self.points:
            raise UserError(self.failures[0][1] if points else "A sweep needs at least one point.")

    def found(self, point: Point) -> Path | None:
        """The folder of a finished point, or None."""
        return next((self.folder / "points").glob(f"*-{point.digest}"), None)

    def missing(self) -> dict[str, Point]:
        """{digest: point} of those that are not finished."""
        return {point.digest: point for point in self.points if not self.found(point)}

    def do(self, missing: dict[str, Point], client: Client) -> None:
        """Do the missing points; show the epochs done and the time left, and write the tables as
        each point ends."""
        calls = {
            digest: (work_on, point.flags, self.folder / "points" / point.name)
            for digest, point in missing.items()
        }
        # seconds between two pictures of the bar; fewer in a log
        pause = 0.1 if sys.stderr.isatty() else 60
        with tqdm(
            total=sum(point.epochs for point in missing.values()),
            unit=" epochs",
            mininterval=pause,
            delay=pause,
            miniters=1,
            dynamic_ncols=True,
        ) as bar:

            def look():
                done = sum(point.epochs for point in missing.values() if self.found(point))
                bar.update(done + self._epochs_underway() - bar.n)

            for digest, error in each_ended(
                client, calls, lambda digest: self.found(missing[digest]), look
            ):
                point = missing[digest]
                if error:
                    why = str(error) if isinstance(error, KNOWN) else repr(error)
                    self.failures.append((point.values, why))
                    bar.total -= point.epochs
                    line = f"failed: {self.told(point.values)}: {why}"
                else:
                    line = (
                        f"finished: {self.told(point.values)}: test accuracy by layer "
                        f"{self._accuracies(point)} %"
                    )
                with tqdm.external_write_mode():
                    print(line, flush=True)
                self.write()

    def rows(self) -> list[dict[str, str]]:
        """The rows of `results.csv`, by column, as texts."""
        return [
            {name: point.values.get(name, "") for name in self.columns}
            | {"point": folder.name}
            | row
            for point in self.points
            if (folder := self.found(point))
            for row in read_metrics(folder)
        ]

    def write(self) -> None:
        """Write both tables from what is on the disk."""
        rows = list(self.rows())
        further = [name for name in FURTHER if any(name in row for row in rows)]
        names = list(dict.fromkeys([*self.columns, "point", *METRICS, *further]))
        _write(self.folder / "results.csv", names, rows)
        if self.failures:
            rows = [
                {name: text(value) for name, value in values.items()} | {"why": why}
                for values, why in self.failures
            ]
            _write(self.folder / "failures.csv", [*self.columns, "why"], rows)
        else:
            (self.folder / "failures.csv").unlink(missing_ok=True)

    def told(self, values: Mapping[str, object]) -> str:
        """A point as one names it among the others."""
        return ", ".join(
            f"{name}={value}" for name, value in values.items() if name in self.varying
        )

    def _accuracies(self, point):
        rows = read_metrics(self.found(point))
        last = [
            row
            for row in rows
            if (row["arm"], row["epoch"]) == (rows[-1]["arm"], rows[-1]["epoch"])
        ]
        return "  ".join(f"{100 * float(row['test_accuracy']):.2f}" for row in last)

    def _epochs_underway(self):
        epochs = 0
        for scratch in (self.folder / "points").glob(".*"):
            with suppress(FileNotFoundError):  # it is not written yet, or finished just now
                epochs += len({(row["arm"], row["epoch"]) for row in read_metrics(scratch / "run")})
        return epochs


def work_on(flags: Sequence[str], folder: Path) -> None:
    """Do one point, in a worker: in a hidden folder beside its own, which takes its name at the
    end."""
    spare_imports()
    hidden, failed = (
        f".{folder.name[-DIGITS:]}-",
        folder.parent.parent / f"failed-{folder.name}.log",
    )
    _remove(folder.parent, f"{hidden}*")
    failed.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix=hidden, dir=folder.parent) as scratch:
        result, log = Path(scratch, "run"), Path(scratch, "log.txt")
        sys.argv = ["mnist_local.py", *flags]  # for the command in config.json
        with open(log, "w", buffering=1) as file, redirect_stdout(file), redirect_stderr(file):
            try:
                own = ["--workers=1", f"--out={result}"]  # other cores have other points
                # a quarter of a point's time where epochs are few, and `show` draws them later
                job.main(job.flags().parse_args([*flags, *own]), pictures=False)
            except Exception:
                traceback.print_exc()
                shutil.copy(log, failed)
                raise
        log.rename(result / log.name)
        result.rename(folder)


@contextmanager
def _held(folder):
    """The folder, made if need be, for this sweep alone."""
    with ExitStack() as held:
        try:
            if folder.exists() and any(folder.iterdir()) and not (folder / "points").is_dir():
                raise UserError(
                    f"--out: '{folder}' holds something else than a sweep; name a new folder."
                )
            (folder / "points").mkdir(parents=True, exist_ok=True)
            held.enter_context(held_file(folder / ".lock", wait=False))
        except Timeout as error:
            raise UserError(
                f"--out: another sweep works in '{folder}'; wait for it, or name another folder."
            ) from error
        except OSError as error:
            raise UserError(
                f"--out: '{folder}' cannot be made ({error.strerror}); name one that can."
            ) from error
        _remove(folder / "points", ".*")
        try:
            yield
        finally:
            _remove(folder / "points", ".*")
            if not (folder / "results.csv").exists():  # nothing was begun
                with suppress(OSError):
                    (folder / "points").rmdir()
                    (folder / ".lock").unlink()
                    folder.rmdir()


def _remove(folder, pattern):
    """Folders of points that will not be finished, since their workers were killed."""
    for leftover in folder.glob(pattern):
        shutil.rmtree(leftover, ignore_errors=True)


def _write(path, names, rows):
    write_table(path, {name: [row.get(name, "") for row in rows] for name in names})


def _number(cell):
    """The number in a cell, None if it is empty, its text if it is none."""
    for kind in (int, float):
        with suppress(ValueError):
            return kind(cell)
    return cell or None
