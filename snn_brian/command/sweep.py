"""Do the job of mnist_local.py (or snn-brian train) at every point of a grid, in parallel; started
again, do only what is missing.

GRID is a TOML file such as runs/learning_rates.toml: [flags], the same for all points, and [grid],
lists of values of which all combinations are made. Names are flags of that job and what its --set
takes.
"""

from argparse import Namespace
from pathlib import Path

from snn_brian.base.errors import SimulationFailed, UserError
from snn_brian.base.new_folder import results_path
from snn_brian.job import arguments
from snn_brian.job.script import Flags
from snn_brian.sweep import sweep
from snn_brian.sweep.figure import draw_sweep
from snn_brian.sweep.points import grid


def flags() -> Flags:
    """Of the command."""
    parser = Flags(__doc__)
    parser.add_argument("grid", metavar="GRID", help="TOML file")
    parser.add_argument(
        "--out",
        help="folder for the results, new or of a sweep; without it, results/<date-time>-<grid>",
    )
    parser.add_argument(
        "--workers", help="points at a time; without it, one for each core of this machine"
    )
    parser.add_argument(
        "--scheduler", help="address of a scheduler of dask, whose workers are used"
    )
    parser.add_argument(
        "--slurm",
        metavar="FILE",
        help="use SLURM: a TOML file with the arguments of "
        "dask_jobqueue.SLURMCluster, e.g. cores = 8 and memory = '8GB'",
    )
    return parser


def main(args: Namespace) -> Path:
    """Run what the flags ask for; returns the folder of the results."""
    workers = None if args.workers is None else arguments.whole("--workers", args.workers)
    if args.scheduler and (args.slurm or args.workers):
        raise UserError(
            "--scheduler: has workers of its own; leave out --workers and --slurm, or this flag."
        )
    points = grid(args.grid)
    folder = results_path(args.out, Path(args.grid).stem)
    rows = sweep.run(points, folder, workers, args.scheduler, args.slurm)
    if rows:
        draw_sweep(rows, list(points[0]), folder / "results.png")
    print(f"Results: {folder / 'results.csv'}")
    failures = folder / "failures.csv"
    if failures.exists():
        raise SimulationFailed(f"Some points failed; {failures} tells why.")
    return folder
