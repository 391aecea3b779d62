"""Training the networks behind the figures: each setting once for each seed, kept, read back."""

import os
from pathlib import Path

from fouda2019.curves import curves
from fouda2019.networks import EPOCHS
from tqdm import tqdm

from snn_brian.base.errors import SimulationFailed
from snn_brian.check.loading import load
from snn_brian.job import arguments
from snn_brian.job.script import Flags
from snn_brian.sweep import sweep
from snn_brian.sweep.points import DIGITS, point

SEEDS = (0, 1, 2)
SMALL = dict(layers="8,6", train=20, test=10, target="numpy")
EPOCH_SECONDS = 4  # all of MNIST, on a free core
SLOW, LARGE = 3, 50  # batches below LARGE take so many times as long, since the optimizer does
READS = 6  # and so do rules that read the devices


def flags(doc):
    """The flags that all scripts with trained networks share."""
    parser = Flags(doc)
    parser.add_argument(
        "--out",
        default="results/paper",
        help="folder for figures and for the runs, which are kept and used again",
    )
    parser.add_argument(
        "--seeds",
        help="each setting is trained once for each of these, e.g. 0,1; without it, as many as "
        "stands in the table of claims",
    )
    parser.add_argument("--workers", help="networks at a time; without it, one for each core")
    parser.add_argument(
        "--quick", action="store_true", help="a small network on a few images, for a test"
    )
    return parser


def trained(names, args, seeds=None):
    """{name: Curves} of settings, from the runs that are there and from new ones.

    Parameters
    ----------
    names : dict
        name -> values of a point, as in this module's tables.
    args : argparse.Namespace
        Of `flags`.
    seeds : list of int or None
        None: as the flags say.

    Raises
    ------
    UserError
        For flags that are not possible.
    SimulationFailed
        If a run fails.
    """
    seeds = read_seeds(args) if seeds is None else seeds
    points = asked(names, args, seeds)
    bar = tqdm(points.items(), "checking", unit=" networks", leave=False, delay=2)
    checked = {key: point(values) for key, values in bar}
    digests = {key: each.digest for key, each in checked.items()}
    say_how_long(points, digests, args)
    rows = {}
    for row in sweep.run(list(checked.values()), runs_folder(args), workers(args)):
        rows.setdefault(row["point"][-DIGITS:], []).append(row)
    failed = [key for key, digest in digests.items() if digest not in rows]
    if failed:
        raise SimulationFailed(
            f"{len(failed)} of {len(points)} networks failed, the first of them '{failed[0][0]}' "
            f"with seed {failed[0][1]}; {runs_folder(args)}/failures.csv says why."
        )
    return {name: curves([rows[digests[name, seed]] for seed in seeds]) for name in names}


def workers(args):
    """Networks at a time, or None; raises UserError."""
    return None if args.workers is None else arguments.whole("--workers", args.workers)


def say_how_long(points, digests, args):
    """Print the time that what is missing takes on free cores."""
    if args.quick:
        return
    folder, minutes = runs_folder(args), 0.0
    for key, values in points.items():
        if not any(folder.glob(f"points/*-{digests[key]}")):
            minutes += slowness(values) * EPOCH_SECONDS * values["epochs"] / 60
    at_once = workers(args) or len(os.sched_getaffinity(0))
    if minutes:
        print(f"This takes about {minutes / at_once:.0f} minutes on {at_once} free cores.")


def slowness(values):
    """How many times as long as with most points an epoch takes."""
    rule = load("programming", values["programming"]) if "programming" in values else None
    if rule and (rule.reads or rule.transfer):
        return READS
    return SLOW if 1 < values.get("batch", LARGE) < LARGE else 1


def asked(names, args, seeds):
    """{(name, seed): values of a point}, in the order in which they are trained: a seed's settings
    stand together."""
    points = {}
    for seed in seeds:
        for name, values in names.items():
            values = {"epochs": EPOCHS} | values | {"seed": seed}
            points[name, seed] = values | SMALL | {"epochs": 2} if args.quick else values
    return points


def runs_folder(args):
    """The folder of the sweep that holds all runs."""
    return Path(args.out, "quick" if args.quick else "runs")


def read_seeds(args):
    """The seeds asked for; raises UserError."""
    if args.seeds is None:
        return list(SEEDS)
    return [arguments.whole("--seeds", part, least=0) for part in args.seeds.split(",")]
