"""Turns are found to the row through noise, with a drop or without."""

import numpy as np
import pytest

from snn_brian.device.turns import begins_after_drop, noise, segments

UP, DOWN = 1 - 0.9 * np.exp(-np.arange(61) / 20), 0.1 + 0.9 * np.exp(-np.arange(1, 61) / 9)


@pytest.mark.parametrize("sigma", [0, 0.01, 0.05])
@pytest.mark.parametrize("drop", [False, True])
@pytest.mark.parametrize("cycles", [1, 3])
def test_turns_are_found(sigma, drop, cycles):
    top = 0.75 if drop else UP[-1]
    down = 0.1 + (top - 0.1) * np.exp(-np.arange(0 if drop else 1, 61) / 9)
    clean = np.concatenate([UP, down] * cycles)
    wide = np.random.default_rng(cycles).standard_normal((len(clean), 9)).mean(axis=1)
    G = clean * (1 + sigma * wide)
    found = segments(G)
    assert [sign for *_, sign in found] == [1, -1] * cycles
    for (start, stop, _), (first, last) in zip(found[:2], [(0, 60), (60, 60 + len(down))]):
        assert abs(start - first) <= (sigma > 0) and abs(stop - last) <= 1
    assert begins_after_drop(G, *found[1][:2]) == drop


def test_one_way_has_no_turn():
    for seed in range(20):
        noisy = UP * (1 + 0.2 * np.random.default_rng(seed).standard_normal(61))
        assert [sign for *_, sign in segments(noisy)] == [1]
        assert [sign for *_, sign in segments(noisy[::-1])] == [-1]


def test_noise_is_told_from_a_curve():
    draws = 0.02 * np.random.default_rng(0).standard_normal(500)
    assert noise(np.linspace(1, 2, 500) ** 2 + draws) == pytest.approx(0.02, rel=0.15)
    assert noise(UP) < 0.001
