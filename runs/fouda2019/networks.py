"""The networks behind the paper's figures and claims: each setting is trained once for each seed,
kept, and read back."""

from pathlib import Path

from fouda2019.curves import curves

from snn_brian.job import arguments
from snn_brian.job.script import Flags
from snn_brian.sweep import sweep
from snn_brian.sweep.points import point

BETA_P, BETA_D = 626.8, 921.9  # nS, the paper's fit of TiOx; the state form (10) does without them
EPOCHS = 10
SEEDS = (0, 1, 2)
ON_LINE = dict(optimizer="sgd", batch=1)
SMALL = dict(layers="12,8,6", train=20, test=10, target="numpy")


def ternary(gamma_P, gamma_D, **more):
    """The paper's rule, Eq. (14), with Adam and batches of 100 unless told otherwise."""
    return {
        "arm": "memristive",
        "programming": "ternary",
        "programming.gamma_P": gamma_P,
        "programming.gamma_D": gamma_D,
        **more,
    }


def on_line(rule, device="TiOx", **more):
    return {"arm": "memristive", "programming": rule, "device": device, **ON_LINE, **more}


# name -> flags of runs/mnist_local.py and what its --set takes
GAMMAS = {
    f"gamma ({P},{D})": ternary(P, D) for P, D in [(1, 1), (2, 2), (3, 3), (3, 1), (1, 3), (5, 1)]
}
BASELINE = {"baseline": dict(arm="baseline")}
BEYOND = {
    "baseline, on-line": dict(arm="baseline", **ON_LINE),
    "accumulator, on-line": on_line("accumulator"),
    "counter, on-line": on_line("counter"),
    "gamma (1,1), on-line": on_line("ternary"),
}
ROUNDING = {
    "limited weights": dict(arm="baseline", device="limited", **ON_LINE),
    "stochastic rounding": on_line("stochastic_rounding_single", "linear"),
    "deterministic rounding": on_line("deterministic_rounding_single", "linear"),
}
# The other reading of (7), in which each pulse moves w by twice as much.
BOTH_DEVICES = {
    "stochastic rounding, both devices": on_line("stochastic_rounding", "linear"),
    "deterministic rounding, both devices": on_line("deterministic_rounding", "linear"),
}
READ_RULES = {
    "cancelling (11), (12)": on_line("cancelling"),
    "cancelling, linearised (13)": on_line("cancelling_linearised"),
    "write and verify": on_line("write_verify"),
}
LONG = {
    "20 epochs": ternary(1, 1, epochs=20),
    "20 epochs, eta constant": ternary(1, 1, epochs=20, **{"learning.decay": 1}),
    "20 epochs on-line, eta constant": ternary(1, 1, epochs=20, **ON_LINE, **{"learning.decay": 1}),
}
# Short epochs without decay, to see when an accuracy is reached.
EARLY = {
    f"early, gamma ({P},{D}), eta {eta}": ternary(
        P, D, train=3000, epochs=20, **{"learning.decay": 1, "learning.eta": eta}
    )
    for eta in (0.001, 0.01)
    for P, D in [(1, 1), (3, 3), (5, 5), (3, 1), (5, 1)]
}
# Where the paper is silent: each reading with equal and unequal gamma.
INTERPRETATIONS = {
    "as chosen here": {},
    "one device of the pair, at random": {"programming": "ternary_single"},
    "batches of 20": {"batch": 20},
    "batches of 500": {"batch": 500},
    "request halved inside SR": {"learning.eta": 0.015},
    "request doubled inside SR": {"learning.eta": 0.06},
    "conductances start around the symmetry point": {"learning.initial": "0.04,0.144"},
    "conductances start anywhere": {"learning.initial": "0,1"},
    "on-line, without Adam": {**ON_LINE},
    "mean-squared error": {"loss": "mse"},
}
SILENT = {
    f"{reading}, gamma ({P},{D})": ternary(P, D) | changes
    for reading, changes in INTERPRETATIONS.items()
    for P, D in [(1, 1), (3, 1)]
}
SILENT |= {f"potentiation only, gamma ({P},0)": ternary(P, 0) for P in (1, 3)}


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
    workers = None if args.workers is None else arguments.whole("--workers", args.workers)
    points = asked(names, args, seeds)
    rows = {}
    for row in sweep.run(list(points.values()), runs_folder(args), workers):
        rows.setdefault(row["point"], []).append(row)
    digests = {name[-12:]: found for name, found in rows.items()}
    return {
        name: curves([digests[point(points[name, seed]).digest] for seed in seeds])
        for name in names
    }


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
