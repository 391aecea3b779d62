"""claims.md: the claims in every reading, their verdicts, and the epochs in which they hold."""

from fouda2019.over_epochs import COURSES, together
from fouda2019.verdicts import CLAIMS, epochs

OF_NO_READING = (1, 8)  # of a linear device on-line, and of the device alone


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
    pairs = [
        (claim, "either" if claim.number in OF_NO_READING else reading)
        for reading, all_ in checked.items()
        for claim in all_
    ]
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
