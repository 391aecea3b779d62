"""Whether the data hold the end of the range that a fit gives, or it is anywhere."""

import numpy as np

from snn_brian.device.direction import Direction
from snn_brian.device.exponential_fit import LEAST_COVERED

SIGMAS = 3.5  # of alpha, by which ramps must be told from straight ones
FARTHEST = 1.0  # of the way that the ramps go: beyond what was measured, no farther is an end


def problem(direction: Direction) -> str | None:
    """Why the end of a fitted direction is none, or None.

    Parameters
    ----------
    direction : Direction
    """
    end = direction.values[0]
    low, high = direction.intervals()[0]
    first, last = direction.curve(np.array([0, direction.N]))
    farthest = high if direction.sign > 0 else low
    beyond = abs(end - last) / abs(last - first) if last != first else np.inf
    if direction.covered < LEAST_COVERED * 1.001:
        return "the ramps do not level off, or bend the other way"
    if not np.isfinite([low, high]).all():
        return "the ramps leave it open"
    if end < 1e-6 * max(abs(first), abs(last)):
        return "the ramps head for no conductance at all"
    slowest = direction.values[1] - SIGMAS * np.sqrt(direction.covariance[1, 1])
    if not direction.problem and -np.expm1(-max(slowest, 0) * direction.N) < LEAST_COVERED:
        return "within their noise the ramps may as well be straight"
    if low <= 0:
        return f"its 95 % interval, {low:.3g} to {high:.3g} S, holds values that are none"
    if beyond > FARTHEST or direction.sign * (farthest - last) > FARTHEST * abs(last - first):
        return (
            f"{end:.3g} S, with the 95 % interval {low:.3g} to {high:.3g} S, is far outside what "
            f"was measured, {min(first, last):.3g} to {max(first, last):.3g} S"
        )
    return None
