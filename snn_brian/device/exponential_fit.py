"""Least squares for the exponential law (Eq. 8), weighted by the noise that is seen, and an honest
covariance."""

import numpy as np
from scipy.optimize import least_squares, nnls

from snn_brian.physics import Numbers

LEAST_COVERED = 1 / 3  # of the way to its end that a ramp must go: with less, the end is anywhere
LARGEST_ALPHA = 10.0  # per pulse: the first pulse does all
LEAST_WEIGHT = 400  # of variances: no point counts more often than another


def law(n: Numbers, end: Numbers, alpha: Numbers, beta: Numbers, sign: int) -> Numbers:
    """end - sign*beta*exp(-alpha n): a ramp after n pulses (Eq. 8).

    Parameters
    ----------
    n : float or array
    end, alpha, beta : float or array
        G_max, alpha_P, beta_P, or G_min, alpha_D, beta_D.
    sign : int
        1 for potentiation, -1 for depression.
    """
    return end - sign * beta * np.exp(-alpha * n)


def best_of_rates(
    n: np.ndarray, G: np.ndarray, rates: np.ndarray
) -> tuple[float, float, float, float]:
    """The best a + b*exp(-rate n) of all rates: (squared error, a, rate, b).

    Parameters
    ----------
    n, G : arrays of one shape
    rates : array
    """
    basis = np.exp(-np.outer(rates, n))
    centred, y = basis - basis.mean(axis=1, keepdims=True), G - G.mean()
    power = (centred**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        b = np.where(power > 0, centred @ y / power, 0)
    errors = ((y - b[:, None] * centred) ** 2).sum(axis=1)
    best = np.argmin(errors)
    return errors[best], G.mean() - b[best] * basis[best].mean(), rates[best], b[best]


def best_curve(n: np.ndarray, G: np.ndarray) -> tuple[float, float, float, float]:
    """As `best_of_rates`, of all rates that a ramp of these pulses may have, to 1 in 1000."""
    rates = np.geomspace(0.3 / len(n), 3, 50)
    for _ in range(2):
        found = best_of_rates(n, G, rates)
        step = rates[1] / rates[0]
        rates = np.geomspace(found[2] / step, found[2] * step, 25)
    return best_of_rates(n, G, rates)


def fitted(
    n: np.ndarray, G: np.ndarray, ramp: np.ndarray, N: int, sign: int, end: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """(values, covariance) of (end, alpha, beta).

    Parameters
    ----------
    n, G, ramp : arrays of shape (points,)
        Pulses before each state, the state, and the number of its ramp.
    N : int
        Pulses of the longest ramp.
    sign : int
        1 for potentiation, -1 for depression.
    end : float or None
        Where the end is fixed; its variance is then 0.

    Notes
    -----
    Weights come from the variance a + b*G**2 that the residuals of an unweighted fit have. The
    covariance is a sandwich over pulses, with neighbouring pulses and all ramps in one, so that
    what ramps and neighbours have in common (levels, a law that misses a little) counts; where
    ramps differ by more than that, it is one over ramps.
    """
    low, span = G.min(), np.ptp(G)
    x, y = n / N, (G - low) / span
    fixed = None if end is None else (end - low) / span
    lowest = -low / span
    values = _start(x, y, N, sign, fixed, lowest)
    weights = np.ones_like(y)
    for _ in range(3):
        values = _solved(x, y, weights, values, N, sign, fixed, lowest)
        new = _weights(law(x, *values, sign) - lowest, y - law(x, *values, sign))
        if np.allclose(new, weights, rtol=0.02):
            break
        weights = new
    covariance = _covariance(x, y, weights, ramp, values, sign, fixed)
    scale = np.array([span, 1 / N, span])
    return values * scale + [low, 0, 0], covariance * np.outer(scale, scale)


def _rates(N):
    return np.array([-np.log1p(-LEAST_COVERED), LARGEST_ALPHA * N])


def _start(x, y, N, sign, fixed, lowest):
    rates = np.geomspace(*_rates(N), 60)
    if fixed is None:
        _, end, rate, b = best_of_rates(x, y, rates)
        return np.array([max(end, lowest), rate, max(-sign * b, 1e-6)])
    basis = np.exp(-np.outer(rates, x))
    betas = np.maximum(sign * (fixed - y) @ basis.T / (basis**2).sum(axis=1), 1e-6)
    errors = ((law(x, fixed, rates[:, None], betas[:, None], sign) - y) ** 2).sum(axis=1)
    best = np.argmin(errors)
    return np.array([fixed, rates[best], betas[best]])


def _solved(x, y, weights, start, N, sign, fixed, lowest):
    free = slice(0 if fixed is None else 1, 3)
    bounds = np.array([(lowest, np.inf), _rates(N), (0, np.inf)]).T[:, free]
    root = np.sqrt(weights)
    complete = (lambda p: p) if fixed is None else (lambda p: np.array([fixed, *p]))
    found = least_squares(
        lambda p: root * (law(x, *complete(p), sign) - y),
        np.clip(start[free], bounds[0] + 1e-9, bounds[1] * (1 - 1e-9)),
        lambda p: (root * _slopes(x, complete(p), sign)[free]).T,
        bounds=bounds,
        max_nfev=2000,
        xtol=1e-10,
        ftol=1e-12,
        gtol=1e-12,
    )
    return complete(found.x)


def _slopes(x, values, sign):
    """Derivatives of the law by (end, alpha, beta), shape (3, points)."""
    fall = np.exp(-values[1] * x)
    return np.stack([np.ones_like(x), sign * values[2] * x * fall, -sign * fall])


def _weights(level, residuals):
    """1 over the variance a + b*level**2 of the noise, the largest being 1."""
    variance = _variance(level, residuals**2, level)
    return variance.min() / variance if variance.max() > 0 else np.ones_like(level)


def _variance(level, squares, where):
    """a + b*level**2, fitted to squares of which these are the expectations, at other levels."""
    basis = np.stack([np.ones_like(level), level**2], axis=1)
    variance = np.full_like(level, np.mean(squares))
    a = b = 0.0
    for _ in range(3):
        if not variance.max() > 0:
            break
        (a, b), _ = nnls(basis / variance[:, None], squares / variance)
        variance = basis @ [a, b]
        variance = np.maximum(variance, variance.max() / LEAST_WEIGHT)
    found = a + b * where**2
    return np.maximum(found, np.nanmax(found) / LEAST_WEIGHT)


def _covariance(x, y, weights, ramp, values, sign, fixed):
    free = slice(0 if fixed is None else 1, 3)
    slopes = _slopes(x, values, sign)[free]
    residuals = y - law(x, *values, sign)
    root = np.sqrt(weights)
    try:
        inverse = np.linalg.inv((slopes * weights) @ slopes.T)
    except np.linalg.LinAlgError:
        return np.full((3, 3), np.nan)
    leverage = np.einsum("ip,ij,jp->p", slopes * root, inverse, slopes * root)
    scores = slopes * weights * residuals / np.sqrt(np.maximum(1 - leverage, 0.05))
    pulses = np.unique(x, return_inverse=True)[1]
    by_pulse = np.stack([np.bincount(pulses, row) for row in scores])
    middle = _long_run(by_pulse)
    independent = scores @ scores.T
    by_ramp = np.stack([np.bincount(ramp, row) for row in scores])[:, np.unique(ramp)]
    if _differs(by_ramp, independent):
        count = by_ramp.shape[1]
        middle = by_ramp @ by_ramp.T * count / (count - 1)
    elif np.trace(inverse @ middle) < np.trace(inverse @ independent):
        middle = independent
    found = np.zeros((3, 3))
    middle = middle + _of_rounding(x, y, weights, values, sign, slopes)
    found[free, free] = _larger(
        inverse @ middle @ inverse,
        inverse * np.sum(weights * residuals**2) / max(len(y) - len(slopes), 1),
    )
    return found


def _larger(one, other):
    """The first covariance, with every variance at least that of the other: few points of a steep
    part tell their own noise too badly."""
    variances = np.diag(one)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(variances > 0, np.diag(other) / variances, 1)
    grown = np.sqrt(np.maximum(ratio, 1))
    return one * np.outer(grown, grown)


def noise_variance(G: np.ndarray) -> np.ndarray:
    """The variance of the noise of every state, from the second differences of ramps: a curve that
    is smooth hardly has any, whatever its law.

    Parameters
    ----------
    G : array of shape (pulses, ramps)
    """
    if len(G) < 3:
        return np.zeros_like(G)
    squares = np.diff(G, 2, axis=0) ** 2 / 6
    level = (G[:-2] + G[1:-1] + G[2:]) / 3
    finite = np.isfinite(squares)
    if not finite.any() or not squares[finite].max() > 0:
        return np.zeros_like(G)
    size = level[finite].max()
    return _variance(level[finite] / size, squares[finite], G / size)


def rounding(G: np.ndarray) -> float:
    """The step to which readings are rounded: the least gap between different ones where most of
    them occur again and again, or else 0."""
    levels = np.unique(np.round(G / (1e-9 * np.ptp(G))))
    return float(np.diff(levels).min() * 1e-9 * np.ptp(G)) if len(levels) < len(G) / 2 else 0.0


def _of_rounding(x, y, weights, values, sign, slopes):
    """What rounding adds to the middle of the sandwich: errors of variance step**2/12, which points
    on the same step share unless noise dithers them (Widrow and Kollar 2008)."""
    step = rounding(y)
    if not step:
        return 0.0
    curve = law(x, *values, sign)
    pulses, first, index = np.unique(x, return_index=True, return_inverse=True)
    variance = np.mean(weights * (y - curve) ** 2) / weights[first]
    dithered = np.exp(-(np.pi**2) * np.maximum(variance / step**2 - 1 / 12, 0))
    sums = np.stack([np.bincount(index, row * weights) for row in slopes]) * dithered
    level = curve[first]
    shared = np.maximum(1 - abs(level[:, None] - level) / step, 0)
    return step**2 / 12 * sums @ shared @ sums.T


def _differs(by_ramp, independent):
    """Whether ramps differ by more than points that are independent make them, for at least 5."""
    size, count = by_ramp.shape
    if count < 5 or np.linalg.cond(independent) > 1e12:
        return False
    ratio = np.trace(np.linalg.solve(independent, by_ramp @ by_ramp.T)) / size
    return ratio > 1 + 3.5 * np.sqrt(2 / (size * (count - 1)))


def _long_run(scores):
    """Sum over pulses of the products of scores, with those of neighbouring pulses (Newey and West
    1987)."""
    count = scores.shape[1]
    lags = int(1.3 * count ** (1 / 3)) if count >= 20 else 0
    total = scores @ scores.T
    for lag in range(1, lags + 1):
        product = scores[:, lag:] @ scores[:, :-lag].T
        total = total + (1 - lag / (lags + 1)) * (product + product.T)
    return total * count / max(count - 3, 1)
