"""Where the points of a sweep are worked on: workers of dask.distributed, each a process that makes
one call at a time.

What a call gives is on disk when it ends, and is looked for there: what dask holds in a worker's
memory dies with it.
"""

import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from distributed import Client, KilledWorker, LocalCluster, SpecCluster

from snn_brian.base.errors import SimulationFailed, UserError
from snn_brian.base.files import toml

PAUSE, PATIENCE = 0.5, 10  # seconds between two looks at the calls, and for a scheduler to answer


@contextmanager
def farm(
    workers: int | None = None, scheduler: str | None = None, slurm: str | Path | None = None
) -> Iterator[Client]:
    """A dask client of workers on this machine, of a scheduler that runs already, or of SLURM's
    jobs.

    Parameters
    ----------
    workers : int or None
        Processes on this machine (None: as many as it has cores), or with `slurm` on the cluster
        (None: one job's).
    scheduler : str or None
        Address of a scheduler, which has its own workers.
    slurm : path or None
        As in `jobs`.

    Raises
    ------
    UserError
        If no scheduler answers, or for what is wrong with the file.
    """
    if scheduler is not None:
        try:
            client = Client(scheduler, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise UserError(
                f"--scheduler: no scheduler of dask answers at '{scheduler}'; give the address "
                "that `dask "
                "scheduler` prints, e.g. tcp://10.0.0.1:8786."
            ) from error
        with client:
            yield client
        return
    with local(workers) if slurm is None else jobs(slurm) as cluster, Client(cluster) as client:
        if slurm is not None:
            if shutil.which("sbatch") is None:
                raise UserError(
                    "--slurm: there is no sbatch here; call this where jobs are submitted, or "
                    "leave it out."
                )
            cluster.scale(workers or 1)
        yield client


def local(workers: int | None = None) -> LocalCluster:
    """Workers on this machine, which end with the process that asked for them."""
    # Python's tracker would tell of the semaphores of killed workers
    sys.warnoptions.append("ignore:resource_tracker")
    return LocalCluster(
        n_workers=workers or len(os.sched_getaffinity(0)),
        threads_per_worker=1,
        memory_limit=0,
        dashboard_address=":0",
        silence_logs=logging.CRITICAL,
    )


def jobs(file: str | Path) -> SpecCluster:
    """A `dask_jobqueue.SLURMCluster` without jobs yet, with the arguments in a TOML file.

    Its `job_script()` is what will be submitted. A worker for each core of a job, since Brian2
    makes one network at a time.

    Raises
    ------
    UserError
        If dask-jobqueue is missing, or the file does not hold arguments of a SLURMCluster.
    """
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        from dask_jobqueue import SLURMCluster
    except ImportError as error:
        raise UserError(
            "--slurm: dask-jobqueue is not installed; run `pip install -e '.[slurm]'`."
        ) from error
    finally:
        if signal.getsignal(signal.SIGINT) != interrupt:  # importing it makes Ctrl-C an exit with 0
            signal.signal(signal.SIGINT, interrupt)
    given = toml("--slurm", file)
    own = {"processes": given.get("cores", 1), "scheduler_options": {"dashboard_address": ":0"}}
    try:
        return SLURMCluster(**own | given)
    except (TypeError, ValueError) as error:
        raise UserError(
            f"--slurm: '{file}' does not hold the arguments of dask_jobqueue.SLURMCluster, at "
            "least cores and "
            f"memory ({' '.join(str(error).split())}); mend the file."
        ) from error


def each_ended(
    client: Client,
    calls: Mapping[str, tuple],
    is_done: Callable[[str], object],
    look: Callable[[], None],
) -> Iterator[tuple[str, Exception | None]]:
    """Yield (name, None or the exception) of each call as it ends; one whose worker is lost is made
    again.

    Parameters
    ----------
    client : distributed.Client
    calls : dict
        {name: (function, argument, ...)}
    is_done : callable
        Whether the call of this name has left what it should.
    look : callable
        Called now and then.

    Raises
    ------
    SimulationFailed
        If the scheduler is gone.
    """

    def submit(name):
        return client.submit(*calls[name], pure=False)

    futures = {name: submit(name) for name in calls}
    while futures:
        time.sleep(PAUSE)
        look()
        _bring_back_workers(client.cluster)
        if client.status != "running":
            raise SimulationFailed(
                "The scheduler is gone; start the sweep again, and it does what is missing."
            )
        for name in [name for name, future in futures.items() if future.done()]:
            future = futures.pop(name)
            if is_done(name):
                yield name, None
            elif future.status == "error":
                yield name, _told(future.exception())
            else:
                futures[name] = submit(name)


def _bring_back_workers(cluster):
    """Of this machine: those that dask has given up, since another in the place of a lost one took
    long to begin."""
    if isinstance(cluster, LocalCluster):
        cluster.scale(len(cluster.worker_spec))


def _told(error):
    if isinstance(error, KilledWorker):
        return SimulationFailed(
            "Its worker was lost again and again: it was killed, or out of memory."
        )
    return error
