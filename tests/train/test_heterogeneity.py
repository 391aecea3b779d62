"""Neurons that differ keep their parameters: drawn once by the seed, the same in every epoch, test
and piece, in checkpoints, and independent of whatever else is drawn."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import ms
from scipy import stats
from test_lasting import LEAKY, training

from snn_brian.base.checkpoints import Damaged
from snn_brian.base.errors import UserError
from snn_brian.check.check import check
from snn_brian.check.overrides import overridden
from snn_brian.check.portrait import portrait
from snn_brian.declarations import lognormal, normal, uniform
from snn_brian.network.heterogeneity import differs, drawn, own_values

DRAWN = {"tau_m": normal(20 * ms, 5 * ms, least=5 * ms)}


def differing(values=DRAWN):
    return replace(LEAKY, parameters=LEAKY.parameters | values)


def last(own):
    *_, found = own.epochs()
    return {key: values for key, values in found.arrays.items() if "seconds" not in key}


def assert_equal(one, other):
    assert one.keys() == other.keys()
    for key in one:
        np.testing.assert_array_equal(one[key], other[key], err_msg=key)


def test_they_are_drawn_by_the_seed_alone_and_kept():
    one = last(training(differing(), epochs=1))
    two = last(training(differing(), epochs=2, layers=(12, 6), piece=7))
    other = last(training(differing({"tau_s": normal(4 * ms, 1 * ms)} | DRAWN), epochs=1))
    np.testing.assert_array_equal(one["layer_1.tau_m"], two["layer_1.tau_m"])
    np.testing.assert_array_equal(one["layer_1.tau_m"], other["layer_1.tau_m"])
    assert np.ptp(one["layer_1.tau_m"]) > 0 and one["layer_1.tau_m"].dtype == np.float32
    assert not np.array_equal(one["layer_1.tau_m"][:8], one["layer_2.tau_m"])
    seed = last(training(differing(), epochs=1, seed=7))
    assert not np.array_equal(seed["layer_1.tau_m"], one["layer_1.tau_m"])


def test_an_array_is_the_same_as_what_was_drawn_and_one_value_as_none_that_differ():
    drawn_ones = last(training(differing(), layers=(8, 8)))
    first = drawn_ones["layer_1.tau_m"]
    whole = last(training(differing({"tau_m": np.full(8, 10.0) * ms}), layers=(8, 8)))
    plain = last(training(LEAKY, layers=(8, 8)))
    for key in ("G_plus_1", "G_plus_2", "measured_test_accuracy"):
        np.testing.assert_array_equal(whole[key], plain[key])
    assert not np.array_equal(drawn_ones["G_plus_1"], plain["G_plus_1"])
    assert first.shape == (8,)


def test_pieces_and_resuming_change_no_bit():
    kept = []
    whole = last(training(differing()))
    own = training(differing(), piece=7)
    *_, end = own.epochs(keep=lambda number, arrays: kept.append(arrays))
    assert_equal(whole, {k: v for k, v in end.arrays.items() if "seconds" not in k})
    other = training(differing(), piece=7)
    other.resume(kept[-1])
    assert_equal(whole, last(other))
    with pytest.raises(Damaged, match="layer_1.tau_m"):
        training(differing(), piece=7).resume(kept[-1] | {"layer_1.tau_m": np.ones(12, "f")})


@pytest.mark.parametrize(
    "given, mean, deviation",
    [
        (normal(20.0, 5.0), 20, 5),
        (lognormal(20.0, 5.0), 20, 5),
        (uniform(10.0, 30.0), 20, 20 / np.sqrt(12)),
    ],
)
def test_distributions_have_their_mean_and_deviation(given, mean, deviation):
    values = drawn(given, 100_000, np.random.default_rng(1))
    assert abs(values.mean() - mean) < 0.1 and abs(values.std() - deviation) < 0.1
    assert float(given.mean) == mean


def test_ends_hold_and_times_stay_above_0():
    values = drawn(normal(1.0, 5.0, least=0.5, most=2.0), 1000, np.random.default_rng(1))
    assert values.min() >= 0.5 and values.max() <= 2
    assert drawn(normal(1 * ms, 5 * ms), 1000, np.random.default_rng(1)).min() > 0


SIGMA = np.sqrt(np.log(1 + (0.8 / 1.5) ** 2))  # of a lognormal of mean 1.5 and deviation 0.8


@pytest.mark.parametrize("least, most", [(0.5, 2.0), (0.5, None), (None, 2.0)])
@pytest.mark.parametrize(
    "make, whole",
    [
        (normal, stats.norm(1.5, 0.8)),
        (lognormal, stats.lognorm(SIGMA, scale=1.5 / np.exp(SIGMA**2 / 2))),
    ],
)
def test_what_is_cut_is_the_rest_of_the_distribution(make, whole, least, most):
    """As scipy's, given that a value is between the ends."""
    values = drawn(make(1.5, 0.8, least=least, most=most), 20_000, np.random.default_rng(3))
    below, above = (
        whole.cdf(least) if least else 0,
        whole.cdf(most) if most else 1,
    )
    assert stats.kstest(values, lambda x: (whole.cdf(x) - below) / (above - below)).pvalue > 1e-3


def test_an_array_of_another_length_is_refused():
    with pytest.raises(UserError, match="'tau_m'. has 12 values, but layer_2 has 8 neurons; give"):
        training(differing({"tau_m": np.full(12, 10.0) * ms}))


@pytest.mark.parametrize(
    "make, told",
    [
        (lambda: normal(20 * ms, 5), "unit of the mean"),
        (lambda: normal(20 * ms, -5 * ms), "below 0"),
        (lambda: normal(20 * ms, 5 * ms, least=30 * ms), "between least and most"),
        (lambda: uniform(2.0, 1.0), "above most"),
        (lambda: lognormal(-1.0, 1.0), "above 0"),
        (lambda: normal(np.nan, 1.0), "finite"),
    ],
)
def test_what_makes_no_distribution_is_refused(make, told):
    with pytest.raises(ValueError, match=told):
        make()


def test_a_wrong_unit_is_told_when_it_is_loaded():
    with pytest.raises(UserError, match="here: equations="):
        check(differing({"tau_m": normal(20.0, 5.0)}), "here")
    with pytest.raises(UserError, match="must be .* or an array of one finite number"):
        check(differing({"tau_m": np.array([1.0, np.nan])}), "here")
    check(differing(), "here")


def test_they_can_be_set_by_name():
    arm = training(LEAKY).arm
    found = overridden(arm, {"neuron.tau_m": "normal(20*ms, 5 ms, least=5ms)"})
    assert repr(found.neuron.parameters["tau_m"]) == repr(DRAWN["tau_m"])
    again = overridden(found, {"neuron.tau_m": "12*ms", "neuron.substeps": "4"})
    assert again.neuron.parameters["tau_m"] == 12 * ms and again.neuron.substeps == 4
    for text, told in (
        ("normal(20, 5)", "in units of s"),
        ("normal(20*ms)", r"write normal\(mean, deviation"),
        ("normal(x, 5*ms)", "'x' is no number"),
    ):
        with pytest.raises(UserError, match=f"--set: neuron.tau_m=.*{told}"):
            overridden(arm, {"neuron.tau_m": text})


def test_the_portrait_tells_of_them(tmp_path):
    lines = portrait(differing(), tmp_path / "leaky.png")
    assert any("tau_m is normal(20. ms, 5. ms, least=5. ms)" in line for line in lines)


def test_each_parameter_of_each_layer_has_a_stream_that_can_be_found_again():
    """default_rng([seed, stream, layer, *name]), from layer 1 on."""
    own = own_values(differing(), {"layer_1": 3, "layer_2": 4}, 6, 2)
    for number, size in ((1, 3), (2, 4)):
        random = np.random.default_rng([6, 2, number, *b"tau_m"])
        expected = drawn(DRAWN["tau_m"], size, random)
        np.testing.assert_array_equal(own[f"layer_{number}.tau_m"], expected)


def test_a_deviation_of_1_is_one_and_of_0_is_none():
    assert drawn(normal(20.0, 1.0), 50, np.random.default_rng(1)).std() > 0.5
    assert np.all(drawn(normal(20.0, 0.0), 5, np.random.default_rng(1)) == 20)


def test_an_array_of_one_value_differs():
    assert differs(np.array([1.0])) and differs(DRAWN["tau_m"]) and not differs(1 * ms)
    assert not differs(1.0)
