"""The moments of a pair under random pulses, against the law (10) pulse by pulse."""

import numpy as np
import pytest
from fouda2019 import balance

from snn_brian import physics

ALPHA_P, ALPHA_D = 0.03058, 0.3534  # the paper's TiOx
GAMMAS = [(1, 1), (3, 3), (3, 1), (5, 1), (1, 5)]


def random_pulses(gamma_P, gamma_D, q, events=60, pairs=40_000):
    """Conductances of both devices, in units of the range, after events of the law (10)."""
    generator = np.random.default_rng(3)
    plus, minus = generator.random((2, pairs))
    for _ in range(events):
        up = generator.random(pairs) < q
        rise = [physics.potentiated(G, gamma_P, 1, ALPHA_P) for G in (plus, minus)]
        fall = [physics.depressed(G, gamma_D, 0, ALPHA_D) for G in (plus, minus)]
        plus, minus = np.where(up, rise[0], fall[0]), np.where(up, fall[1], rise[1])
    return plus, minus


@pytest.mark.parametrize("gammas", GAMMAS)
@pytest.mark.parametrize("q", [0.5, 0.7])
def test_moments_are_those_of_many_pairs(gammas, q):
    pair = balance.pair(*gammas)
    plus, minus = random_pulses(*gammas, q)
    error = 5 / np.sqrt(len(plus))
    for values, own in ((plus, q), (minus, 1 - q)):
        assert values.mean() == pytest.approx(pair.place(own), abs=error * pair.spread(own))
        assert values.std() == pytest.approx(pair.spread(own), rel=2 * error)
    weight = plus - minus
    assert weight.mean() == pytest.approx(pair.weight(q), abs=error * weight.std())
    assert weight.std() == pytest.approx(pair.weight_spread(q), rel=2 * error)
    product = pair.spread(q) * pair.spread(1 - q)
    assert np.corrcoef(plus, minus)[0, 1] == pytest.approx(pair.covariance(q) / product, abs=error)


@pytest.mark.parametrize("gammas", GAMMAS)
def test_there_is_no_drift_at_the_balance_point(gammas):
    pair = balance.pair(*gammas)
    G = pair.place()
    up = physics.potentiated(G, gammas[0], 1, ALPHA_P) - G
    down = G - physics.depressed(G, gammas[1], 0, ALPHA_D)
    assert up == pytest.approx(down)
    assert pair.step(G) == pytest.approx(up + down)


def test_an_event_takes_its_share_of_every_weight():
    pair, weight = balance.pair(3, 1), np.full(40_000, 0.6)
    start = np.array([0.8 + 0 * weight, 0.8 - weight])
    generator = np.random.default_rng(1)
    for events in (1, 4):
        plus, minus = balance.simulated(pair, np.full(len(weight), events), start, generator)
        wanted = 0.6 * (1 - pair.forgetting) ** events
        assert (plus - minus).mean() == pytest.approx(wanted, abs=0.01)


def test_simulated_pulses_are_those_of_the_law():
    start = np.random.default_rng(2).random((2, 5))
    counts = np.array([0, 1, 2, 3, 40])
    plus, minus = balance.simulated(
        balance.pair(2, 3), counts, start, np.random.default_rng(4), q=1.0
    )
    np.testing.assert_allclose(plus, physics.potentiated(start[0], 2 * counts, 1, ALPHA_P))
    np.testing.assert_allclose(minus, physics.depressed(start[1], 3 * counts, 0, ALPHA_D))


def test_the_balance_point_of_the_paper():
    """One potentiating and one depressing pulse are equally large there; 5 to 1 moves it up."""
    assert balance.pair(1, 1).place() == pytest.approx(0.0919, abs=1e-4)
    assert balance.pair(5, 1).place() > 3 * balance.pair(1, 1).place()
    assert balance.pair(1, 1).forgetting < balance.pair(5, 1).forgetting
