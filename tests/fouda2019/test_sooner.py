"""How much sooner an accuracy is reached, and how much sooner the law lets it."""

import made_up
import numpy as np
import pytest
from fouda2019 import sooner
from fouda2019.networks import setting

ALPHA_P, ALPHA_D = 0.03058, 0.3534  # the paper's TiOx


def rising(slope):
    """10 % before training, and so many points more in each epoch, up to 95 %."""
    return made_up.curves(
        np.minimum(10 + slope * np.arange(1, made_up.EPOCHS + 1), 95), made_up.settling()
    )


@pytest.fixture
def found():
    """Accuracies rise as fast as the claim says."""
    slopes = {(1, 1): 2.0, (3, 3): 6.0, (5, 5): 10.0, (3, 1): 4.0}
    return {setting(pair): rising(slope) for pair, slope in slopes.items()}


def test_what_pulses_are_worth_in_the_law():
    for n in (2, 3, 5):
        wanted = np.exp(-ALPHA_D * np.arange(n)).sum()  # each moves what the ones before have left
        assert sooner.worth(n) == pytest.approx(wanted)
        wanted = np.exp(-ALPHA_P * np.arange(n)).sum()
        assert sooner.worth(n, "potentiation") == pytest.approx(wanted)
    assert round(sooner.worth(3), 2) == 2.20 and round(sooner.worth(5), 2) == 2.79


def test_speeds_of_the_paper_are_reproduced(found):
    for bar in sooner.BARS:
        np.testing.assert_allclose(sooner.speed(found, (3, 3), bar).ratio, 3, rtol=2e-3)
    text, verdict = sooner.measured(found)
    assert verdict == "reproduced"
    share = 100 * 2 / (sooner.worth(3) - 1)
    assert (
        f"(3,3), where (10) allows 2.20: to 80 % 3.00 (3.00 to 3.00), a share of {share:.0f} %"
        in text
    )


def test_speed_that_holds_at_some_accuracies_is_partly(found):
    late = found["gamma (3,3)"].accuracy
    late[:] = np.where(late > 86, 86, late)
    late[:, -1] = 93
    assert sooner.measured(found)[1] == "partly"


def test_slow_ones_are_not_reproduced(found):
    found["gamma (3,3)"], found["gamma (5,5)"] = rising(2.2), rising(1.9)
    assert sooner.measured(found)[1] == "not reproduced"
    assert (sooner.speed(found, (5, 5), 80).ratio < 1).all()


def test_what_is_there_after_one_epoch_is_told_as_a_bound(found):
    found["gamma (3,3)"] = rising(80)
    at_once, later = (sooner.speed(found, (3, 3), bar) for bar in (85, 92))
    assert at_once.told() == "at least 37.50 (37.48 to 37.52)"
    assert at_once.told_epochs() == "within the first"
    assert not later.at_least and later.ratio.mean() < 41


def test_what_is_never_reached_has_no_ratio(found):
    found["gamma (3,3)"] = rising(1.5)
    found["gamma (5,5)"] = rising(1.5)
    never = sooner.speed(found, (3, 3), 92)
    assert never.told() == never.told_epochs() == "not reached"
    assert not sooner.holds(found, (3, 3), 92)
    del found["gamma (5,5)"]
    assert "(5,5)" not in sooner.measured(found)[0]
