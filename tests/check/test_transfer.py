"""What a rule with a second array may say."""

from dataclasses import replace

import pytest

from snn_brian.base.errors import UserError
from snn_brian.check.check import check
from snn_brian.check.loading import load


@pytest.mark.parametrize(
    "changes, told",
    [
        (dict(transfer="rate*A"), "transfer=.*no whole number; write SR"),
        (dict(transfer="SR(rate*A) + 1"), "asks for 1 pulses where A is 0"),
        (dict(transfer="SR(rate*A) + SR(A)"), "transfer=.*at most one SR"),
        (dict(transfer="SR(rate*A*dw)"), "transfer=.*dw"),
        (dict(transfer="SR(A)"), "parameters.*rate"),
        (dict(transfer="SR(rate*A)", parameters=dict(rate=1.0, A=2.0)), "parameters.*A"),
        (dict(variables="A : 1", prepare="A += dw"), "variables.*A"),
        (dict(transfer_every=0), "transfer_every=0:"),
        (dict(transfer_every=1.5), "transfer_every=1.5: must be a whole number"),
        (dict(transfer="", parameters={}, transfer_every=2), "has no effect without a transfer"),
        (dict(depression_pulses="int(G > 0.5)"), "transfer=.*does not go with"),
        (dict(reads="1"), "transfer=.*does not go with"),
        (dict(refresh="G_plus > 0.5"), "transfer=.*does not go with"),
    ],
)
def test_a_transfer_gives_whole_pulses_for_what_was_read(changes, told):
    rule = load("programming", "tiki_taka")
    with pytest.raises(UserError, match=told) as caught:
        check(replace(rule, **changes), "here")
    assert "\n" not in str(caught.value)
