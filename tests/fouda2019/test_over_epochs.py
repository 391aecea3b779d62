"""Claims over the epochs of a training: on curves that reproduce, turn round, and fail."""

import made_up
import numpy as np
import pytest
from fouda2019 import over_epochs, verdicts

NUMBERS = sorted(over_epochs.COURSES)


def verdict(found, number):
    return over_epochs.COURSES[number](found).verdict


def test_what_reproduces():
    found = made_up.reproducing()
    assert [verdict(found, number) for number in NUMBERS] == ["reproduced"] * 5
    assert over_epochs.together(found) == "from epoch 9 on"  # where pulses have settled


def test_what_turns_round():
    found = made_up.turning(at=20)
    holds = {number: over_epochs.COURSES[number](found).holds for number in NUMBERS}
    assert verdicts.epochs(holds[2]) == "from epoch 21 on"
    assert verdicts.epochs(holds[4]) == "in epochs 1 to 20"
    assert verdicts.epochs(holds[7]) == "from epoch 21 on"
    assert holds[6][:20].all() and not holds[6][30:].any()
    assert {number: verdict(found, number) for number in NUMBERS} == {
        2: "reproduced",
        4: "partly",
        5: "reproduced",
        6: "partly",
        7: "reproduced",
    }
    assert over_epochs.together(found) == "in no epoch"


def test_what_fails():
    found = made_up.failing()
    assert [verdict(found, number) for number in NUMBERS] == ["not reproduced"] * 5
    assert over_epochs.together(found) == "in no epoch"


def test_the_last_epoch_of_claim_4_needs_every_way():
    found = made_up.turning()
    found["gamma (5,5)"] = made_up.curves(made_up.constant(80), made_up.settling())
    course = over_epochs.unequal_gamma(found)
    assert course.holds[:-1].all() and not course.holds[-1] and course.verdict == "partly"
    assert over_epochs.unequal_gamma(found, ["equal gamma of the same gamma_P"]).holds.all()
    assert "most (5,1) over (5,5), +13.00 (+13.00 to +13.00) at 5" in course.measured


def test_ways_compare_what_they_say():
    assert over_epochs.WAYS == {
        "(1,1)": [((3, 1), (1, 1)), ((5, 1), (1, 1)), ((1, 3), (1, 1)), ((1, 5), (1, 1))],
        "equal gamma of the same sum": [
            ((3, 1), (2, 2)),
            ((5, 1), (3, 3)),
            ((1, 3), (2, 2)),
            ((1, 5), (3, 3)),
        ],
        "equal gamma of the same gamma_P": [((3, 1), (3, 3)), ((5, 1), (5, 5))],
    }


def test_differences_are_of_the_same_seeds():
    found = made_up.reproducing()
    found["gamma (3,1)"] = made_up.curves(made_up.constant(96), made_up.settling(), seeds=3)
    found["gamma (3,1)"].accuracy[:] = found["gamma (1,1)"].accuracy[:3] + 0.7
    gains = over_epochs.gains(found, (3, 1), (1, 1))
    assert gains.shape == (3, made_up.EPOCHS)
    np.testing.assert_allclose(gains, 0.7)
    assert over_epochs.growths(found, (3, 1)).shape == gains.shape


def test_pulses_grow_by_their_sums():
    found = made_up.reproducing()
    found["gamma (3,1)"].pulses[:, 1:] = 100 * np.arange(1, made_up.EPOCHS + 1)
    found["gamma (1,1)"].pulses[:, 1:] = 100.0
    np.testing.assert_allclose(over_epochs.growths(found, (3, 1))[2, :3], [1, 1.5, 2])


@pytest.mark.parametrize(
    ("pulses", "since"),
    [
        (made_up.settling(), "from epoch 9 on"),
        (made_up.constant(100), "in no epoch"),  # no fall
        (100 * 0.9 ** np.arange(made_up.EPOCHS), "in no epoch"),  # falls on
    ],
)
def test_pulses_settle_where_none_is_far_from_the_rest(pulses, since):
    found = made_up.reproducing()
    found["gamma (1,1)"] = made_up.curves(made_up.constant(95), pulses)
    assert verdicts.epochs(over_epochs.settling(found).holds) == since


def test_short_trainings_show_their_last_epoch():
    found = {
        name: made_up.curves([20.0, 30.0], [5.0, 4.0], seeds=1) for name in made_up.reproducing()
    }
    assert over_epochs.shown(found) == [2]
    for course in over_epochs.COURSES.values():
        assert course(found).measured
