"""Claim 3: how many times sooner each gamma reaches an accuracy than (1,1), and how many times the
law (10) lets it."""

from dataclasses import dataclass

import numpy as np
from fouda2019.networks import setting
from fouda2019.verdicts import interval, told_interval, verdict

from snn_brian import physics
from snn_brian.check.loading import load

BARS = (80, 85, 90, 92)  # % of the last layer
EQUAL = {(3, 3): 3, (5, 5): 5}  # gamma and the ratio of which the paper speaks
CLOSE = 0.2  # bound: relative distance from that ratio


def worth(pulses, of="depression"):
    """How many times as far as one pulse this number moves TiOx, from any state (Eq. 10)."""
    alphas = load("device", "TiOx").parameters
    if of == "depression":
        moved = [1 - physics.depressed(1, n, 0, alphas["alpha_D"]) for n in (pulses, 1)]
    else:
        moved = [physics.potentiated(0, n, 1, alphas["alpha_P"]) for n in (pulses, 1)]
    return moved[0] / moved[1]


@dataclass(frozen=True)
class Speed:
    """How soon a gamma reaches an accuracy."""

    epochs: np.ndarray  # (seeds,), NaN where never
    ratio: np.ndarray  # those of (1,1) over these, for the seeds of both
    # Where it is there within the first epoch, one can only tell that its ratio is at least this.
    at_least: bool

    def told(self):
        """`ratio` as text."""
        if np.isnan(self.ratio).any():
            return "not reached"
        return f"{'at least ' if self.at_least else ''}{told_interval(self.ratio)}"

    def told_epochs(self):
        """`epochs` as text."""
        if np.isnan(self.epochs).any():
            return "not reached"
        return "within the first" if self.at_least else told_interval(self.epochs)


def speed(found, gammas, bar):
    """The `Speed` of a gamma; in the first epoch nothing is tested, so that an accuracy reached
    there counts as reached at its end."""
    own, one = (np.maximum(found[setting(each)].reaching(bar), 1.0) for each in (gammas, (1, 1)))
    seeds = min(len(own), len(one))
    return Speed(own, one[:seeds] / own[:seeds], bool(np.any(own == 1.0)))


def holds(found, gammas, bar):
    """Whether the mean ratio is within the bound of the paper's."""
    mean, *_ = interval(speed(found, gammas, bar).ratio)
    return bool(abs(mean / EQUAL[gammas] - 1) <= CLOSE)


def measured(found):
    """Of claim 3: the ratios of equal gamma, and where between none and all of what the law allows
    they lie; and the verdict."""
    parts, checks = [], []
    for gammas in EQUAL:
        if setting(gammas) not in found:
            continue
        allowed, cells = worth(gammas[1]), []
        for bar in BARS:
            found_ = speed(found, gammas, bar)
            if not np.isnan(found_.ratio).any():
                share = (found_.ratio.mean() - 1) / (allowed - 1)
                cells.append(f"to {bar} % {found_.told()}, a share of {100 * share:.0f} %")
                checks.append(holds(found, gammas, bar))
        parts.append(
            f"({gammas[0]},{gammas[1]}), where (10) allows {allowed:.2f}: "
            + ("; ".join(cells) or "reaches none")
        )
    return "times sooner than (1,1), and of what (10) allows beyond once: " + ". ".join(
        parts
    ), verdict(bool(checks) and all(checks), any(checks))
