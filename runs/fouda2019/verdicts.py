"""How a claim is told: figures over seeds, epochs in which it holds, a verdict."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import t

PARTLY = {True: "reproduced", None: "partly", False: "not reproduced"}
CLAIMS = {
    1: "without stochastic rounding the network fails to learn; with it, it reaches its accuracy "
    "at K = 1/20, N = 100",
    2: "equal gamma: within about 2 points of the baseline",
    3: "gamma 3 or 5 times higher speeds training up by the same ratio",
    4: "unequal gamma gains about 1 point over equal",
    5: "pulses per epoch fall and settle after about 10 epochs",
    6: "pulses grow 2 and 2.85 times for gamma_P + gamma_D = 4 and 6",
    7: "the proposed method is within 1 to 2 points of the baseline",
    8: "PANL = 0.32, DANL = 0.45, ANL = 0.77 for TiOx",
}


@dataclass(frozen=True)
class Claim:
    number: int
    measured: str
    verdict: str
    why: str  # and the bound

    @property
    def claim(self):
        return CLAIMS[self.number]


def verdict(holds, nearly=False):
    return PARTLY[True if holds else None if nearly else False]


def told(values, unit=""):
    """Mean and standard deviation over seeds; NaN stands for what never happened."""
    values = np.asarray(values, float)
    if np.isnan(values).any():
        return f"never for {np.isnan(values).sum()} of {len(values)} seeds"
    spread = f" +- {values.std(ddof=1):.2f}" if len(values) > 1 else ""
    return f"{values.mean():.2f}{spread}{unit}"


def interval(values):
    """Mean over seeds, and the least and the greatest of its 95 % interval (Student's t; infinite
    for one seed)."""
    values = np.asarray(values, float)
    n, mean = len(values), values.mean()
    half = t.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n) if n > 1 else np.inf
    return mean, mean - half, mean + half


def told_interval(values, sign=""):
    """`interval` as text, e.g. 1.20 (0.90 to 1.50)."""
    mean, least, most = interval(values)
    within = f"{least:{sign}.2f} to {most:{sign}.2f}" if np.isfinite(most) else "one seed"
    return f"{mean:{sign}.2f} ({within})"


def epochs(holds):
    """Of a claim that does or does not hold at each epoch: those in which it does, as text.

    Parameters
    ----------
    holds : sequence of bool
        From epoch 1.
    """
    holds = np.asarray(holds, bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], holds, [0]])))
    spans = list(zip(edges[::2] + 1, edges[1::2]))  # first and last epoch of each
    if not spans:
        return "in no epoch"
    if spans == [(1, len(holds))]:
        return "in all epochs"
    if len(spans) > 3:
        return f"in {holds.sum()} of {len(holds)} epochs from {spans[0][0]} to {spans[-1][1]}"
    return ", ".join(
        f"from epoch {first} on"
        if last == len(holds)
        else f"in epoch {first}"
        if first == last
        else f"in epochs {first} to {last}"
        for first, last in spans
    )
