"""From measured ramps to the parameters of the exponential law (Eq. 8), and whether it describes
them.

Each direction is fitted by itself to all its ramps at once: potentiation gives G_max, alpha_P,
beta_P, depression G_min, alpha_D, beta_D. So the declared device has one range, from the level that
depression heads for to the one that potentiation heads for, and by the state form (10) it follows
each curve exactly from where that curve begins. Both ends may lie beyond what was measured, where
ramps do not saturate.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import curve_fit
from scipy.special import stdtrit

from snn_brian.base.errors import UserError
from snn_brian.physics import Numbers, nonlinearity

DIRECTIONS = {
    "potentiation": ("G_max", "alpha_P", "beta_P"),
    "depression": ("G_min", "alpha_D", "beta_D"),
}
LEAST_COVERED = 1 / 3  # of the way to its end that a ramp must go: with less, the end is anywhere
LARGEST_ALPHA = 10.0  # per pulse: the first pulse does all
LARGEST_DEVIATION = 0.05  # of the range covered, of the average over a tenth of the pulses
DRAWS = 4000  # for the confidence intervals of PANL, DANL and ANL


@dataclass(frozen=True)
class Direction:
    """The fit of one direction; values are (end, alpha, beta), the end being G_max or G_min; S and
    per pulse."""

    sign: int  # 1 for potentiation, -1 for depression
    N: int  # pulses of the longest ramp
    values: np.ndarray
    covariance: np.ndarray
    points: int
    ramps: np.ndarray  # (ramps, 3): values of every ramp fitted by itself
    # largest mean residual of a tenth of the pulses, as a share of the way from first to last pulse
    deviation: float

    def curve(self, n: Numbers) -> Numbers:
        """The fitted conductance after n pulses, in siemens (Eq. 8)."""
        return _law(n, *self.values, self.sign)

    @property
    def covered(self) -> float:
        """The share of the way from the first state to the end that N pulses go."""
        return -np.expm1(-self.values[1] * self.N)

    @property
    def problem(self) -> str | None:
        """Why the exponential law does not describe the ramps, or None."""
        if self.covered < LEAST_COVERED * 1.001:
            return "the ramps do not level off, or bend the other way"
        if self.deviation > LARGEST_DEVIATION:
            return (
                f"the ramps leave the curve by up to {self.deviation:.1%} of the way they go, on "
                "average over a tenth "
                f"of the pulses; at most {LARGEST_DEVIATION:.0%} would be a fit"
            )
        return None

    def intervals(self) -> np.ndarray:
        """95 % confidence intervals of the values, shape (3, 2), as if errors of all points were
        independent.

        Where ramps differ from each other, the truth is wider; the spread of `ramps` tells.
        """
        half = stdtrit(self.points - 3, 0.975) * np.sqrt(np.diag(self.covariance))
        return np.stack([self.values - half, self.values + half], axis=1)


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
        with np.errstate(
            over="ignore", invalid="ignore"
        ):  # a draw of a hopeless fit may be beyond all bounds
            draws = _measures(
                directions, {name: _draws(direction).T for name, direction in directions.items()}
            )
            intervals |= {
                name: np.nanpercentile(drawn, [2.5, 97.5]).tolist() for name, drawn in draws.items()
            }
        finite = {
            name: pair if np.all(np.isfinite(pair)) else None for name, pair in intervals.items()
        }
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
                    "fits": direction.problem is None,
                    "problem": direction.problem,
                }
                for name, direction in directions.items()
            },
        }


def fit(potentiation: np.ndarray, depression: np.ndarray) -> DeviceFit:
    """Fit the exponential law to measured ramps.

    Parameters
    ----------
    potentiation, depression : arrays of shape (pulses, ramps)
        Conductance in siemens after 0, 1, ... pulses; NaN after the end of a ramp.

    Returns
    -------
    DeviceFit

    Raises
    ------
    UserError
        If the two directions leave no range between G_min and G_max.
    """
    found = DeviceFit(_direction(potentiation, 1), _direction(depression, -1))
    G_max, G_min = found.potentiation.values[0], found.depression.values[0]
    if G_min >= G_max:
        raise UserError(
            f"Potentiation heads for G_max={G_max:g} S, below G_min={G_min:g} S of depression; "
            "give two files "
            "of the same device and in the same unit."
        )
    return found


def _direction(G, sign):
    N = len(G) - 1
    n, ramp = np.nonzero(np.isfinite(G))
    points = G[n, ramp]
    values, covariance = _curve(n, points, N, sign)
    residuals = points - _law(n, *values, sign)
    tenths = [
        residuals[np.isin(n, part)] for part in np.array_split(np.arange(N + 1), min(10, N + 1))
    ]
    way = values[2] * -np.expm1(-values[1] * N)
    ramps = np.array(
        [_curve(n[ramp == k], points[ramp == k], N, sign)[0] for k in range(G.shape[1])]
    )
    return Direction(
        sign,
        N,
        values,
        covariance,
        len(points),
        ramps,
        float(max(abs(tenth.mean()) for tenth in tenths) / way),
    )


def _curve(n, G, N, sign):
    """Least squares for (end, alpha, beta) and their covariance, in units that make all of them of
    order 1."""
    low, span = G.min(), np.ptp(G)
    x, y = n / N, (G - low) / span
    rates = np.geomspace(-np.log1p(-LEAST_COVERED), LARGEST_ALPHA * N, 60)
    start = min((_given_rate(x, y, rate, sign) for rate in rates), key=lambda tried: tried[0])[1:]
    bounds = np.array([(-low / span, np.inf), rates[[0, -1]], (0, np.inf)]).T
    values, covariance = curve_fit(
        lambda x, *values: _law(x, *values, sign),
        x,
        y,
        max_nfev=10_000,
        bounds=bounds,
        p0=np.clip(start, bounds[0] + 1e-6, bounds[1] * (1 - 1e-6)),
    )
    scale = np.array([span, 1 / N, span])
    return values * scale + [low, 0, 0], covariance * np.outer(scale, scale)


def _given_rate(x, y, rate, sign):
    """(squared error, end, rate, beta) of the best curve with this rate, which is linear in the
    other two."""
    basis = np.stack([np.ones_like(x), -sign * np.exp(-rate * x)], axis=1)
    (end, beta), *_ = np.linalg.lstsq(basis, y, rcond=None)
    return np.sum((basis @ [end, beta] - y) ** 2), end, rate, beta


def _law(n, end, alpha, beta, sign):
    return end - sign * beta * np.exp(-alpha * n)


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
