"""The paper's equations against pulse-by-pulse simulation, NumPy by hand and the numbers of the
paper and of NeuroSim."""

import numpy as np
import pytest

from snn_brian import physics

TIOX = dict(G_max=674e-9, G_min=32.95e-9)
POTENTIATION = TIOX | dict(alpha=0.03058, beta=626.8e-9)
DEPRESSION = TIOX | dict(alpha=0.3534, beta=921.9e-9)
# NeuroSim's own table, A/levels by label.
NEUROSIM = {
    0.01: 126.268958,
    0.02: 63.134314,
    0.04: 31.566827,
    0.1: 12.625807,
    0.42: 3.001784,
    0.5: 2.520,
    0.61: 2.063,
    0.63: 1.997,
    1.46: 0.8487,
    1.75: 0.7021,
    1.79: 0.6855,
    1.85: 0.6619,
    1.94: 0.6292,
    2.4: 0.4992,
    3.68: 0.3006,
    4.88: 0.2003,
    6.76: 0.1003,
    9: 0.022810,
}


def stepped(G, n, change):
    for _ in range(n):
        G = G + change(G)
    return G


def test_linear_response_is_equal_steps():
    G = physics.linear_response(0.2, np.array([0, 1, 30, -5]), 50, 1.0, 0.1)
    assert G == pytest.approx([0.2, 0.2 + 0.018, 0.2 + 30 * 0.018, 0.2 - 5 * 0.018], rel=1e-12)


def test_linear_pulses_invert_the_response():
    dG = np.array([-0.3, 0.0, 0.07, 0.9])
    n = physics.linear_pulses(dG, 50, 1.0, 0.1)
    assert n == pytest.approx(dG / 0.018, rel=1e-12)
    assert physics.linear_response(0.1, n[3], 50, 1.0, 0.1) == pytest.approx(1.0)
    assert physics.linear_pulses(0.02, 100, 1, 1 / 20) == pytest.approx(0.02 * 100 / 0.95)


@pytest.mark.parametrize("G", [40e-9, 300e-9, 600e-9])
@pytest.mark.parametrize("n", [0, 1, 13])
def test_state_form_is_the_law_of_one_pulse_repeated(G, n):
    up = stepped(G, n, lambda G: (674e-9 - G) * (1 - np.exp(-0.03058)))
    down = stepped(G, n, lambda G: -(G - 32.95e-9) * (1 - np.exp(-0.3534)))
    assert physics.potentiated(G, n, 674e-9, 0.03058) == pytest.approx(up, rel=1e-12)
    assert physics.depressed(G, n, 32.95e-9, 0.3534) == pytest.approx(down, rel=1e-12)


def test_curves_and_state_form_agree_along_a_curve_and_differ_at_its_start():
    n = np.arange(60)
    up = physics.potentiation_curve(n, 674e-9, 0.03058, 626.8e-9)
    down = physics.depression_curve(n, 32.95e-9, 0.3534, 921.9e-9)
    np.testing.assert_allclose(physics.potentiated(up[0], n, 674e-9, 0.03058), up, rtol=1e-12)
    np.testing.assert_allclose(
        physics.depressed(down[3], n[:-3], 32.95e-9, 0.3534), down[3:], rtol=1e-12
    )
    assert [up[0], down[0], down[1]] == pytest.approx([47.2e-9, 954.85e-9, 680e-9], rel=1e-3)


@pytest.mark.parametrize("share", [0.0, 1e-6, 0.1, 0.5, 0.999])
def test_pulses_needed_bring_the_wanted_change(share):
    G = np.array([40e-9, 200e-9, 650e-9])
    up, down = share * (674e-9 - G), share * (G - 32.95e-9)
    n_P = physics.potentiation_pulses(G, up, 674e-9, 0.03058)
    n_D = physics.depression_pulses(G, down, 32.95e-9, 0.3534)
    np.testing.assert_allclose(physics.potentiated(G, n_P, 674e-9, 0.03058), G + up, rtol=1e-10)
    np.testing.assert_allclose(physics.depressed(G, n_D, 32.95e-9, 0.3534), G - down, rtol=1e-10)


def test_linearised_pulses_approach_the_exact_ones_as_stated():
    G = 300e-9
    for share, error in ((1e-5, 1e-5), (0.02, 0.011), (0.2, 0.11)):
        for exact, linear, end, sign in (
            (physics.potentiation_pulses, physics.linearised_potentiation_pulses, 674e-9, 1),
            (physics.depression_pulses, physics.linearised_depression_pulses, 32.95e-9, -1),
        ):
            dG = share * sign * (end - G)
            n = exact(G, dG, end, 0.03)
            assert n * (1 - error) <= linear(G, dG, end, 0.03) <= n


@pytest.mark.parametrize(
    "call, sentence",
    [
        (
            lambda: physics.linear_response(0.5, 60, 100, 1.0, 0.1),
            "G=1.04: the change must leave G between G_min and G_max.",
        ),
        (
            lambda: physics.linear_response(0.2, np.array([3, -20]), 100, 1.0, 0.1),
            "G=0.02: .*between G_min and G_max",
        ),
        (
            lambda: physics.linear_pulses(-0.95, 100, 1.0, 0.1),
            r"dG=-0.95: \|dG\| must be at most G_max - G_min",
        ),
        (
            lambda: physics.potentiation_pulses(0.5, np.array([0.1, 0.5]), 1.0, 0.03),
            "dG=0.5: dG must be from 0 to below G_max",
        ),
        (lambda: physics.potentiation_pulses(0.5, -0.1, 1.0, 0.03), "dG=-0.1: dG must be from 0"),
        (
            lambda: physics.depression_pulses(0.5, 0.45, 0.1, 0.03),
            "dG=0.45: dG must be from 0 to below G - G_min",
        ),
        (
            lambda: physics.linearised_potentiation_pulses(0.5, 0.11, 1.0, 0.03),
            r"dG=0.11: .* 0.2\*\(G_max - G\); use the exact",
        ),
        (
            lambda: physics.linearised_depression_pulses(0.5, 0.09, 0.1, 0.03),
            r"dG=0.09: .* 0.2\*\(G - G_min\); use the exact",
        ),
        (
            lambda: physics.pulses_of_nonlinearity(0.5, **POTENTIATION),
            "value=0.5: PANL and DANL are below 1/2",
        ),
        (lambda: physics.curve_nonlinearity([1.0, 2.0, 1.0]), "G=1: a ramp must not end"),
        (lambda: physics.neurosim_A(0, 10), "label=0: "),
        (lambda: physics.neurosim_A(-9.5, 10), "label=-9.5: "),
    ],
)
def test_what_is_not_valid_is_refused_with_its_value(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_nonlinearity_is_the_distance_of_half_a_ramp_from_the_middle():
    G_P = physics.potentiation_curve(np.array([20.0, 47.5]), 674e-9, 0.03058, 626.8e-9)
    G_D = physics.depression_curve(np.array([20.0, 47.5]), 32.95e-9, 0.3534, 921.9e-9)
    N, middle, G_range = np.array([40, 95]), (674e-9 + 32.95e-9) / 2, 674e-9 - 32.95e-9
    PANL, DANL = physics.nonlinearity(N, **POTENTIATION), physics.nonlinearity(N, **DEPRESSION)
    np.testing.assert_allclose(PANL, (G_P - middle) / G_range, rtol=1e-9)
    np.testing.assert_allclose(DANL, (middle - G_D) / G_range, rtol=1e-9)
    np.testing.assert_allclose(PANL + DANL, (G_P - G_D) / G_range, rtol=1e-9)


def test_the_papers_values_need_three_different_ramps():
    assert physics.pulses_of_nonlinearity(0.32, **POTENTIATION) == pytest.approx(111, abs=0.5)
    assert physics.pulses_of_nonlinearity(0.45, **DEPRESSION) == pytest.approx(19, abs=0.5)
    assert physics.nonlinearity(95, **POTENTIATION) + physics.nonlinearity(
        95, **DEPRESSION
    ) == pytest.approx(0.77, abs=5e-3)
    # and what the docstring says of the others
    found = [
        physics.nonlinearity(N, **ramp)
        for N in (95, 111, 19)
        for ramp in (POTENTIATION, DEPRESSION)
    ]
    assert found == pytest.approx([0.27, 0.50, 0.32, 0.50, -0.23, 0.45], abs=6e-3)
    for value in (0.1, 0.4):
        N = physics.pulses_of_nonlinearity(value, **DEPRESSION)
        assert physics.nonlinearity(N, **DEPRESSION) == pytest.approx(value)


def test_nonlinearity_of_a_measured_curve():
    for N in (100, 101):
        n = np.arange(N + 1)
        G = np.stack(
            [n / N, 0.3 - 0.2 * n / N, -np.expm1(-0.2 * n), np.exp(-0.2 * n), (n / N) ** 2], axis=1
        )
        assert physics.curve_nonlinearity(G) == pytest.approx([0, 0, 0.5, 0.5, -0.25], abs=1e-3)
    whole = physics.potentiated(0.1, np.arange(101), 1.0, 0.2)
    assert physics.curve_nonlinearity(whole) == pytest.approx(
        physics.nonlinearity(100, 0.2, 0.9, 1.0, 0.1), abs=1e-4
    )


@pytest.mark.parametrize("label", NEUROSIM)
def test_labels_of_neurosim(label):
    assert physics.neurosim_A(label, 1) == pytest.approx(NEUROSIM[label], rel=1e-3)
    assert physics.neurosim_A(-label, 40) == pytest.approx(-40 * NEUROSIM[label], rel=1e-3)
