"""Runs start from what they are given and from nothing else."""

import numpy as np
import pytest

STATE = ["synapses_1.G_plus", "synapses_1.G_minus", "synapses_1.pulses_P"]


def equal(one, other):
    return all(np.array_equal(one[key], other[key]) for key in one)


@pytest.mark.parametrize("target", ["cpp_standalone", "numpy"])
def test_the_seed_alone_decides_the_draws(small, sampled, target):
    net = (
        sampled
        if target == "cpp_standalone"
        else small(
            "numpy", layers=(16,), steps=3, weights="linear", programming="stochastic_rounding"
        )
    )
    strong = {"layer_1.eta": 5.0}
    first, other, again = (net.run(12, STATE, strong, seed) for seed in (1, 2, 1))
    assert first["synapses_1.pulses_P"].sum() > 10
    assert equal(first, again) and not equal(first, other)


def test_nothing_is_left_of_the_run_before(dense):
    fresh = dense.run(6, STATE)
    dense.run(12, STATE, {"layer_1.eta": 5.0, "synapses_1.w": 1 + dense.start["synapses_1.w"]})
    assert equal(fresh, dense.run(6, STATE))
