"""Drawn parameters have the declared spread, and none lies beyond three standard deviations."""

from dataclasses import replace

import numpy as np
import pytest
from snn_brian.models.devices.exponential import TiOx

from snn_brian.device.variation import spread

VARIED = replace(TiOx, device_to_device=dict(alpha_P=0.25, G_max=0.01, G_min=0.05))
NOMINAL = dict(alpha_P=0.03058, G_max=674e-9, G_min=32.95e-9)


@pytest.mark.parametrize("symbol", NOMINAL)
def test_spread_is_relative_and_cut_at_three_sigma(symbol):
    z = spread(VARIED, symbol, (400, 500), np.random.default_rng(1)) / NOMINAL[symbol] - 1
    z /= VARIED.device_to_device[symbol]
    assert z.shape == (400, 500) and 2.98 < abs(z).max() <= 3
    assert z.mean() == pytest.approx(0, abs=0.01)
    assert z.std() == pytest.approx(0.98658, abs=0.01)  # sqrt(1 - 6*pdf(3)/0.9973)
    normal = np.random.default_rng(2).standard_normal(400_000)
    quantiles = [0.01, 0.2, 0.5, 0.9]
    np.testing.assert_allclose(
        np.quantile(z, quantiles), np.quantile(normal[abs(normal) <= 3], quantiles), atol=0.03
    )


def test_without_a_spread_all_devices_are_alike():
    rng = np.random.default_rng(0)
    assert (spread(VARIED, "alpha_D", 5, rng) == 0.3534).all()
    assert rng.random() == np.random.default_rng(0).random()


def test_draws_follow_the_generator():
    first, again, other = (
        spread(VARIED, "alpha_P", 9, np.random.default_rng(seed)) for seed in (4, 4, 5)
    )
    assert (first == again).all() and (first != other).all()


def test_an_unknown_symbol_is_refused():
    with pytest.raises(KeyError, match="alpha"):
        spread(VARIED, "alpha", 3, np.random.default_rng(0))
