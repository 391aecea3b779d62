"""One direction of measured ramps as a curve along which a device moves by a table, z -> z + f(z)
at each pulse.

z is the place of a device in the range in the direction of the pulses, and f is linear from one
place of the table to the next. f is fitted to all ramps at once, each from a state of its own, so
that noise of the readings does not pass for a change: differences of noisy states against noisy
states would (regression dilution).
"""

from functools import cached_property

import numpy as np
from scipy.optimize import least_squares

from snn_brian.device.exponential_fit import noise_variance
from snn_brian.device.fit import misfit

SIZES = (3, 5, 9, 17)  # of a table: the least that does
GOOD = 0.01  # of the way, a misfit of which no larger table is tried
# weights of the differences of log f, for where no ramp goes it is as at the next place, and of the
# second differences of f in units of the largest step, for where ramps hurry through it is straight
STEADY, SMOOTH = 0.001, 0.02
LEAST = 1e-6  # of f, which is 1 at most
LOG_BOUNDS = (np.log(LEAST), 0.0)
FEWEST_STATES = 8  # that tell the spread at a place
AHEAD = 3  # times the pulses of the longest ramp: so far the curve goes for ramps that are faster


class Curve:
    """The curve of one direction, fitted in a range from `low` to `high`.

    Parameters
    ----------
    G : array of shape (pulses, ramps)
        Siemens; NaN where a reading is missing and after the end of a ramp.
    sign : int
        1 for potentiation, -1 for depression.
    low, high : float
        Siemens.

    Attributes
    ----------
    f : array
        The table, at `places` of the range; shares of the range.
    z, course : arrays of shape (pulses, ramps)
        Places of the readings, and of the curve of each ramp.
    deviation, sure : float
        As `snn_brian.device.fit.misfit` gives them.
    """

    def __init__(self, G: np.ndarray, sign: int, low: float, high: float):
        self.pulses = int(np.flatnonzero(np.isfinite(G).any(axis=1))[-1])
        self.G, self.sign, self.low, self.high = G[: self.pulses + 1], sign, low, high
        self.finite, self.z = np.isfinite(self.G), self.place(self.G)
        self._variance = noise_variance(self.G) / (high - low) ** 2
        tried, self.f = [], None
        for size in SIZES:
            self.f, self.starts = self._fitted(size)
            self.deviation, self.sure = self._misfit(*np.nonzero(self.finite), self._of_all())
            tried.append((self.sure, self.f, self.starts, self.deviation))
            if self.sure <= GOOD:
                break
        self.sure, self.f, self.starts, self.deviation = min(tried, key=lambda each: each[0])
        self.places = np.linspace(0, 1, len(self.f))
        self.course = _course(self.f, self.starts, self.pulses)

    def place(self, G: np.ndarray) -> np.ndarray:
        """Of conductances, in the direction of the pulses, 0 where they begin."""
        x = (G - self.low) / (self.high - self.low)
        return x if self.sign > 0 else 1 - x

    @property
    def states(self) -> np.ndarray:
        """The curve in siemens, from the mean of where the ramps begin, shape (pulses + 1,)."""
        z = _course(self.f, self.starts.mean(keepdims=True), self.pulses)[:, 0]
        return self.low + (self.high - self.low) * (z if self.sign > 0 else 1 - z)

    @property
    def last_tenth(self) -> float:
        """The share of the way that the last tenth of the pulses makes."""
        states = self.states
        last = states[-1] - states[-1 - max(1, self.pulses // 10)]
        return float(abs(last / (states[-1] - states[0])))

    @cached_property
    def _longest(self):
        """The curve from the first of all states, longer than any ramp."""
        return _course(self.f, self.starts.min(keepdims=True), AHEAD * self.pulses)[:, 0]

    def alone(self, k: int) -> tuple[float, np.ndarray]:
        """(speed, course at its readings) of ramp k, which goes along the curve at a speed of its
        own."""
        n, along = np.flatnonzero(self.finite[:, k]), np.arange(len(self._longest))

        def course(begin, speed):
            return np.interp(begin + np.exp(speed) * n, along, self._longest)

        start = [np.interp(self.starts[k], self._longest, along), 0.0]
        begin, speed = least_squares(
            lambda p: course(*p) - self.z[n, k], start, diff_step=1e-4, max_nfev=60
        ).x
        return float(np.exp(speed)), course(begin, speed)

    def missed(self, k: int, course: np.ndarray) -> tuple[float, float]:
        """`misfit` of ramp k to a course at its readings."""
        n = np.flatnonzero(self.finite[:, k])
        return self._misfit(n, np.full(len(n), k), course)

    def _misfit(self, n, ramp, course):
        way = np.ptp(self.states) / (self.high - self.low)
        return misfit(n, self.z[n, ramp] - course, self.pulses, way, self._variance[n, ramp])

    def _of_all(self):
        return _course(self.f, self.starts, self.pulses)[self.finite]

    def _fitted(self, size):
        """(table, where each ramp begins) by least squares over log f."""
        start = self._start(size)
        weight = np.sqrt(self.finite.sum() / size)
        steady = STEADY * weight * np.diff(np.eye(size), axis=0)
        largest = np.nanmax(abs(np.diff(np.nanmedian(self.z[: FEWEST_STATES + 1], axis=1))))
        straight = SMOOTH * weight / largest * np.diff(np.eye(size), 2, axis=0)
        n, ramp = np.nonzero(self.finite)

        def table(p):
            return np.exp(np.clip(p[:size], *LOG_BOUNDS))

        def residuals(p):
            course = _course(table(p), p[size:], self.pulses)
            rest = (course - self.z)[self.finite]
            return np.r_[rest, steady @ p[:size], straight @ table(p)]

        def slopes(p):
            own = _slopes(table(p), p[size:], self.pulses)[n, ramp]
            found = np.zeros((len(n) + 2 * size - 3, len(p)))
            found[: len(n), :size] = own[:, :size]
            found[np.arange(len(n)), size + ramp] = own[:, size]
            found[len(n) :, :size] = np.vstack([steady, straight * table(p)])
            return found

        p = least_squares(residuals, start, slopes, method="lm", max_nfev=40, ftol=1e-6, xtol=1e-6)
        return table(p.x), p.x[size:]

    def _start(self, size):
        """Where the least squares begin: at the table that was found with fewer places."""
        if self.f is not None:
            places = np.linspace(0, 1, len(self.f))
            return np.r_[np.log(np.interp(np.linspace(0, 1, size), places, self.f)), self.starts]
        first = [ramp[np.isfinite(ramp)][0] for ramp in self.z.T]
        steady = np.log(max((np.nanmax(self.z) - np.nanmin(self.z)) / self.pulses, 2 * LEAST))
        return np.r_[steady + np.linspace(1, -1, size), first]

    def spread(self, there: np.ndarray) -> tuple[float, np.ndarray]:
        """(read noise as a share of the reading, spread of the change by one pulse at places).

        What a pulse adds to the distance d from the curve, d' - (1 + df/dz) d, is its own spread
        and the noise of two readings; those of two neighbouring pulses share one reading, which
        tells the noise of the readings apart.
        """
        grown = 1 + _steepness(self.f, self.course)
        d = self.z - self.course
        added = d[1:] - grown[:-1] * d[:-1]
        level = (self.G / (self.high - self.low)) ** 2
        shared, square = added[1:] * added[:-1], grown[1:-1] * level[1:-1]
        both = np.isfinite(shared) & np.isfinite(square)
        noise = max(-shared[both].sum() / square[both].sum(), 0.0) if both.any() else 0.0
        own = added**2 - noise * (level[1:] + grown[:-1] ** 2 * level[:-1])
        fine = np.isfinite(own)
        where, own = self.course[:-1][fine], own[fine]
        near = np.clip(1 - abs(where - there[:, None]) * (len(there) - 1), 0, None)
        known, weights = near.sum(axis=1) >= FEWEST_STATES, np.maximum(near.sum(axis=1), 1e-300)
        variance = np.maximum(near @ own / weights, 0)
        if not known.any():
            variance, known[:] = np.full(len(there), max(own.mean(), 0.0)), True
        order = np.argsort(there)
        order = order[known[order]]
        return float(np.sqrt(noise)), np.sqrt(np.interp(there, there[order], variance[order]))


def _cell(z, size):
    """(place of a table below each z, share of the way to the next)."""
    position = np.minimum(np.maximum(z, 0), 1) * (size - 1)
    k = np.minimum(position.astype(int), size - 2)
    return k, position - k


def _steepness(f, z):
    """df/dz: beyond the table, f stays as it is."""
    k, _ = _cell(z, len(f))
    return (f[k + 1] - f[k]) * (len(f) - 1) * ((z >= 0) & (z <= 1))


def _course(f, starts, pulses):
    """Places before and after each pulse, shape (pulses + 1, ramps)."""
    course = [starts]
    for _ in range(pulses):
        k, part = _cell(course[-1], len(f))
        course.append(course[-1] + f[k] + part * (f[k + 1] - f[k]))
    return np.array(course)


def _slopes(f, starts, pulses):
    """Derivatives of the course by log f and by where the ramp begins, shape (pulses + 1, ramps,
    places + 1)."""
    slope = np.zeros((len(starts), len(f) + 1))
    slope[:, -1] = 1
    slopes, rows = [slope], np.arange(len(starts))
    for z in _course(f, starts, pulses)[:-1]:
        k, part = _cell(z, len(f))
        slope = slope * (1 + _steepness(f, z))[:, None]
        slope[rows, k] += (1 - part) * f[k]
        slope[rows, k + 1] += part * f[k + 1]
        slopes.append(slope)
    return np.array(slopes)
