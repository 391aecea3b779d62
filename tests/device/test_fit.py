"""Parameters of synthetic ramps are found again; what does not follow the law is told."""

import json

import numpy as np
import pytest

from snn_brian import physics
from snn_brian.base.errors import UserError
from snn_brian.device.fit import DIRECTIONS, fit

TIOX = dict(
    G_max=674e-9, alpha_P=0.03058, beta_P=626.8e-9, G_min=32.95e-9, alpha_D=0.3534, beta_D=600e-9
)
DEVICES = [
    (TIOX, 150),
    (
        dict(G_max=2.4e-3, alpha_P=0.01, beta_P=0.8e-3, G_min=1.6e-3, alpha_D=0.02, beta_D=0.8e-3),
        250,
    ),
    (dict(G_max=40e-9, alpha_P=0.08, beta_P=37e-9, G_min=3e-9, alpha_D=0.05, beta_D=30e-9), 100),
    (dict(G_max=1e-4, alpha_P=1.5, beta_P=5e-5, G_min=5e-5, alpha_D=0.3, beta_D=4e-5), 30),
]


def ramps(true, N, count, noise, seed, relative=True):
    """Potentiation and depression with Gaussian noise, relative to the conductance or to the
    range."""
    rng, n = np.random.default_rng(seed), np.arange(N + 1)[:, None]
    made = []
    for curve, names in (
        (physics.potentiation_curve, DIRECTIONS["potentiation"]),
        (physics.depression_curve, DIRECTIONS["depression"]),
    ):
        G = np.repeat(curve(n, *(true[name] for name in names)), count, axis=1)
        made.append(G + noise * (G if relative else np.ptp(G)) * rng.standard_normal(G.shape))
    return made


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("true, N", DEVICES)
def test_parameters_are_found_through_two_percent_noise(true, N, seed):
    found = fit(*ramps(true, N, 10, 0.02, seed)).report()
    for name, value in true.items():
        assert found[name] == pytest.approx(
            value, rel=0.10 if name.startswith("alpha") else 0.05
        ), name
    assert all(direction["fits"] for direction in found["directions"].values())


def test_exact_curves_are_found_exactly():
    for true, N in DEVICES:
        found = fit(*ramps(true, N, 1, 0, 0)).report()
        assert {name: found[name] for name in true} == pytest.approx(true, rel=1e-5)


def test_ramps_of_different_lengths_and_incomplete_saturation():
    potentiation, depression = ramps(TIOX, 40, 12, 0.005, 1)  # potentiation covers 71 % of the way
    for ramp in range(12):
        potentiation[30 + ramp :, ramp] = np.nan
    found = fit(potentiation, depression).report()
    assert {name: found[name] for name in TIOX} == pytest.approx(TIOX, rel=0.05)
    assert found["directions"]["potentiation"]["share_of_range_covered"] == pytest.approx(
        0.706, abs=0.02
    )


def test_confidence_intervals_hold_what_they_promise():
    """Of 120 single ramps, 95 % of the intervals hold the truth, within four standard errors."""
    held = {name: 0 for name in (*TIOX, "PANL", "ANL")}
    true = TIOX | dict(PANL=physics.nonlinearity(80, 0.03058, 626.8e-9, 674e-9, 32.95e-9))
    true["ANL"] = true["PANL"] + physics.nonlinearity(80, 0.3534, 600e-9, 674e-9, 32.95e-9)
    for seed in range(120):
        found = fit(*ramps(TIOX, 80, 1, 0.02, seed, relative=False)).report()
        for name in held:
            low, high = found["confidence_intervals_95"][name]
            held[name] += low <= true[name] <= high
    assert all(
        abs(count / 120 - 0.95) <= 4 * np.sqrt(0.05 * 0.95 / 120) for count in held.values()
    ), held


def test_spread_over_ramps_is_that_of_the_ramps():
    draw = np.random.default_rng(0)
    alphas = 0.03 * (1 + 0.2 * draw.standard_normal(15))
    n = np.arange(200)[:, None]
    potentiation = physics.potentiation_curve(n, 1e-6, alphas, 0.9e-6)
    depression = physics.depression_curve(n, 1e-7, 0.05, 0.9e-6)
    found = fit(potentiation, depression).report()
    assert found["spread_over_ramps"]["alpha_P"] == pytest.approx(alphas.std(ddof=1), rel=1e-3)
    assert found["spread_over_ramps"]["G_max"] < 1e-10
    assert found["spread_over_ramps"]["alpha_D"] is None


def test_nonlinearity_is_that_of_the_fitted_curves():
    potentiation, depression = ramps(TIOX, 94, 1, 0, 0)
    found = fit(potentiation, depression).report()
    middle, G_range = (TIOX["G_max"] + TIOX["G_min"]) / 2, TIOX["G_max"] - TIOX["G_min"]
    assert found["PANL"] == pytest.approx((potentiation[47, 0] - middle) / G_range, rel=1e-4)
    assert found["DANL"] == pytest.approx((middle - depression[47, 0]) / G_range, rel=1e-4)
    assert found["ANL"] == pytest.approx(found["PANL"] + found["DANL"])


@pytest.mark.parametrize(
    "shape, said",
    [
        (lambda x: x, "do not level off"),
        (lambda x: x**2, "do not level off, or bend the other way"),
        (lambda x: 1 / (1 + np.exp(-20 * (x - 0.2))), "leave the curve by up to 1"),
        (lambda x: 0.8 * (x > 0.25) + 0.2 * (x > 0), "leave the curve by up to 2"),
    ],
)
def test_what_is_no_exponential_is_told(shape, said):
    x = np.linspace(0, 1, 101)[:, None]
    noise = 1e-3 * np.random.default_rng(0).standard_normal((101, 3))
    good = ramps(TIOX, 100, 3, 0.01, 0)
    bad = 1e-7 + 5e-7 * (shape(x) + noise)
    found = fit(bad, good[1]).report()["directions"]
    assert not found["potentiation"]["fits"] and found["depression"]["fits"]
    assert said in found["potentiation"]["problem"]
    found = fit(good[0], 7e-7 - bad).report()["directions"]
    assert found["potentiation"]["fits"] and not found["depression"]["fits"]
    assert (
        "leave the curve by up to" in found["depression"]["problem"]
    )  # it cannot head for less than nothing


def test_much_noise_alone_is_no_reason_to_refuse():
    found = fit(*ramps(TIOX, 150, 5, 0.1, 3, relative=False)).report()
    assert all(direction["fits"] for direction in found["directions"].values())


def test_a_report_is_plain_json():
    report = fit(*ramps(TIOX, 20, 1, 0.02, 0)).report()
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_directions_that_leave_no_range_are_refused():
    potentiation, _ = ramps(TIOX, 100, 1, 0, 0)
    with pytest.raises(UserError, match="G_max=6.74e-07 S, below G_min=1e-06 S of depression"):
        fit(potentiation, physics.depression_curve(np.arange(90)[:, None], 1e-6, 0.1, 1e-6))
