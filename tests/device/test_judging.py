"""Every ramp is judged against the median, and named."""

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.device.judging import judge

N = np.arange(80)
RAMP = 1e-6 - 9e-7 * np.exp(-N / 25)


def ramps(sigma, count=5):
    rng = np.random.default_rng(4)
    return RAMP[:, None] * (1 + sigma * rng.standard_normal((80, count)))


def names(count=5):
    return [f"column {k + 1}" for k in range(count)]


@pytest.mark.parametrize("sigma", [0.001, 0.05])
@pytest.mark.parametrize(
    "other, said",
    [
        (RAMP[::-1], "goes the other way than the others do"),
        (RAMP * 10, "goes (10|9.8) times as far as the median of the ramps"),
        (RAMP / 5, "goes 0.2 times as far as"),
        (RAMP + 9e-7, "lies 1.* times the way of a ramp above the median"),
        (3e-7 + 6e-7 * (N > 40), "has another shape than the median of the ramps, by [234].%"),
        (np.full(80, 3e-7), "the conductance is constant, 3e-07 S"),
        (RAMP * np.where(N == 50, 30, 1), ".*e-05 S after 50 pulses is far from the values before"),
        (np.where(N % 2, RAMP, np.nan), "51% of the cells are empty|50% of"),
    ],
)
def test_one_that_differs_is_named(sigma, other, said):
    G = ramps(sigma)
    G[:, 3] = other
    with pytest.raises(UserError, match=f"^up.csv, column 4: {said}"):
        judge("up.csv", G, names())


def test_two_that_differ_are_both_named():
    G = np.stack([RAMP, RAMP[::-1]], axis=1)
    with pytest.raises(UserError, match="column 1 and column 2: differ, the second goes the other"):
        judge("up.csv", G, names(2))


@pytest.mark.parametrize("sigma", [0, 0.01, 0.05, 0.2])
def test_noise_and_devices_that_differ_are_no_mistake(sigma):
    rng = np.random.default_rng(1)
    for _ in range(20):
        alpha = 0.04 * (1 + 0.15 * rng.standard_normal(8))
        G = 1e-6 * (1 + 0.02 * rng.standard_normal(8)) - 9e-7 * np.exp(-np.outer(N, alpha))
        judge("up.csv", G * (1 + sigma * np.clip(rng.standard_normal(G.shape), -4, 4)), names(8))
