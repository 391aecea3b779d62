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
