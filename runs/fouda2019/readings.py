"""How the paper's networks learn where the paper does not say: whole trainings of all gamma under
each reading."""

from dataclasses import dataclass

from fouda2019 import networks, study, training

from snn_brian.job import arguments
from snn_brian.sweep.points import point

# Epochs whose checkpoints stay, beside the last, of runs that are longer: all 50 are 640 MB.
KEPT = (0, 1, 10)


@dataclass(frozen=True)
class Reading:
    """One answer to all that the paper leaves open about learning."""

    title: str
    chosen: str  # of what the paper leaves open
    seeds: tuple
    settings: dict  # name -> values of a point, as in the tables of `networks`, in this order


PAPER_GAMMAS = [(1, 1), (3, 1), (5, 1), (1, 3), (3, 3), (2, 2), (1, 5), (5, 5)]
READINGS = {
    "paper": Reading(
        "The paper's reading",
        f"Adam, constant, {study.PAPER}, {study.WHOLE} epochs",
        (0, 1, 2, 3, 4),
        {"baseline": study.PAPER.baseline(study.WHOLE)}
        | {
            networks.setting((P, D)): study.PAPER.arm(networks.ternary(P, D), study.WHOLE)
            for P, D in PAPER_GAMMAS
        },
    ),
    "tuned": Reading(
        "The best that the rule can do",
        "Adam at 0.03, by 0.85 less in each epoch, batches of 100, 10 epochs",
        training.SEEDS,
        networks.BASELINE | networks.GAMMAS,
    ),
}


HELP = {
    "paper": "an hour and a quarter on two free cores",
    "tuned": "an hour",
    "study": "which reading is the paper's, a quarter of an hour",
}


def flags(doc, others=()):
    """Those of `training.flags`, and the reading, or one of what a script takes beside them."""
    parser = training.flags(doc)
    names = [f"{name} ({HELP[name]})" for name in (*READINGS, *others)]
    parser.add_argument(
        "--reading", default="all", help=f"how the networks learn: {', '.join(names)} or all"
    )
    return parser


def chosen(args, others=()):
    """{name: Reading} that the flags ask for; raises UserError."""
    name = arguments.one_of("--reading", args.reading, [*READINGS, *others, "all"])
    return {key: reading for key, reading in READINGS.items() if name in (key, "all")}


def all_trained(args, others=()):
    """{reading: {setting: Curves}} of those that the flags ask for."""
    return {key: trained(reading, args) for key, reading in chosen(args, others).items()}


def trained(reading, args):
    """{setting: Curves} of a reading: a whole seed after the other, so that what is there early can
    be compared."""
    seeds = seeds_of(reading, args)
    for seed in seeds:
        training.trained(reading.settings, args, [seed])
        thin_out(reading, args, seed)
    return training.trained(reading.settings, args, seeds)


def checkpoints(reading, args, name):
    """Paths of the checkpoints of a setting that are kept, of the first seed, in order."""
    seed = seeds_of(reading, args)[0]
    (values,) = training.asked({name: reading.settings[name]}, args, [seed]).values()
    folder = training.runs_folder(args)
    return sorted(folder.glob(f"points/*-{point(values).digest}/checkpoints/*/epoch_*.npz"))


def seeds_of(reading, args):
    """Those asked for, or the reading's own; raises UserError."""
    return list(reading.seeds) if args.seeds is None else training.read_seeds(args)


def thin_out(reading, args, seed):
    """Remove the checkpoints of finished runs that no figure needs."""
    for values in training.asked(reading.settings, args, [seed]).values():
        digest, last = point(values).digest, values["epochs"]
        for path in training.runs_folder(args).glob(f"points/*-{digest}/checkpoints/*/epoch_*.npz"):
            if last > max(KEPT) and int(path.stem.removeprefix("epoch_")) not in (*KEPT, last):
                path.unlink()
