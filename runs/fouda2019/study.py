"""Which reading is the paper's: where conductances start, the learning rate and the batch, each
combination trained for a few epochs with one seed, and compared with what the paper says.

The paper gives four figures: (1,1) is about 2 points below the baseline, unequal gamma gains about
1 point, pulses grow 2 and 2.85 times for gamma_P + gamma_D = 4 and 6, and their number in an epoch
settles after about 10 epochs. A combination misses each by so many bounds, those of `claims`; its
miss is the mean of the four.
"""

from dataclasses import dataclass

import numpy as np
from fouda2019 import networks, training

STARTS = {  # places in the range, 0 at G_min and 1 at G_max
    "near G_min": "0,0.21",
    "anywhere in the range": "0,1",
    "around the balance point": "0.04,0.144",
}
GAMMAS = [(1, 1), (3, 1), (5, 1)]


@dataclass(frozen=True)
class Combination:
    """What the paper leaves open: where conductances start, Adam's constant rate, the batch."""

    start: str
    eta: float
    batch: int

    def __str__(self):
        return f"start {self.start}, eta {self.eta}, batches of {self.batch}"

    def arm(self, values, epochs):
        """A point of `sweep`, from the values that tell its arm."""
        found = values | {"batch": self.batch, "learning.eta": self.eta, "learning.decay": 1}
        if values["arm"] == "memristive":
            found["learning.initial"] = STARTS[self.start]
        return found | {"epochs": epochs}

    def baseline(self, epochs):
        """The same, of the baseline, whose rate is always Adam's default."""
        return Combination(self.start, 0.001, self.batch).arm({"arm": "baseline"}, epochs)


# That of whole trainings, which the study takes as they are.
PAPER, WHOLE = Combination("near G_min", 0.001, 100), 50
COMBINATIONS = [
    *(Combination(start, eta, 100) for start in STARTS for eta in (0.001, 0.003)),
    *(Combination(start, 0.001, batch) for batch in (500, 20) for start in list(STARTS)[:2]),
]


def epochs(combination):
    """Of the study; a batch of 20 is five times as many updates, and takes three times as long."""
    return 6 if combination.batch == 20 else networks.EPOCHS


def settings():
    """name -> values of a point, as in the tables of `networks`."""
    found = {}
    for each in COMBINATIONS:
        whole = each == PAPER
        found.setdefault(
            name_of_baseline(each),
            each.baseline(WHOLE if each.batch == PAPER.batch else epochs(each)),
        )
        for P, D in GAMMAS:
            found[f"{each}, gamma ({P},{D})"] = each.arm(
                networks.ternary(P, D), WHOLE if whole else epochs(each)
            )
    return found


def name_of_baseline(combination):
    return f"baseline, batches of {combination.batch}"


def trained(args):
    """{name: Curves} of all settings, of the first seed; raises as `training.trained` does."""
    return training.trained(settings(), args, training.read_seeds(args)[:1])


@dataclass(frozen=True)
class Cell:
    """One combination at one epoch: that of which the paper gives figures."""

    combination: Combination
    epoch: int
    drop: float  # points, of (1,1) below the baseline of the same batch
    gain: float  # points, the better of (3,1) and (5,1) over (1,1)
    growth: tuple  # pulses of (3,1) and (5,1) up to this epoch, in those of (1,1)
    settling: float  # pulses of (1,1) in this epoch over those in the epoch at half of it

    @property
    def misses(self):
        """By how many bounds the drop, the gain, the growth and the settling miss the paper's."""
        return (
            abs(self.drop - 2) / 1,
            max(1 - self.gain, 0) / 0.5,
            max(abs(ratio / wanted - 1) for ratio, wanted in zip(self.growth, (2, 2.85))) / 0.15,
            abs(self.settling - 1) / 0.25,
        )

    @property
    def miss(self):
        return float(np.mean(self.misses))


def cells(found):
    """A `Cell` for each combination and epoch from 2 that it was trained for, the nearest to the
    paper first."""
    return sorted(
        (
            cell(each, epoch, found)
            for each in COMBINATIONS
            for epoch in range(2, 1 + found[f"{each}, gamma (1,1)"].epochs)
        ),
        key=lambda cell: cell.miss,
    )


def cell(combination, epoch, found):
    """The `Cell` of a combination at an epoch."""
    one, three, five = (found[f"{combination}, gamma ({P},{D})"] for P, D in GAMMAS)
    accuracy = [curves.accuracy[0, epoch, -1] for curves in (one, three, five)]
    pulses = [curves.pulses[0, 1 : epoch + 1].sum() for curves in (one, three, five)]
    return Cell(
        combination,
        epoch,
        drop=found[name_of_baseline(combination)].accuracy[0, epoch, -1] - accuracy[0],
        gain=max(accuracy[1:]) - accuracy[0],
        growth=(pulses[1] / pulses[0], pulses[2] / pulses[0]),
        settling=one.pulses[0, epoch] / one.pulses[0, epoch // 2],
    )


def best_of_each(found):
    """The epoch of each combination at which it is nearest to the paper, nearest first."""
    seen = {}
    for each in cells(found):
        seen.setdefault(each.combination, each)
    return list(seen.values())


def table(cells):
    """Columns for a CSV."""
    rows = [
        (
            each.combination.start,
            each.combination.eta,
            each.combination.batch,
            each.epoch,
            *(round(value, 4) for value in (each.drop, each.gain, *each.growth, each.settling)),
            round(each.miss, 4),
        )
        for each in cells
    ]
    names = ("start", "eta", "batch", "epoch", "drop_points", "gain_points", "growth_3_1")
    return dict(zip((*names, "growth_5_1", "settling", "miss"), zip(*rows)))
