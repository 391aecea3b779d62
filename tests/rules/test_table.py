"""Rows of the comparison, from curves that are known."""

import numpy as np
import pytest
from made_up import curves
from rules import networks
from rules.table import columns, markdown, row


def test_a_row_is_what_the_curves_say():
    name = networks.name("counter", "TiOx", "alike")
    found = {
        "float, on-line": curves(np.full(10, 97.5), np.zeros(10)),
        name: curves(np.full(10, 97.0), np.full(10, 100.0)),
    }
    asked = networks.arm("counter", "TiOx", "alike")
    own = row("counter", "TiOx", "alike", found, {name: networks.chosen(asked, 0.12)}, {name: 77})
    assert own["accuracy_percent"] == pytest.approx(97)
    assert own["accuracy_sd"] == pytest.approx(0.02 * np.std(range(5), ddof=1))
    assert own["drop_points"] == pytest.approx(0.5) and own["drop_sd"] == pytest.approx(0)
    assert own["pulses"] == 1000 and own["most_pulses_on_a_device"] == 77
    assert columns([own, own])["rule"] == ["counter", "counter"]
    text = markdown([own], found)
    assert "float, on-line: 97.50 +- 0.03 % over 5 seeds" in text
    assert "| counter | 0.12 | 97.00 +- 0.03 | 0.50 +- 0.00 |" in text


def test_of_one_seed_no_spread_is_told():
    name, asked = "counter on TiOx, alike", networks.arm("counter", "TiOx", "alike")
    found = {
        "float, on-line": curves([97.5], [0], seeds=1),
        name: curves([97.0], [100.0], seeds=1),
    }
    settings = {name: networks.chosen(asked, 0.12)}
    own = row("counter", "TiOx", "alike", found, settings, {name: 77})
    text = markdown([own], found)
    assert "float, on-line: 97.50 % over 1 seed\n" in text
    assert "| counter | 0.12 | 97.00 | 0.50 | 97.00  97.00  97.00 |" in text


def test_a_learning_rate_at_an_end_of_those_tried_is_marked():
    """0.12 is declared, and 0.03 to 0.48 are tried."""
    name, asked = (
        networks.name("counter", "TiOx", "alike"),
        networks.arm("counter", "TiOx", "alike"),
    )
    found = {"float, on-line": curves([97.5], [0]), name: curves([97.0], [100.0])}
    for eta, told in ((0.03, "0.03*"), (0.06, "0.06"), (0.24, "0.24"), (0.48, "0.48*")):
        settings = {name: networks.chosen(asked, eta)}
        own = row("counter", "TiOx", "alike", found, settings, {name: 77})
        text = markdown([own], found)
        assert f"| counter | {told} |" in text
        assert ("the least or the largest" in text) == told.endswith("*")
