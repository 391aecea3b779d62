"""How the paper's networks learn where the paper does not say: whole trainings of all gamma under
each reading."""

from dataclasses import dataclass

from fouda2019 import networks, study

from snn_brian.job import arguments
from snn_brian.sweep.points import point

# Epochs whose checkpoints stay beside the last: all 50 of a run are 640 MB.
KEPT = (0, 1, 10)


@dataclass(frozen=True)
class Reading:
    """One answer to all that the paper leaves open about learning."""

    title: str
    seeds: tuple
    settings: dict  # name -> values of a point, as in the tables of `networks`, in this order


PAPER_GAMMAS = [(1, 1), (3, 1), (5, 1), (1, 3), (3, 3), (2, 2), (1, 5), (5, 5)]
READINGS = {
    "paper": Reading(
        f"the paper's reading: Adam, constant; {study.PAPER}",
        (0, 1, 2, 3, 4),
        {"baseline": study.PAPER.baseline(study.WHOLE)}
        | {
            f"gamma ({P},{D})": study.PAPER.arm(networks.ternary(P, D), study.WHOLE)
            for P, D in PAPER_GAMMAS
        },
    ),
    "tuned": Reading(
        "the best that the rule can do: Adam at 0.03, decaying by 0.85 an epoch, batches of 100",
        networks.SEEDS,
        networks.BASELINE | networks.GAMMAS,
    ),
}


def flags(doc):
    """Those of `networks.flags`, and the reading."""
    parser = networks.flags(doc)
    parser.add_argument(
        "--reading",
        default="all",
        help="how the networks learn: " + ", ".join(READINGS) + " or all",
    )
    return parser


def chosen(args):
    """{name: Reading} that the flags ask for; raises UserError."""
    name = arguments.one_of("--reading", args.reading, [*READINGS, "all"])
    return {key: reading for key, reading in READINGS.items() if name in (key, "all")}


def trained(reading, args):
    """{setting: Curves} of a reading: a whole seed after the other, so that what is there early can
    be compared."""
    seeds = list(reading.seeds) if args.seeds is None else networks.read_seeds(args)
    for seed in seeds:
        networks.trained(reading.settings, args, [seed])
        thin_out(reading, args, seed)
    return networks.trained(reading.settings, args, seeds)


def thin_out(reading, args, seed):
    """Remove the checkpoints of finished runs that no figure needs."""
    for values in networks.asked(reading.settings, args, [seed]).values():
        digest, last = point(values).digest, int(values["epochs"])
        for path in networks.runs_folder(args).glob(f"points/*-{digest}/checkpoints/*/epoch_*.npz"):
            if int(path.stem.removeprefix("epoch_")) not in (*KEPT, last):
                path.unlink()
