"""Figures over seeds and epochs, as text."""

import numpy as np
import pytest
from fouda2019 import verdicts
from scipy import stats


def test_an_interval_is_students():
    values = [1.2, 0.7, 1.9, 1.1, 0.4]
    wanted = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    mean, least, most = verdicts.interval(values)
    np.testing.assert_allclose((mean, least, most), (np.mean(values), *wanted))
    assert verdicts.told_interval(values) == f"1.06 ({wanted.low:.2f} to {wanted.high:.2f})"


def test_one_seed_has_no_interval():
    assert verdicts.interval([2.0]) == (2, -np.inf, np.inf)
    assert verdicts.told_interval([2.0], "+") == "+2.00 (one seed)"


@pytest.mark.parametrize(
    ("holds", "wanted"),
    [
        ("000", "in no epoch"),
        ("111", "in all epochs"),
        ("0011", "from epoch 3 on"),
        ("1100", "in epochs 1 to 2"),
        ("010", "in epoch 2"),
        ("0001", "from epoch 4 on"),
        ("1101", "in epochs 1 to 2, from epoch 4 on"),
        ("1010101", "in 4 of 7 epochs from 1 to 7"),
    ],
)
def test_epochs_in_which_a_claim_holds(holds, wanted):
    assert verdicts.epochs([letter == "1" for letter in holds]) == wanted


def test_every_claim_has_its_words():
    assert sorted(verdicts.CLAIMS) == list(range(1, 9))
    assert verdicts.Claim(2, "", "", "").claim == verdicts.CLAIMS[2]
