"""From measured ramps to the parameters of the exponential law (Eq. 8), and whether it describes
them.

Each direction is fitted by itself to all its ramps at once: potentiation gives G_max, alpha_P,
beta_P, depression G_min, alpha_D, beta_D. So the declared device has one range, from the level that
depression heads for to the one that potentiation heads for, and by the state form (10) it follows
each curve exactly from where that curve begins. Both ends may lie beyond what was measured, where
ramps do not saturate; an end that the ramps do not hold (`ends`) is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.device import ends
from snn_brian.device.direction import Direction
from snn_brian.device.exponential_fit import fitted, law, noise_variance, rounding
from snn_brian.physics import nonlinearity

DIRECTIONS = {
    "potentiation": ("G_max", "alpha_P", "beta_P"),
    "depression": ("G_min", "alpha_D", "beta_D"),
}
LARGEST_DEVIATION = 0.05  # of the range covered, of the average over a tenth of the pulses
LARGEST_OF_ONE = 0.1  # the same of one ramp, from its own curve
FEWEST_LEVELS = 6  # to which readings are rounded, on the way of a ramp
SIGMAS = 3.5  # by which an average must be off before noise does not account for it
DRAWS = 4000  # for the confidence intervals of PANL, DANL and ANL


@dataclass(frozen=True)
class DeviceFit:
    """Both directions of a device, and what follows from them together."""

    potentiation: Direction
    depression: Direction

    def report(self) -> dict[str, object]:
        """The content of `fit.json`: values in SI units, confidence intervals, spread over ramps,
        verdicts."""
        directions = {name: getattr(self, name) for name in DIRECTIONS}
        values, intervals, spread = {}, {}, {}
        for name, direction in directions.items():
            values |= dict(zip(DIRECTIONS[name], direction.values.tolist()))
            intervals |= dict(zip(DIRECTIONS[name], direction.intervals().tolist()))
            several = len(direction.ramps) > 1
            deviations = direction.ramps.std(axis=0, ddof=1).tolist() if several else [None] * 3
            spread |= dict(zip(DIRECTIONS[name], deviations))
        measures = _measures(
            directions, {name: direction.values for name, direction in directions.items()}
        )
        # a draw of a hopeless fit may be beyond all bounds
        with np.errstate(over="ignore", invalid="ignore"):
            draws = _measures(
                directions, {name: _draws(direction).T for name, direction in directions.items()}
            )
            intervals |= {
                name: np.nanpercentile(drawn, [2.5, 97.5]).tolist() for name, drawn in draws.items()
            }
        finite = {
            name: pair if np.all(np.isfinite(pair)) else None for name, pair in intervals.items()
        }
        for name, direction in directions.items():
            if direction.end_fixed:
                finite[DIRECTIONS[name][0]] = spread[DIRECTIONS[name][0]] = None
        return {
            **values,
            **{name: float(value) for name, value in measures.items()},
            "confidence_intervals_95": finite,
            "spread_over_ramps": spread,
            "directions": {
                name: {
                    "ramps": len(direction.ramps),
                    "pulses": direction.N,
                    "share_of_range_covered": float(direction.covered),
                    "deviation": direction.deviation,
                    "end_fixed": direction.end_fixed,
                    "fits": direction.problem is None,
                    "problem": direction.problem,
                }
                for name, direction in directions.items()
            },
        }


def fit(
    potentiation: np.ndarray,
    depression: np.ndarray,
    fix_ends: bool = False,
    names: Mapping[str, str] | None = None,
    places: Mapping[str, Sequence[str]] | None = None,
) -> DeviceFit:
    """Fit the exponential law to measured ramps.

    Parameters
    ----------
    potentiation, depression : arrays of shape (pulses, ramps)
        Conductance in siemens after 0, 1, ... pulses; NaN where a reading is missing and after the
        end of a ramp.
    fix_ends : bool
        Whether an end of the range that the ramps do not hold is fixed at the largest or least
        state seen, the median of the ramps.
    names : mapping of str to str, optional
        What an error calls each direction, its file.
    places : mapping of str to sequences of str, optional
        What a problem calls each ramp, its column.

    Returns
    -------
    DeviceFit

    Raises
    ------
    UserError
        If the ramps do not hold an end of the range, unless `fix_ends`, or if the two directions
        leave no range between G_min and G_max.
    """
    measured, found = dict(potentiation=potentiation, depression=depression), {}
    medians = [_medians(G) for G in measured.values()]
    seen = dict(potentiation=max(map(np.max, medians)), depression=min(map(np.min, medians)))
    for (name, G), sign in zip(measured.items(), (1, -1)):
        labels = _labels(places, name, G)
        found[name] = _direction(G, sign, labels)
        problem = ends.problem(found[name])
        end, kind = DIRECTIONS[name][0], "largest" if sign > 0 else "least"
        if problem and not fix_ends:
            raise UserError(
                f"{(names or {}).get(name, name)}: no ramp shows where it ends, {end}: {problem}; "
                f"measure more pulses, or fix it at the {kind} state seen, {seen[name]:.4g} S, "
                "by --fix-ends."
            )
        if problem:
            found[name] = _direction(G, sign, labels, seen[name])
    found = DeviceFit(**found)
    G_max, G_min = found.potentiation.values[0], found.depression.values[0]
    if G_min >= G_max:
        raise UserError(
            f"Potentiation heads for G_max={G_max:g} S, below G_min={G_min:g} S of depression; "
            "give two files of the same device and in the same unit."
        )
    return found


def shapes(
    potentiation: np.ndarray,
    depression: np.ndarray,
    places: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Direction]:
    """Both directions fitted by themselves, with whatever end they give, as `fit` does first."""
    found = {}
    for name, G, sign in (("potentiation", potentiation, 1), ("depression", depression, -1)):
        found[name] = _direction(G, sign, _labels(places, name, G))
    return found


def _labels(places, name, G):
    return (places or {}).get(name) or [f"ramp {k + 1}" for k in range(G.shape[1])]


def _medians(G):
    """Of all ramps after each pulse that any of them has."""
    return np.nanmedian(G[np.isfinite(G).any(axis=1)], axis=1)


def _direction(G, sign, places, end=None):
    N = int(np.flatnonzero(np.isfinite(G).any(axis=1))[-1])
    n, ramp = np.nonzero(np.isfinite(G))
    points = G[n, ramp]
    values, covariance = fitted(n, points, ramp, N, sign, end)
    way = values[2] * -np.expm1(-values[1] * N)
    residuals = points - law(n, *values, sign)
    variance = noise_variance(G)[n, ramp]
    deviation, significant = misfit(n, residuals, N, way, variance)
    odd = None
    if significant > LARGEST_DEVIATION:
        odd = f"the ramps leave the curve by up to {share(deviation, LARGEST_DEVIATION)}"
    if not odd and (step := rounding(points)) * FEWEST_LEVELS > way:
        odd = f"the ramps have steps of {step:.3g} S, {way / step:.1f} on the way they go"
    pooled, ramps, worst = odd, [], LARGEST_OF_ONE
    for k in range(G.shape[1]):
        own = ramp == k
        alone = fitted(n[own], points[own], ramp[own], N, sign, end)[0]
        ramps.append(alone)
        rest = points[own] - law(n[own], *alone, sign)
        off, sure = misfit(n[own], rest, N, way, variance[own])
        if sure > worst and not pooled:
            worst, odd = (
                sure,
                f"{places[k]} leaves its own curve by up to {share(off, LARGEST_OF_ONE)}",
            )
    return Direction(
        sign, N, values, covariance, len(points), np.array(ramps), deviation, end is not None, odd
    )


def misfit(
    n: np.ndarray, residuals: np.ndarray, N: int, way: float, variance: np.ndarray
) -> tuple[float, float]:
    """How far a curve misses ramps: the largest mean of the residuals of a tenth of the pulses, as
    a share of the way, and the same where noise does not account for it, 0 where it always does.

    Parameters
    ----------
    n, residuals, variance : arrays of shape (points,)
        Pulses before each state, what the curve misses of it, and the variance of its noise.
    N : int
        Pulses of the longest ramp.
    way : float
        That the curve goes, in the unit of the residuals.
    """
    largest, sure = 0.0, 0.0
    for part in np.array_split(np.arange(N + 1), min(10, N + 1)):
        tenth = (n >= part[0]) & (n <= part[-1])
        if not tenth.any():
            continue
        mean = abs(residuals[tenth].mean())
        largest = max(largest, mean)
        if mean > SIGMAS * np.sqrt(variance[tenth].mean() / tenth.sum()):
            sure = max(sure, mean)
    way = max(way, np.finfo(float).tiny)
    return float(largest / way), float(sure / way)


def share(value: float, most: float) -> str:
    """A share of the way in words that mean something, with the most that would be a fit."""
    if value > 1:
        return "more than the way that they go"
    return (
        f"{value:.1%} of the way they go, on average over a tenth of the pulses; at most "
        f"{most:.0%} would be a fit"
    )


def _draws(direction):
    """Values as they may be by the fit's covariance, shape (DRAWS, 3); the same ones at every
    call."""
    deviations = np.sqrt(np.diag(direction.covariance))
    if not np.all(np.isfinite(deviations)):
        return np.full((DRAWS, 3), np.nan)
    scale = np.where(deviations > 0, deviations, 1)
    correlation = direction.covariance / np.outer(scale, scale)
    drawn = np.random.default_rng(0 if direction.sign > 0 else 1).multivariate_normal(
        np.zeros(3), correlation, DRAWS
    )
    return direction.values + deviations * drawn


def _measures(directions, values):
    """PANL, DANL and ANL (Eq. 9), each direction with its own number of pulses."""
    G_max, G_min = values["potentiation"][0], values["depression"][0]
    PANL, DANL = (
        nonlinearity(directions[name].N, *values[name][1:], G_max, G_min) for name in DIRECTIONS
    )
    return {"PANL": PANL, "DANL": DANL, "ANL": PANL + DANL}
