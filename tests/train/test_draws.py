"""Each random choice of a training is its own, and the same for the same seed."""

import numpy as np
import pytest

from snn_brian.train.draws import STREAMS, Draws

PLACES = [(seed, name, number) for seed in (0, 1) for name in STREAMS for number in (0, 1, 2)]


def test_seeds_streams_and_numbers_draw_numbers_of_their_own():
    drawn = {place: Draws(place[0]).stream(*place[1:]).random(4).tobytes() for place in PLACES}
    assert len(set(drawn.values())) == len(PLACES)
    again = {place: Draws(place[0]).stream(*place[1:]).random(4).tobytes() for place in PLACES}
    assert again == drawn


def test_streams_are_those_that_a_run_says():
    """As `summary.json` has it: numpy.random.default_rng([seed, stream, number])."""
    own = np.random.default_rng([7, STREAMS["training"], 3])
    assert Draws(7).seed_of("training", 3) == own.integers(2**31, size=1)[0]
    seeds = {Draws(7).seed_of(phase, n) for phase in ("training", "test") for n in range(5)}
    assert len(seeds) == 10


def test_an_epoch_shows_every_image_once_and_there_is_none_before_training():
    first, second = (Draws(3).order(epoch, 50) for epoch in (1, 2))
    assert first.dtype == np.int32 and len(Draws(3).order(0, 50)) == 0
    assert sorted(first) == sorted(second) == list(range(50))
    assert not np.array_equal(first, second)


def test_classifiers_are_uniform_with_a_width_that_follows_the_neurons():
    J = Draws(3).classifier(2, 400, 10)
    limit = 3 / np.sqrt(400)
    assert J.shape == (10, 400) and J.dtype == np.float32
    assert -limit <= J.min() < -0.99 * limit and 0.99 * limit < J.max() <= limit
    # of 4,000 numbers: the mean within 4 of its standard deviations
    assert J.mean() == pytest.approx(0, abs=4 * limit / np.sqrt(3 * 4000))
    assert J.var() == pytest.approx(limit**2 / 3, rel=0.06)
