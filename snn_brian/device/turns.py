"""Where a series of states turns from rising to falling and back, in spite of noise."""

import numpy as np
from scipy.ndimage import median_filter

from snn_brian.device.exponential_fit import best_curve
from snn_brian.device.layout import FEWEST

LEAST_TURN = 0.4  # of the range of a series: how far it goes back where it turns
SURPLUS = 9  # variances, by which a state that belongs to both sides may miss them
DROP = 0.1  # of the way of a ramp, by which its first state may miss the curve of the others


def noise(G: np.ndarray) -> float:
    """Standard deviation of the noise of one series, from second differences, which a smooth curve
    hardly has."""
    G = G[np.isfinite(G)]
    if len(G) < 4:
        return 0.0
    return 1.4826 * np.median(abs(np.diff(G, 2))) / np.sqrt(6)


def segments(G: np.ndarray) -> list[tuple[int, int, int]]:
    """[(first row, last row, sign)] of the rising (1) and falling (-1) parts of one series; they
    share the rows where it turns."""
    rows = np.flatnonzero(np.isfinite(G))
    y = G[rows]
    if len(y) < 3:
        return []
    smooth, rest, sigma = _smoothed(y)
    turns = _zigzag(smooth, max(LEAST_TURN * np.ptp(smooth), 6 * rest, 3 * sigma))
    ends = [0, *turns, len(y) - 1]
    for index in range(1, len(ends) - 1):
        ends[index] = _refined(y, *ends[index - 1 : index + 2])
    for index in range(1, len(ends) - 2):
        if ends[index + 1] - ends[index] < FEWEST - 1:  # the way back to where a ramp began
            near = slice(max(ends[index] - 1, 0), ends[index + 1] + 2)
            ends[index] = near.start + int(np.argmax(abs(np.diff(y[near]))))
            ends[index + 1] = ends[index] + 1
    # what is shorter at the begin or the end is noise
    ends = [0, *(end for end in ends if FEWEST <= end + 1 <= len(y) - FEWEST + 1), len(y) - 1]
    signs = [int(np.sign(smooth[stop] - smooth[start])) for start, stop in zip(ends, ends[1:])]
    if len(signs) == 1:
        third = max(1, len(y) // 5)
        signs = [int(np.sign(np.median(y[-third:]) - np.median(y[:third])))]
    return [
        (int(rows[start]), int(rows[stop]), sign)
        for start, stop, sign in zip(ends, ends[1:], signs)
    ]


def begins_after_drop(G: np.ndarray, start: int, stop: int) -> bool:
    """Whether the state in row `start` is off the curve of those after it: there was a drop
    between."""
    y = G[start : stop + 1]
    n = np.flatnonzero(np.isfinite(y))
    if len(n) < FEWEST + 1 or n[0] != 0:
        return False
    error, a, rate, b = best_curve(n[1:], y[n[1:]])
    way = np.ptp(a + b * np.exp(-rate * n))
    scatter = np.sqrt(error / max(1, len(n) - 4))
    return bool(abs(y[0] - a - b) > max(DROP * way, 4 * scatter))


def _smoothed(y):
    """Running medians, what noise they leave, and all of it."""
    sigma, window = max(noise(y), noise(np.log(y)) * np.quantile(y, 0.9)), 3
    most = max(3, len(y) // 4)
    while True:
        smooth = median_filter(y, window, mode="reflect")
        rest = sigma * np.sqrt(1.57 / window)
        if rest < 0.05 * np.ptp(smooth) or window + 2 > most:
            return smooth, rest, sigma
        window += 2


def _zigzag(y, least):
    """Rows of the turns from which the series goes back by at least `least`."""
    turns, low, high, direction = [], 0, 0, 0
    for row, value in enumerate(y):
        high = row if value > y[high] else high
        low = row if value < y[low] else low
        if direction >= 0 and y[high] - value >= least:
            if direction > 0:
                turns.append(high)
            elif high > 0 and y[high] - y[0] >= least:
                turns.append(high)
            direction, low = -1, row
            high = row
        elif direction <= 0 and value - y[low] >= least:
            if direction < 0:
                turns.append(low)
            elif low > 0 and y[0] - y[low] >= least:
                turns.append(low)
            direction, high = 1, row
            low = row
    return turns


def _refined(y, start, turn, stop):
    """The turn at which an exponential up to it and one after it fit best, between the middles of
    both sides, for noise puts the extreme anywhere on a level part."""
    first, last = (start + turn) // 2, (turn + stop + 1) // 2
    first, last = max(first, start + 3), min(last, stop - 3)
    if last <= first or not first <= turn <= last:
        return turn

    def error(row, after=1):
        sides = (y[start : row + 1], y[row + after : stop + 1])
        return sum(best_curve(np.arange(len(side)), side)[0] for side in sides)

    stride = max(1, (last - first) // 20)
    near = min(range(first, last + 1, stride), key=error)
    apart = min(range(max(first, near - stride), min(last, near + stride) + 1), key=error)
    # where no drop is between, the state of the turn is on both curves, and so tells the row
    shared = min((apart, apart + 1), key=lambda row: error(row, 0))
    variance = max(error(apart) / max(1, stop - start - 6), (1e-3 * np.ptp(y)) ** 2)
    return shared if error(shared, 0) < error(apart) + SURPLUS * variance else apart
