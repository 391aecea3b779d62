"""Every ramp against the median of all: direction, scale, level, shape, and single cells."""

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.ndimage import median_filter

from snn_brian.base.errors import UserError
from snn_brian.device.layout import FEWEST, roughness
from snn_brian.device.turns import noise

MOST_MISSING = 0.25  # of the cells of a ramp
SIGMAS = 5  # of the noise: what is beyond is none
MADS = 8  # robust standard deviations between ramps: what is beyond is no spread of devices
LARGEST_SHARE = 0.3  # of the way of the median, by which a level or a way may differ in any case
OTHER_SHAPE = 0.2  # of the way, the average of a tenth of the pulses
OTHER_CELL = 0.5  # of the way, a single cell
ROUGHEST = 0.9  # of von Neumann's ratio: above, a ramp goes nowhere


def judge(path: str | Path, G: np.ndarray, places: Sequence[str]) -> None:
    """That all ramps are of one kind.

    Parameters
    ----------
    path : str or Path
    G : array of shape (pulses, ramps)
        Siemens; NaN where a reading is missing and after the end of a ramp.
    places : sequence of str
        How each ramp is named.

    Raises
    ------
    UserError
        Naming the ramp and what is wrong with it.
    """
    for place, ramp in zip(places, G.T):
        judge_alone(f"{path}, {place}", ramp)
        y = ramp[np.isfinite(ramp)]
        if G.shape[1] < 3 and len(y) >= 4 * FEWEST and roughness(y) > ROUGHEST:
            raise UserError(
                f"{path}, {place}: rises and falls by no more than its noise; take the column out."
            )
    if G.shape[1] > 1:
        _judge_together(path, G, places)


def judge_alone(where: str, ramp: np.ndarray) -> None:
    """That one series has readings, and none far from those around it.

    Parameters
    ----------
    where : str
        File and ramp, as a message names them.
    ramp : array of shape (pulses,)
        Siemens; NaN where a reading is missing and after the end of the ramp.

    Raises
    ------
    UserError
        Naming the ramp and what is wrong with it.
    """
    rows = np.flatnonzero(np.isfinite(ramp))
    y = ramp[rows]
    if len(y) < FEWEST:
        raise UserError(
            f"{where}: has {len(y)} value{'s' * (len(y) != 1)}; a ramp needs at least {FEWEST}, "
            "one row for each pulse."
        )
    missing = 1 - len(y) / (rows[-1] + 1)
    if missing > MOST_MISSING:
        raise UserError(
            f"{where}: {missing:.0%} of the cells are empty; fill the gaps or take the column out."
        )
    if np.ptp(y) == 0:
        raise UserError(f"{where}: the conductance is constant, {y[0]:g} S; take the column out.")
    smooth = median_filter(y, 5, mode="nearest")
    off = abs(y - smooth)
    off[[0, 1, -2, -1]] = 0  # a steep begin is no mistake
    local = np.maximum(noise(y), noise(np.log(y)) * smooth)
    wrong = np.flatnonzero(off > np.maximum(OTHER_CELL * _way(y), 2 * SIGMAS * local))
    if len(wrong):
        raise UserError(
            f"{where}: {y[wrong[0]]:g} S after {rows[wrong[0]]} pulses is far from the values "
            "before and after it; correct the cell or leave it empty."
        )


def _way(y):
    """How far a ramp goes, single cells aside."""
    return np.ptp(median_filter(y, 5, mode="nearest"))


def _judge_together(path, G, places):
    median = _median(G) if G.shape[1] > 2 else G[:, 0]
    compared = [_compared(ramp, median) for ramp in G.T]
    scales, levels, errors, shapes = np.array(compared).T
    # two ramps tell no spread
    free = [
        max(LARGEST_SHARE, MADS * 1.4826 * np.median(abs(x - np.median(x))))
        if len(x) > 2
        else 3 * LARGEST_SHARE
        for x in (np.log(np.maximum(abs(scales), 1e-3)), levels)
    ]
    slack = SIGMAS * errors
    reasons = (
        (scales + slack < 0, lambda k: "goes the other way than {others}"),
        (
            (scales < np.exp(-free[0]) - slack) | (scales > np.exp(free[0]) * (1 + slack) + slack),
            lambda k: f"goes {max(scales[k], 0):.2g} times as far as {{median}}",
        ),
        (
            abs(levels) > free[1] + slack,
            lambda k: (
                f"lies {abs(levels[k]):.2g} times the way of a ramp "
                f"{'above' if levels[k] > 0 else 'below'} {{median}}"
            ),
        ),
        (
            shapes > OTHER_SHAPE,
            lambda k: (
                f"has another shape than {{median}}, by {_share(shapes[k])} of the way that it goes"
            ),
        ),
    )
    for wrong, words in reasons:
        if wrong.any():
            k = int(np.argmax(wrong))
            _refuse(path, places, k, words(k))


def _refuse(path, places, k, words):
    if len(places) == 2:
        names = dict(others="the first", median="the first")
        words = f"{places[0]} and {places[1]}: differ, the second {words.format(**names)}"
    else:
        names = dict(others="the others do", median="the median of the ramps")
        words = f"{places[k]}: {words.format(**names)}"
    raise UserError(f"{path}, {words}; check the unit, or take the ramp out.")


def _median(G):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a pulse that no ramp has
        return np.nanmedian(G, axis=1)


def _compared(ramp, median):
    """How a ramp differs from the median: (factor of its way, level as a share of the way, standard
    error of either, largest difference of shape that noise does not account for)."""
    both = np.isfinite(ramp) & np.isfinite(median)
    y, m = ramp[both], median[both]
    way = max(_way(m), 1e-300)
    centred = m - m.mean()
    scale = centred @ y / (centred @ centred)
    residuals = y - y.mean() - scale * centred
    sigma = residuals.std()
    error = min(sigma, 3 * noise(y)) / np.sqrt(centred @ centred)
    shape = 0.0
    for tenth in np.array_split(residuals, min(10, len(y) // 3 or 1)):
        allowed = SIGMAS * max(tenth.std(ddof=1) if len(tenth) > 1 else sigma, noise(y)) / np.sqrt(
            len(tenth)
        )  # fmt: skip
        shape = max(shape, (abs(tenth.mean()) - allowed) / (max(abs(scale), 0.1) * way))
    return scale, (y - m).mean() / way, error, shape


def _share(value):
    return f"{value:.0%}" if value < 1 else "more than 100%"
