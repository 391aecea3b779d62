"""Pairs by themselves move as the device's law says, by the numbers of pulses that the rule
draws."""

import numpy as np

from snn_brian.check.loading import declarations
from snn_brian.check.single_pair import PULSE, programmed

K = 32.95 / 674


def declared(kind, name):
    return declarations(kind)[name][0]


def test_single_pulses_follow_the_law():
    requests = np.array([[1, -1, 0], [1, -1, 0], [-1, 1, 2]])
    plus, minus = programmed(declared("device", "TiOx"), PULSE, requests, (0.5, 0.3), pairs=2)
    assert plus.shape == minus.shape == (3, 2, 3)

    def up(G, n=1):
        return 1 - (1 - G) * np.exp(-0.03058 * n)

    def down(G, n=1):
        return K + (G - K) * np.exp(-0.3534 * n)

    for pair in (0, 1):
        np.testing.assert_allclose(
            plus[:, pair, 0], [up(0.5), up(up(0.5)), down(up(up(0.5)))], rtol=1e-6
        )
        np.testing.assert_allclose(
            minus[:, pair, 1], [up(0.3), up(up(0.3)), down(up(up(0.3)))], rtol=1e-6
        )
        np.testing.assert_allclose(plus[:, pair, 2], [0.5, 0.5, up(0.5, 2)], rtol=1e-6)
        np.testing.assert_allclose(minus[:, pair, 2], [0.3, 0.3, down(0.3, 2)], rtol=1e-6)


def test_a_rule_with_chance_draws_for_each_pair():
    plus, minus = programmed(
        declared("device", "linear"),
        declared("programming", "stochastic_rounding"),
        [[0.005, -0.01]],
        (0.5, 0.5),
        pairs=2000,
    )
    change = (plus - minus)[0]
    np.testing.assert_allclose(change.mean(axis=0), [0.005, -0.01], atol=5 * 0.01 / np.sqrt(2000))
    assert len(np.unique(np.round(change[:, 0], 4))) == 2
