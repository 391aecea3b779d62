"""Which law is taken, and what is told about the other."""

import numpy as np
import pytest

from snn_brian import physics
from snn_brian.base.errors import UserError
from snn_brian.device.choice import choose, problems

n = np.arange(101)[:, None]
UP = physics.potentiation_curve(n, 600e-9, 0.05, 560e-9)
DOWN = physics.depression_curve(n, 40e-9, 0.06, 550e-9)
LEVELS_OFF = 40e-9 + 560e-9 / (1 + np.exp(-0.12 * (n - 40)))  # a sigmoid, far from an exponential
NOISE = 1 + 0.003 * np.random.default_rng(0).standard_normal((101, 3))


def ramps(up=UP, down=DOWN):
    return dict(potentiation=up * NOISE, depression=down * NOISE)


def test_the_exponential_law_is_taken_where_it_fits():
    found = choose(ramps())
    assert (found.law, found.table, found.sentence) == ("exponential", None, "")


def test_the_table_is_taken_where_it_does_not_and_both_misfits_are_told():
    found = choose(ramps(LEVELS_OFF))
    assert found.law == "table" and not problems(found.table)
    up, down = found.deviations
    assert up > 0.05 > down and f"{up:.1%} (potentiation) and {down:.1%}" in found.sentence
    assert f"{found.table.potentiation.deviation:.1%} (potentiation)" in found.sentence
    course = found.table.potentiation.states
    np.testing.assert_allclose(course, LEVELS_OFF[:, 0], atol=0.015 * 560e-9)


def test_forced():
    assert choose(ramps(), "table").law == "table"
    found = choose(ramps(LEVELS_OFF), "exponential", fix_ends=True)
    assert found.law == "exponential" and problems(found.exponential)


def test_an_end_that_the_data_leave_open_is_no_reason_for_a_table():
    begun = 100e-9 + physics.potentiation_curve(n, 2e-6, 0.001, 1.5e-6) - 500e-9
    for law in ("auto", "exponential", "table"):
        with pytest.raises(UserError, match="no ramp shows where it ends, G_max"):
            choose(ramps(begun), law)


def test_what_no_curve_describes_stays_with_the_exponential_law_and_its_problem():
    """Ramps of which each bends its own way, and readings in few steps."""
    bend = 140e-9 * np.sin(2 * np.pi * n / 100)
    found = choose(dict(potentiation=np.hstack([UP + bend, UP - bend] * 2), depression=DOWN))
    assert found.law == "exponential" and "leaves its own curve" in str(problems(found.exponential))
    rounded = np.round(UP / 200e-9) * 200e-9 + 40e-9
    found = choose(dict(potentiation=rounded, depression=DOWN), fix_ends=True)
    assert found.law == "exponential" and problems(found.exponential)
