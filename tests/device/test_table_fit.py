"""A device with a law that is no exponential, its noisy ramps, and the table that is found."""

from dataclasses import replace

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.check.check import check
from snn_brian.check.loading import load
from snn_brian.check.single_pair import PULSE, programmed
from snn_brian.declarations import Law
from snn_brian.device.response import after, ramp
from snn_brian.device.table import table_law
from snn_brian.device.table_fit import fit_table

TIOX = load("device", "TiOx")
SQUARE = Law(
    name="square",
    reference="soft bounds of exponent 2",
    potentiation="alpha_P*n*(G_max - G)**2/(G_max - G_min + alpha_P*n*(G_max - G))",
    depression="alpha_D*n*(G - G_min)**2/(G_max - G_min + alpha_D*n*(G - G_min))",
    parameters=("alpha_P", "alpha_D"),
)
TRUTH = replace(TIOX, law=SQUARE, parameters=dict(alpha_P=0.15, alpha_D=0.1), cycle_to_cycle=0.005)
K = TRUTH.K


def measured(device, pulses=150, ramps=8, read=0.005, seed=0):
    """{direction: ramps} in siemens, pulse by pulse, each pulse and each reading with noise."""
    random, found = np.random.default_rng(seed), {}
    for way, sign, start in (("potentiation", 1, K), ("depression", -1, 0.9)):
        G = [np.full(ramps, start)]
        for _ in range(pulses):
            noise = device.cycle_to_cycle * (1 - K) * random.standard_normal(ramps)
            G.append(np.clip(after(device, G[-1], sign) + noise, K, 1))
        read_as = np.array(G) * (1 + read * random.standard_normal((pulses + 1, ramps)))
        found[way] = read_as * float(device.G_max)
    return found


def declared(found, name="found"):
    """The device of a TableFit, as `device.py` declares it."""
    up, down = found.potentiation, found.depression
    largest = max(up.spread.max(), down.spread.max())
    law = table_law(name, "", up.changes, down.changes, up.spread / largest, down.spread / largest)
    ends = dict(G_max=found.G_max, G_min=found.G_min)
    ends = {name: value / float(TIOX.G_max) * TIOX.G_max for name, value in ends.items()}
    return replace(TIOX, law=law, parameters={}, cycle_to_cycle=largest, **ends)


@pytest.fixture(scope="module")
def found():
    return fit_table(**measured(TRUTH), fix_ends=True)


def test_the_change_by_one_pulse_is_that_of_the_law(found):
    low, high = (each / float(TRUTH.G_max) for each in (found.G_min, found.G_max))
    assert low == pytest.approx(K, abs=0.03) and high == pytest.approx(0.96, abs=0.03)
    for way, sign in (("potentiation", 1), ("depression", -1)):
        own = getattr(found, way)
        G = low + (high - low) * np.linspace(0, 1, len(own.changes))
        within = (G > K) & (G < 0.9)  # where ramps of this direction were
        true = sign * (after(TRUTH, G, sign) - G) / (high - low)
        np.testing.assert_allclose(own.changes[within], true[within], atol=0.004, rtol=0.12)
        assert own.problem is None and own.deviation < 0.02


def test_the_spread_is_told_from_the_noise_of_the_readings(found):
    """Of a pulse 0.5 % of the range, of a reading 0.5 %, which is a third of it at most places."""
    scale = float(TRUTH.G_max) * (1 - K) / (found.G_max - found.G_min)
    for way in ("potentiation", "depression"):
        own = getattr(found, way)
        low, high = own.seen
        place = np.linspace(0, 1, len(own.spread))
        inner = own.spread[(place > low + 0.05) & (place < high - 0.05)]
        assert inner.mean() == pytest.approx(0.005 * scale, rel=0.25)
        assert own.read_noise == pytest.approx(0.005, rel=0.3)


def test_noise_of_readings_alone_is_no_change():
    """Differences against noisy states would tell a change wherever there is none."""
    quiet = replace(TRUTH, cycle_to_cycle=0.0)
    exact = fit_table(**measured(quiet, read=0.0), fix_ends=True)
    noisy = fit_table(**measured(quiet, read=0.02, ramps=16), fix_ends=True)
    for way in ("potentiation", "depression"):
        place = np.linspace(0, 1, 9)
        one, other = (
            np.interp(place, np.linspace(0, 1, len(own.changes)), own.changes)
            for own in (getattr(each, way) for each in (exact, noisy))
        )
        np.testing.assert_allclose(other[1:-1], one[1:-1], atol=0.008)
        assert getattr(noisy, way).spread.mean() < 0.006
        assert getattr(exact, way).spread.max() < 0.008  # what the table misses counts as spread


def test_a_trained_pair_goes_where_the_true_one_goes(found):
    """300 random requests in the network's own code: what is found is within the spread that is
    stated, that of so many noisy pulses."""
    own = declared(found)
    check(own, "found.py")
    random = np.random.default_rng(3)
    requests = random.choice([-2.0, -1, 1, 2], (300, 2))
    scale = float(TRUTH.G_max) / float(own.G_max)
    quiet = [replace(each, cycle_to_cycle=0.0) for each in (TRUTH, own)]
    true = programmed(quiet[0], PULSE, requests, (0.4, 0.6))
    mine = programmed(quiet[1], PULSE, requests, (0.4 * scale, 0.6 * scale))
    noisy = programmed(own, PULSE, requests, (0.4 * scale, 0.6 * scale), pairs=20)
    for one, other, many in zip(true, mine, noisy):
        spread = many.std(axis=1) / scale
        off = abs(other[:, 0] / scale - one[:, 0])
        assert spread[100:].mean() > 0.005
        assert np.sqrt((off**2).mean()) < spread[100:].mean()
        assert off.max() < 3 * spread[100:].mean()


def test_an_exponential_device_is_found_as_a_table(found):
    tiox = replace(TIOX, cycle_to_cycle=0.002)
    own = declared(fit_table(**measured(tiox, pulses=200)))
    G = np.linspace(0.1, 0.85, 20)
    scale = float(TIOX.G_max) / float(own.G_max)
    for n in (-2, -1, 1, 5):
        expected = after(TIOX, G, n)
        np.testing.assert_allclose(after(own, G * scale, n) / scale, expected, atol=0.012)


def test_an_end_that_no_ramp_reaches_is_refused():
    with pytest.raises(
        UserError, match="d.csv: no ramp shows where it ends, G_min: the last tenth"
    ):
        fit_table(
            **measured(replace(TIOX, cycle_to_cycle=0.0), pulses=200)
            | dict(depression=1e-9 * np.linspace(600, 300, 60)[:, None]),
            names=dict(depression="d.csv"),
        )


def test_missing_readings_and_ramps_of_different_lengths():
    ramps = measured(TRUTH, ramps=10)
    whole = fit_table(**ramps, fix_ends=True)
    holes = {way: G.copy() for way, G in ramps.items()}
    for G in holes.values():
        G[120:, 4] = np.nan
        G[np.random.default_rng(0).random(G.shape) < 0.1] = np.nan
    some = fit_table(**holes, fix_ends=True)
    for way in holes:
        one, other = getattr(whole, way), getattr(some, way)
        np.testing.assert_allclose(other.states, one.states, rtol=0.02)


def test_ramps_of_other_speeds_are_told_and_ramps_of_another_shape_named():
    quiet = replace(TRUTH, cycle_to_cycle=0.0)
    faster = replace(quiet, parameters=dict(alpha_P=0.18, alpha_D=0.1))
    one, other = (measured(each, read=0.001)["potentiation"] for each in (quiet, faster))
    down = measured(quiet)["depression"]
    own = fit_table(np.hstack([one, other]), down, fix_ends=True).potentiation
    assert own.problem is None
    assert own.speeds[8:].mean() / own.speeds[:8].mean() == pytest.approx(1.2, abs=0.05)
    up = one.copy()
    n = np.arange(len(up))
    up[:, 0] += 0.25 * np.ptp(up) * np.sin(2 * np.pi * n / n[-1])
    labels = dict(potentiation=[f"column {k + 1}" for k in range(8)])
    problem = fit_table(up, down, fix_ends=True, places=labels).potentiation.problem
    assert problem.startswith("column 1 leaves the table by up to")


def test_a_ramp_of_the_device_is_the_measured_curve(found):
    own = declared(found)
    for way, sign in (("potentiation", 1), ("depression", -1)):
        states = getattr(found, way).states
        course = ramp(own, states[0] / found.G_max, np.full(len(states) - 1, sign))
        np.testing.assert_allclose(course, states / found.G_max, atol=2e-3)
