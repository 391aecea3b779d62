"""What a learning rule requests keeps within its bounds, on devices and on ideal weights."""

from dataclasses import replace

import numpy as np
import pytest

from snn_brian.check.loading import load
from snn_brian.crossbar.evaluate import carry_out
from snn_brian.network.plasticity import requests

STDP = load("plasticity", "stdp")
TIOX, LIMITED = load("device", "TiOx"), load("device", "limited")
W = np.linspace(-1, 1, 41)


@pytest.mark.parametrize("bounds", [(-1.0, 0.0), (-1.0, 0.5), (0.0, 1.0), (-0.5, 0.5), (-1.0, 1.0)])
@pytest.mark.parametrize("dw", [-0.3, 0.3])
def test_a_pair_is_asked_for_nothing_beyond_the_bounds(bounds, dw):
    asked = requests(replace(STDP, bounds=bounds), 1, TIOX).asked("wanted")
    found = carry_out(asked, {"w": W, "wanted": dw, "learning_post": 1.0})["dw"]
    inside = (W >= bounds[0]) & (W <= bounds[1])
    expected = W + dw if bounds == (-1, 1) else np.clip(W + dw, *bounds)
    np.testing.assert_allclose((W + found)[inside], expected[inside])


def test_weights_with_a_limit_of_their_own_stay_within_that():
    rule = replace(STDP, bounds=(-0.5, 1.0))
    code = requests(rule, 1, LIMITED).carried_out("wanted")
    found = carry_out(code, {"w": W, "wanted": 0.3})["w"]
    np.testing.assert_allclose(found, np.clip(W + 0.3, -0.5, LIMITED.limit))
