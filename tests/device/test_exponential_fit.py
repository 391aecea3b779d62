"""Intervals count what points share: rounding, and ramps that differ."""

import numpy as np
import pytest

from snn_brian.device.exponential_fit import fitted, law, noise_variance, rounding

TRUE = np.array([6e-7, 0.03, 5e-7])


def held(cases, change, count=6):
    """The share of the 95 % intervals of (end, alpha, beta) that hold the truth."""
    found = np.zeros(3)
    for seed in range(cases):
        rng, n = np.random.default_rng(seed), np.arange(101)[:, None]
        G = change(law(n, *TRUE, 1) * np.ones(count), rng)
        rows, ramp = np.nonzero(np.isfinite(G))
        values, covariance = fitted(rows, G[rows, ramp], ramp, 100, 1)
        found += abs(values - TRUE) <= 1.97 * np.sqrt(np.diag(covariance))
    return found / cases


@pytest.mark.parametrize("sigma", [0.01, 0.05])
def test_noise_that_grows_with_the_state(sigma):
    share = held(150, lambda G, rng: G * (1 + sigma * rng.standard_normal(G.shape)))
    assert (abs(share - 0.95) < 0.06).all()


def test_readings_of_a_few_levels():
    step = 5e-7 / 15
    share = held(40, lambda G, rng: np.round(G * (1 + 0.002 * rng.random()) / step) * step)
    assert (share > 0.9).all()


def test_ramps_that_lie_apart_widen_the_interval_of_the_end():
    share = held(150, lambda G, rng: G * (1 + 0.03 * rng.standard_normal(G.shape[1])), 12)
    assert 0.85 < share[0] < 1


def test_a_fixed_end_stays():
    n = np.arange(50)
    G = law(n, *TRUE, 1)
    values, covariance = fitted(n, G, np.zeros(50, int), 49, 1, 5.5e-7)
    assert values[0] == pytest.approx(5.5e-7) and not covariance[0].any()


def test_rounding_and_noise_are_told():
    assert rounding(np.round(np.linspace(0, 10, 200))) == pytest.approx(1)
    assert rounding(np.random.default_rng(0).random(200)) == 0
    G = np.linspace(1, 3, 4000)[:, None] * np.ones(2)
    noisy = G * (1 + 0.05 * np.random.default_rng(0).standard_normal(G.shape))
    np.testing.assert_allclose(noise_variance(noisy), (0.05 * G) ** 2, rtol=0.5)
