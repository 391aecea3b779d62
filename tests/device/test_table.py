"""The law of a table against the same device pulse by pulse in NumPy."""

from dataclasses import replace

import numpy as np
import pytest

from snn_brian.check.check import check
from snn_brian.check.loading import load
from snn_brian.check.single_pair import PULSE, programmed
from snn_brian.device.response import after, change_by
from snn_brian.device.table import table_law

TIOX = load("device", "TiOx")
K = TIOX.K


def device(potentiation, depression, **kwds):
    return replace(
        TIOX, law=table_law("table", "", potentiation, depression, **kwds), parameters={}
    )


def exponential(places):
    """TiOx as tables: the change by one pulse at each place."""
    x = np.linspace(0, 1, places)
    up, down = (-np.expm1(-TIOX.parameters[f"alpha_{way}"]) for way in "PD")
    return up * (1 - x), down * x


def test_it_follows_the_law_that_it_is_a_table_of():
    own = device(*exponential(33))
    G = np.linspace(K, 1, 50)
    for n in (-3, -1, 1, 2, 20):
        expected = after(TIOX, G, n)
        scale = 1 - K
        np.testing.assert_allclose(after(own, G, n), expected, atol=0.012 * scale)


def test_a_constant_table_is_the_linear_law():
    own = device([0.02, 0.02, 0.02], [0.01, 0.01])
    G = np.linspace(K, 1, 50)
    for n in (0, 1, 7, -3, -200):
        step = 0.02 if n > 0 else 0.01
        expected = np.clip(G + n * step * (1 - K), K, 1)
        np.testing.assert_allclose(after(own, G, n), expected, atol=1e-6)


def test_pulses_at_once_are_pulses_one_by_one():
    own = device([0.05, 0.02, 0.04, 0.01], [0.01, 0.03, 0.08, 0.1])
    G = np.linspace(K, 1, 40)
    for sign in (1, -1):
        one_by_one = G
        for _ in range(9):
            one_by_one = after(own, one_by_one, sign)
        np.testing.assert_allclose(after(own, G, 9 * sign), one_by_one, atol=1e-6)
    for way in ("potentiation", "depression"):
        assert np.all(change_by(own, way, {"G": G, "n": 0.0}) == 0)


def test_it_is_a_device_like_any_other():
    """All checks, the inverse among them, and the network's own code."""
    own = device([0.05, 0.02, 0.04, 0.01], [0.0, 0.03, 0.08, 0.1])
    check(own, "mine.py")
    requests = np.array([[3.0], [-2], [1]])
    plus, minus = programmed(own, PULSE, requests, (0.3, 0.8))
    course = [0.3, 0.8]
    for k, n in enumerate(requests[:, 0]):
        course = [after(own, G, way * n) for G, way in zip(course, (1, -1))]
        np.testing.assert_allclose([plus[k, 0, 0], minus[k, 0, 0]], course, rtol=1e-6)


def test_noise_follows_its_table():
    own = device([0.02, 0.02], [0.02, 0.02], noise=[1.0, 0.0])
    own = replace(own, cycle_to_cycle=0.02)
    check(own, "mine.py")
    for start, expected in ((K + 0.25 * (1 - K), 0.75), (K + 0.75 * (1 - K), 0.25)):
        plus, _ = programmed(own, PULSE, np.ones((1, 1)), (start, 0.5), pairs=4000)
        assert plus.std() / (0.02 * (1 - K)) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(
    "potentiation, depression, told",
    [
        ([0.1], [0.1, 0.1], "potentiation"),
        ([0.1] * 34, [0.1, 0.1], "potentiation"),
        ([0.1, np.nan, 0.1], [0.1, 0.1], "without a hole"),
        ([0.1, -0.1], [0.1, 0.1], r"potentiation\[1\]=-0.1"),
        ([0.1, 0.0, 0.1], [0.1, 0.1], r"potentiation\[1\]=0: a device would be stuck"),
        ([0.1, 0.1], [0.1, 0.0, 0.1], r"depression\[1\]=0: a device would be stuck"),
        ([0.1, 0.1], [0.1, 1.2], r"depression\[1\]=1.2"),
    ],
)
def test_what_is_no_table(potentiation, depression, told):
    with pytest.raises(ValueError, match=told):
        table_law("table", "", potentiation, depression)
