"""What stands behind the verdicts of claims.md: each function gives parts of the page."""

from fouda2019 import balance, claims, sooner, study
from fouda2019.networks import gammas
from fouda2019.over_epochs import GAIN, WAYS, compared, gains, shown
from fouda2019.page import markdown
from fouda2019.verdicts import epochs, told_interval
from scipy.stats import spearmanr

PER_PRESENTATION = [
    "programming",
    "last layer",
    "epochs",
    "pulses per image",
    "reads per image",
    "write energy per image (J)",
]


def ways(found):
    """Claim 4 in every way to read it: points that unequal gamma gains, with 95 % intervals."""
    rows = []
    for way in WAYS:
        for unequal, equal in compared(found, way):
            points = gains(found, unequal, equal)
            rows.append(
                (
                    f"({unequal[0]},{unequal[1]})",
                    f"({equal[0]},{equal[1]}): {way}" if way != "(1,1)" else way,
                    *(told_interval(points[:, epoch - 1], "+") for epoch in shown(found)),
                    epochs(points.mean(axis=0) >= GAIN),
                    epochs(points.mean(axis=0) < 0),
                )
            )
    at = [f"epoch {epoch}" for epoch in shown(found)]
    return markdown(
        ["unequal", "over", *at, "half a point or more", "behind"],
        rows,
    )


def speeds(found):
    """Claim 3: epochs to each accuracy, and how many times sooner that is than (1,1)."""
    rows = []
    for name in found:
        if name != "baseline":
            P, D = gammas(name)
            cells = [sooner.speed(found, (P, D), bar) for bar in sooner.BARS]
            rows.append(
                (
                    f"({P},{D})",
                    *(f"{each.told_epochs()}; {each.told()}" for each in cells),
                    f"{sooner.worth(P, 'potentiation'):.2f} and {sooner.worth(D):.2f}",
                )
            )
    return markdown(
        [
            "gamma",
            *(f"epochs to {bar} %; times sooner than (1,1)" for bar in sooner.BARS),
            "pulses that (10) makes of gamma_P and gamma_D",
        ],
        rows,
    )


def whole(reading, found):
    """What stands behind a reading's verdicts on the claims 3 and 4."""
    return [
        f"## {reading.title}: claim 4 in every way to read it\n\nPoints that unequal gamma gains, "
        "with 95 % intervals over seeds. The verdict takes the best of each way, chosen after the "
        "fact; here are all.\n",
        ways(found),
        f"## {reading.title}: claim 3\n\nEpochs until the last layer is this good, and how many "
        "times sooner that is than with (1,1); 95 % intervals. An accuracy that is there after the "
        "first epoch counts as reached at its end.\n",
        speeds(found),
    ]


def studied(cells):
    """Each combination of the study at the epoch at which it is nearest to the paper."""
    rows = []
    for cell in cells:
        drop, gain, growth, settling = cell.misses
        name = str(cell.combination)
        rows.append(
            (
                f"**{name}**" if cell.combination == study.PAPER else name,
                cell.epoch,
                f"{cell.drop:.2f} ({drop:.1f})",
                f"{cell.gain:+.2f} ({gain:.1f})",
                f"{cell.growth[0]:.2f} and {cell.growth[1]:.2f} ({growth:.1f})",
                f"{cell.settling:.2f} ({settling:.1f})",
                f"{cell.miss:.2f}",
            )
        )
    return [
        "## Which reading is the paper's\n\nEach combination with one seed, at the epoch at which "
        "it is nearest to the paper (of 10; of 6 for batches of 20; of 50 for whole trainings); in "
        "brackets, by how many bounds it misses what the paper says. Printed bold: the one that is "
        "called the paper's reading. At a small constant rate the rate mostly sets the pace: three "
        "times the rate is the same course in a third of the epochs.\n",
        markdown(
            [
                "combination",
                "epoch",
                "(1,1) below the baseline: 2",
                "gain of unequal gamma: 1",
                "pulses of (3,1) and (5,1): 2 and 2.85",
                "pulses over those at half of the epoch: 1",
                "mean miss",
            ],
            rows,
        ),
    ]


def why(rows):
    """The account of what gamma does to a pair, of the rows of `runs/balance.py`."""

    def rank(x, y):
        return spearmanr([row[x] for row in rows], [row[y] for row in rows]).statistic

    table = markdown(
        [
            "gamma",
            "first step of a weight, in spreads of the initial weights",
            "accuracy after epoch 1 (%)",
            "share of a weight that an event takes away",
            "accuracy in the end (%)",
            "events per pair",
            "place of devices, trained",
            "after as many random pulses",
            "stationary",
            "correlation of a pair, trained; random; stationary",
        ],
        [
            (
                row["gamma"],
                f"{row['first_step']:.2f}",
                f"{row['accuracy_first_epoch_percent']:.2f}",
                f"{row['forgetting_per_event']:.2f}",
                f"{row['accuracy_last_epoch_percent']:.2f}",
                f"{row['events_per_pair']:.1f}",
                f"{row['trained_place']:.3f} +- {row['trained_spread']:.3f}",
                f"{row['random_place']:.3f} +- {row['random_spread']:.3f}",
                f"{row['balance_point']:.3f} +- {row['spread']:.3f}",
                f"{row['trained_correlation']:.2f}; {row['random_correlation']:.2f}; "
                f"{row['correlation']:.2f}",
            )
            for row in rows
        ],
    )
    return [
        "## Why: a pair under random pulses\n\n![What gamma does to a pair](balance.png)\n",
        table,
        "Rank correlations over gamma: first step and accuracy after epoch 1 "
        f"{rank('first_step', 'accuracy_first_epoch_percent'):.2f}; share taken away and accuracy "
        f"in the end {rank('forgetting_per_event', 'accuracy_last_epoch_percent'):.2f}.\n",
        balance.__doc__,
    ]


def tuned(found, images):
    """The tables of the tuned reading alone."""
    return [
        "## Where the paper is silent, at the tuned rate\n\nEach reading with one seed: how far "
        "(1,1) is below the baseline, what (3,1) gains over it (points), and how many times its "
        "pulses that takes.\n",
        silent(found),
        "## Rules on TiOx, on-line: accuracy and cost\n",
        costs(found, images),
        "## This project's own figures\n",
        markdown(["what", "found", "wanted"], claims.targets(found)),
    ]


def silent(found):
    """The readings that were tried at the tuned rate."""
    return markdown(
        ["reading", "(1,1) below the baseline", "gain of (3,1)", "pulses of (3,1)"],
        [(name, *(f"{value:.2f}" for value in values)) for name, *values in claims.readings(found)],
    )


def costs(found, images):
    """Rules on TiOx, on-line."""
    return markdown(
        PER_PRESENTATION,
        [
            (name, accuracy, number, *(f"{value:.3g}" for value in per))
            for name, accuracy, number, *per in claims.costs(found, images)
        ],
    )
