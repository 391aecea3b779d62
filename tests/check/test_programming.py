"""What a rule may ask for; mistakes in rules are in test_check.py."""

from dataclasses import replace

import pytest

from snn_brian.base.errors import UserError
from snn_brian.check.check import check
from snn_brian.check.loading import load


def test_a_rule_may_count_what_it_reads_and_keep_a_state():
    check(load("programming", "write_verify"), "here")


@pytest.mark.parametrize(
    "number, whole",
    [("SR(dw)", True), ("clip(SR(dw), -3, 3)", True), ("dw", False), ("SR(dw)/2", False)],
)
def test_pulses_are_whole(number, whole):
    rule = replace(load("programming", "ternary"), number=number)
    if whole:
        check(rule, "here")
    else:
        with pytest.raises(UserError, match="here: number=.*no whole number"):
            check(rule, "here")


REFRESHED = load("programming", "potentiation_only")


@pytest.mark.parametrize(
    "changes, told",
    [
        (dict(refresh="G_plus"), "refresh="),
        (dict(refresh="G_plus > ful"), "refresh=.*ful"),
        (dict(refresh="G_plus > full and chi > most"), "refresh=.*chi"),
        (dict(refresh="G_plus > full"), "parameters.*most"),
        (dict(refresh_every=0), "refresh_every=0:"),
        (dict(refresh="", erase_pulses=2), "erase_pulses=2: has no effect without a refresh"),
        (dict(refresh_every=2.5), "refresh_every=2.5"),
        (dict(erase_pulses=0), "erase_pulses=0:"),
    ],
)
def test_a_refresh_is_a_condition_at_whole_numbers(changes, told):
    check(REFRESHED, "here")
    with pytest.raises(UserError, match=told) as caught:
        check(replace(REFRESHED, **changes), "here")
    assert "\n" not in str(caught.value)
