"""The networks that are compared, against the devices themselves."""

import pytest
from rules import networks

from snn_brian.check.loading import load
from snn_brian.device.response import after
from snn_brian.sweep.points import point


@pytest.mark.parametrize("device", networks.DEVICES)
def test_both_pulses_move_a_device_by_the_step_at_its_balance_point(device):
    device = load("device", device)
    place, step = networks.balance(device)
    G = device.K + place * (1 - device.K)
    moved = [(after(device, G, n) - G) / (1 - device.K) for n in (1, -1)]
    assert moved == pytest.approx([step, -step])


def test_every_network_can_be_trained_and_none_is_another():
    asked = networks.compared(list(networks.RULES), ["TiOx", "EpiRAM"])
    rounding = {
        f"{kind}_rounding{single}"
        for kind in ("deterministic", "stochastic")
        for single in ("", "_single")
    }  # they need the N of a linear device; and a pulse must erase
    assert {rule for rule in networks.RULES if not networks.fitting([rule], "TiOx")} == rounding | {
        "potentiation_only"
    }
    digests = {point(values).digest for values in asked.values()}
    assert len(digests) == len(asked)


def test_candidates_leave_test_images_alone():
    for values in networks.compared(["counter"], ["Ag_aSi"]).values():
        tried = networks.candidates(values)
        assert len(tried) == len(networks.FACTORS)
        for eta, each in tried.items():
            assert each["validation"] == networks.HELD_OUT and each["learning.eta"] == eta
        assert "validation" not in networks.chosen(values, 0.1)


@pytest.mark.parametrize("gain, chosen", [(0.1, 0.12), (0.3, 0.24), (-1, 0.12)])
def test_the_declared_learning_rate_stays_unless_another_is_clearly_better(gain, chosen):
    point = networks.arm("counter", "TiOx", "alike")
    assert networks.best(point, {0.06: 90, 0.12: 95, 0.24: 95 + gain}) == chosen


@pytest.mark.parametrize("rule, devices", [("ternary, Adam", 2), ("tiki_taka", 4)])
def test_devices_per_synapse(rule, devices):
    assert networks.devices_per_synapse(rule) == devices


@pytest.mark.parametrize(
    "rule, bits",
    [("ternary", 0), ("tiki_taka", 0), ("counter", 4), ("accumulator", 32), ("ternary, Adam", 96)],
)
def test_digital_bits(rule, bits):
    """A counter from -7 to 7 has 4; Adam has two means and the gradient of its batch."""
    assert networks.digital_bits(rule) == bits


def test_any_device_that_pulses_move_can_be_compared():
    found = networks.declared()
    assert {*networks.DEVICES, "HZO_FeFET", "PCM"} <= set(found)
    assert not {"ideal", "limited"} & set(found)
    for device in found:
        assert "accumulator" in networks.fitting(["accumulator"], device)
