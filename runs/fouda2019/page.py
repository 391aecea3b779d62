"""claims.md: the claims in every reading, and what stands behind them."""

from fouda2019 import balance, claims, sooner, study
from fouda2019.networks import gammas
from fouda2019.over_epochs import COURSES, WAYS, compared, gains, shown, together
from fouda2019.verdicts import CLAIMS, epochs, told_interval

PER_PRESENTATION = [
    "programming",
    "last layer",
    "epochs",
    "pulses per image",
    "reads per image",
    "write energy per image (J)",
]


def markdown(head, rows):
    """A table."""
    return (
        "\n".join(
            "| " + " | ".join(map(str, row)) + " |" for row in [head, ["---"] * len(head), *rows]
        )
        + "\n"
    )


def head(chosen, whole):
    """What was trained, and in which epochs the claims hold.

    Parameters
    ----------
    chosen : dict
        {reading: Reading}
    whole : dict
        {reading: {setting: Curves}}
    """
    lines = [
        f"- **{reading.title}** (`{key}`): {reading.chosen}; "
        f"{len(whole[key]['baseline'].accuracy)} seeds."
        for key, reading in chosen.items()
    ]
    return (
        "# Claims of the paper, and what is measured here\n\nMNIST, 784-500-500-250, test accuracy "
        "of the last layer; mean and standard deviation over seeds, in two readings of what the "
        "paper leaves open:\n\n" + "\n".join(lines) + "\n\nEpochs in which a claim holds:\n\n"
    ) + turns(whole)


def columns(checked):
    """The verdicts as a table, of {reading: [Claim, ...]}."""
    rows = [
        (claim.number, reading, claim.claim, claim.measured, claim.verdict, claim.why)
        for claim, reading in by_number(checked)
    ]
    return dict(zip(("number", "reading", "claim", "measured", "verdict", "why"), zip(*rows)))


def by_number(checked):
    """(claim, reading), claim by claim."""
    pairs = [(claim, reading) for reading, all_ in checked.items() for claim in all_]
    return sorted(pairs, key=lambda pair: pair[0].number)


def verdicts(checked):
    """A row for each claim and reading, of {reading: [Claim, ...]}."""
    return markdown(
        ["", "claim", "reading", "measured here", "verdict", "why"],
        [
            (claim.number, claim.claim, reading, claim.measured, claim.verdict, claim.why)
            for claim, reading in by_number(checked)
        ],
    )


def turns(found):
    """In which epochs of each reading the claims hold.

    Parameters
    ----------
    found : dict
        {reading: {setting: Curves}}
    """
    rows = [
        (number, CLAIMS[number], *(epochs(course(each).holds) for each in found.values()))
        for number, course in COURSES.items()
    ]
    return markdown(
        ["", "claim", *found],
        [*rows, ("", "2, 4, 5 and 6 together", *(together(each) for each in found.values()))],
    )


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
                    epochs(points.mean(axis=0) >= 0.5),
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


def behind(reading, found):
    """What stands behind a reading's verdicts on the claims 3 and 4."""
    return [
        f"## {reading.title}: claim 4 in every way to read it\n\nPoints that unequal gamma gains; "
        "95 % intervals over seeds.\n",
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
        "## Which reading is the paper's\n\nEach combination with one seed, at the epoch (of 10; "
        "of 6 for batches of 20) at which it is nearest to the paper; in brackets, by how many "
        "bounds it misses what the paper says. Printed bold: the one that is called the paper's "
        "reading.\n",
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


def why():
    """The derivation."""
    return (
        "## Why: a pair under random pulses\n\n![What gamma does to a pair](balance.png)\n\n"
        + balance.__doc__
    )


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
