"""Parameters of synthetic ramps are found again; what does not follow the law is told."""

import json

import numpy as np
import pytest

from snn_brian import physics
from snn_brian.base.errors import UserError
from snn_brian.device.fit import DIRECTIONS, fit, share

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
    "shape, reached, said",
    [
        (lambda x: x, False, "leave the curve by up to"),
        (lambda x: x**2, False, "leave the curve by up to"),
        (lambda x: 1 / (1 + np.exp(-20 * (x - 0.2))), True, "leave the curve by up to 1"),
        (lambda x: 0.8 * (x > 0.25) + 0.2 * (x > 0), True, "leave the curve by up to 2"),
    ],
)
def test_what_is_no_exponential_is_told(shape, reached, said):
    x = np.linspace(0, 1, 101)[:, None]
    noise = 1e-3 * np.random.default_rng(0).standard_normal((101, 3))
    good = ramps(TIOX, 100, 3, 0.01, 0)
    bad = 1e-7 + 5e-7 * (shape(x) + noise)
    for number, pair in enumerate([(bad, good[1]), (good[0], 7e-7 - bad)]):
        if not reached:
            end = "G_max: the ramps do not level off, or bend the other way; .* largest"
            end = end if number == 0 else "G_min: the ramps .*; .* least"
            with pytest.raises(UserError, match=f"{end} state seen, .* by --fix-ends"):
                fit(*pair)
        found = fit(*pair, fix_ends=True).report()["directions"]
        odd, even = list(found.values())[:: 1 if number == 0 else -1]
        assert not odd["fits"] and even["fits"] and said in odd["problem"]
        assert odd["end_fixed"] == (not reached) and not even["end_fixed"]


STRAIGHT = (100 - 0.36 * np.arange(101)[:, None]) * 1e-6
LEVELLING = (64 + 36 * (1 - np.exp(-np.arange(101)[:, None] / 30))) * 1e-6


def test_an_end_that_no_ramp_reaches_is_none():
    with pytest.raises(UserError, match="d.csv: .*G_min: .* least state seen, 6.4e-05 S, by"):
        fit(LEVELLING, STRAIGHT, names=dict(depression="d.csv"))
    found = fit(LEVELLING, STRAIGHT, fix_ends=True).report()
    assert found["G_min"] == pytest.approx(64e-6) and found["G_max"] == pytest.approx(100e-6)
    assert found["confidence_intervals_95"]["G_min"] is None
    assert not found["directions"]["depression"]["fits"]


@pytest.mark.parametrize(
    "beta, alpha, noise, said",
    [
        (90e-6, 0.006, 0, "far outside what was measured, 1e-05 to 5.06e-05 S"),
        (40e-6, 0.012, 0.15, "within their noise the ramps may as well be straight"),
    ],
)
def test_an_end_far_from_what_was_measured_is_none(beta, alpha, noise, said):
    G = physics.potentiation_curve(np.arange(101)[:, None], 100e-6, alpha, beta)
    G = G * (1 + noise * np.random.default_rng(3).standard_normal(G.shape))
    with pytest.raises(UserError, match=said):
        fit(G, 164e-6 - LEVELLING)


def test_an_interval_that_holds_zero_is_no_end():
    n = np.arange(101)[:, None]
    G = physics.depression_curve(n, 1e-6, 0.02, 100e-6)
    G = G + 4e-6 * abs(np.random.default_rng(1).standard_normal(G.shape))
    with pytest.raises(UserError, match="G_min: (its 95 % interval, -|.* no conductance at all)"):
        fit(LEVELLING, G - 3e-6 * (n > 60))


def test_ramps_that_miss_the_law_in_opposite_ways_do_not_cancel():
    x = np.linspace(0, 1, 101)[:, None]
    law, bend = 1 - np.exp(-4 * x), 0.25 * np.sin(2 * np.pi * x) * np.exp(-x)
    G = 1e-7 + 5e-7 * np.hstack([law + bend, law - bend, law + bend, law - bend])
    down = ramps(TIOX, 100, 2, 0.001, 0)[1]
    places = dict(potentiation=[f"column {k}" for k in (1, 2, 3, 4)])
    found = fit(G, down, fix_ends=True, places=places).report()["directions"]["potentiation"]
    assert not found["fits"] and "leaves its own curve by up to" in found["problem"]
    assert found["problem"].startswith("column ")


def test_no_figure_means_nothing():
    assert share(3.8e9, 0.05) == "more than the way that they go"


def test_much_noise_alone_is_no_reason_to_refuse():
    found = fit(*ramps(TIOX, 150, 5, 0.1, 3, relative=False)).report()
    assert all(direction["fits"] for direction in found["directions"].values())


def test_a_report_is_plain_json():
    report = fit(*ramps(TIOX, 50, 1, 0.02, 0)).report()
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_directions_that_leave_no_range_are_refused():
    potentiation, _ = ramps(TIOX, 100, 1, 0, 0)
    with pytest.raises(UserError, match="G_max=6.74e-07 S, below G_min=1e-06 S of depression"):
        fit(potentiation, physics.depression_curve(np.arange(90)[:, None], 1e-6, 0.1, 1e-6))
