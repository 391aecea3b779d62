"""The claims about gamma over the epochs of one reading: the figures, whether each claim holds in
an epoch, and where it turns.

`found` maps "baseline" and "gamma (P,D)" to the `Curves` of whole trainings. Differences and ratios
are taken seed by seed, since a seed's settings see the same images in the same order and have the
same classifiers.
"""

from dataclasses import dataclass

import numpy as np
from fouda2019.networks import gammas, setting
from fouda2019.verdicts import epochs, told, told_interval, verdict

AT = (5, 10, 20, 50)  # epochs that the tables show
DROP, GAIN, NEAR = 2.2, 0.5, 2.0  # points: bounds of the claims 2, 4 and 7
PULSES = {(3, 1): 2.0, (5, 1): 2.85}  # the paper's ratios, claim 6
GROWTH, FALL, SETTLED = 0.15, 0.9, 0.25  # bounds of the claims 6 and 5
UNEQUAL = [(3, 1), (5, 1), (1, 3), (1, 5)]
# What unequal gamma can be compared with: (unequal, equal) for each way to read claim 4.
WAYS = {
    "(1,1)": [(each, (1, 1)) for each in UNEQUAL],
    "equal gamma of the same sum": [(each, (sum(each) // 2,) * 2) for each in UNEQUAL],
    "equal gamma of the same gamma_P": [((P, D), (P, P)) for P, D in UNEQUAL if P > 1],
}


def shown(found):
    """Those epochs of `AT` that there are, or the last."""
    last = found["baseline"].epochs
    return [epoch for epoch in AT if epoch <= last] or [last]


def difference(one, other):
    """Points by which the last layer is better in `one`: (seeds of both, epochs), from epoch 1."""
    seeds = min(len(one.accuracy), len(other.accuracy))
    return one.accuracy[:seeds, 1:, -1] - other.accuracy[:seeds, 1:, -1]


def drops(found, pair):
    return difference(found["baseline"], found[setting(pair)])


def gains(found, unequal, equal):
    return difference(found[setting(unequal)], found[setting(equal)])


def compared(found, way):
    """The (unequal, equal) pairs of a way that were trained."""
    return [pair for pair in WAYS[way] if all(setting(each) in found for each in pair)]


def growths(found, pair):
    """Pulses up to each epoch, in those of (1,1): (seeds of both, epochs)."""
    one, other = found[setting(pair)].pulses, found["gamma (1,1)"].pulses
    seeds = min(len(one), len(other))
    return one[:seeds, 1:].cumsum(axis=1) / other[:seeds, 1:].cumsum(axis=1)


@dataclass(frozen=True)
class Course:
    """A claim over the epochs of a reading."""

    measured: str
    holds: np.ndarray  # bool, (epochs,), from epoch 1

    @property
    def verdict(self):
        """Reproduced if it holds in the last epoch, partly if in any."""
        return verdict(self.holds[-1], self.holds.any())


def equal_gamma(found):
    """Claim 2: (1,1) within about 2 points of the baseline."""
    holds = drops(found, (1, 1)).mean(axis=0) <= DROP
    parts = [
        f"{setting((g, g))[6:]} "
        + ", ".join(f"{told(drops(found, (g, g))[:, e - 1])} at {e}" for e in shown(found))
        for g in (1, 2, 3, 5)
        if setting((g, g)) in found
    ]
    return Course(f"points below, by epoch: {'; '.join(parts)}. Holds {epochs(holds)}", holds)


def unequal_gamma(found, read=tuple(WAYS)):
    """Claim 4: about 1 point better. Of the ways that are `read`, it holds in an epoch if it does
    in any, in the last epoch if it does in all."""
    holds, parts = [], []
    for way in read:
        pairs = compared(found, way)
        if pairs:
            means = np.array([gains(found, *pair).mean(axis=0) for pair in pairs])
            best = pairs[int(means.max(axis=1).argmax())]
            holds.append(means.max(axis=0) >= GAIN)
            by_epoch = ", ".join(
                f"{told_interval(gains(found, *best)[:, epoch - 1], '+')} at {epoch}"
                for epoch in shown(found)
            )
            parts.append(
                f"over {way}: most {setting(best[0])[6:]} over {setting(best[1])[6:]}, {by_epoch}; "
                f"half a point {epochs(holds[-1])}"
            )
    in_all = np.all(holds, axis=0)
    return Course(
        "points gained, by epoch, " + ". ".join(parts),
        np.append(np.any(holds, axis=0)[:-1], in_all[-1]),
    )


def settling(found):
    """Claim 5: pulses per epoch fall, and settle after about 10 epochs: from then on all are within
    a quarter of their mean. It holds from the epoch in which they have settled."""
    pulses = found["gamma (1,1)"].pulses[:, 1:]
    mean, last = pulses.mean(axis=0), pulses.shape[1]
    half = min(10, max(1, last // 2))
    fall = pulses[:, half - 1] / pulses[:, 0]
    within = [np.abs(mean[k:] / mean[k:].mean() - 1).max() for k in range(last)]
    settled = fall.mean() < FALL and within[half - 1] <= SETTLED
    since = next((k for k in range(last) if within[k] <= SETTLED), last)
    holds = np.arange(last) >= since if settled else np.zeros(last, bool)
    return Course(
        f"(1,1): epoch {half} over 1 {told(fall)}; from epoch {half} to {last} within "
        f"{100 * within[half - 1]:.0f} % of their mean; settled {epochs(holds)}",
        holds,
    )


def more_pulses(found):
    """Claim 6: 2 and 2.85 times the pulses of (1,1) for (3,1) and (5,1)."""
    holds = np.all(
        [
            np.abs(growths(found, pair).mean(axis=0) / wanted - 1) <= GROWTH
            for pair, wanted in PULSES.items()
        ],
        axis=0,
    )
    others = [name for name in found if name not in ("baseline", "gamma (1,1)")]
    ratios = [f"{name[6:]} {told(growths(found, gammas(name))[:, -1])}" for name in others]
    return Course(
        f"over all epochs {', '.join(ratios)} times. Holds {epochs(holds)}",
        holds,
    )


def close_to_baseline(found):
    """Claim 7: the best gamma within 1 to 2 points of the baseline."""
    names = [name for name in found if name != "baseline"]
    below = {name: difference(found["baseline"], found[name]) for name in names}
    holds = np.min([each.mean(axis=0) for each in below.values()], axis=0) <= NEAR
    best = min(names, key=lambda name: below[name][:, -1].mean())
    return Course(
        f"best, {best}: {told(below[best][:, -1])} points below. Holds {epochs(holds)}", holds
    )


COURSES = {
    2: equal_gamma,
    4: unequal_gamma,
    5: settling,
    6: more_pulses,
    7: close_to_baseline,
}


def together(found):
    """Epochs in which the claims 2, 4, 5 and 6 all hold, as text."""
    return epochs(np.all([COURSES[k](found).holds for k in (2, 4, 5, 6)], axis=0))
