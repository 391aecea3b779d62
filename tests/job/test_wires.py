"""`--wire-resistance` and `--tile` become wires, or one sentence."""

import pytest
from brian2 import kohm, ohm

from snn_brian.base.errors import UserError
from snn_brian.job.arguments import arms
from snn_brian.job.job import flags
from snn_brian.job.wires import wires


def parsed(*given):
    return flags().parse_args(given)


def test_without_a_flag_there_are_none():
    assert wires(parsed()) is None


def test_a_resistance_and_a_tile():
    found = wires(parsed("--wire-resistance", "2 ohm"))
    assert (found.resistance, found.tile) == (2 * ohm, None)
    found = wires(parsed("--wire-resistance=0.5kohm", "--tile", " 128 x 64 "))
    assert (found.resistance, found.tile) == (0.5 * kohm, (128, 64))


@pytest.mark.parametrize(
    "text",
    ["2", "", "ohm", "-2 ohm", "0 ohm", "2 V", "1e10 ohm", "1e-10 ohm", "nan ohm", "2 2 ohm"],
)
def test_no_resistance_is_refused(text):
    with pytest.raises(UserError, match=r"^--wire-resistance: '.*' is not possible; .* '2 ohm'.$"):
        wires(parsed(f"--wire-resistance={text}"))


@pytest.mark.parametrize("text", ["0x4", "4x0", "-1x4", "128", "1.5x4", "axb", "", "9999999x1"])
def test_no_tile_is_refused(text):
    with pytest.raises(UserError, match="^--tile: '.*' is not possible; .* e.g. 128x128.$"):
        wires(parsed("--wire-resistance=2ohm", f"--tile={text}"))


def test_flags_that_would_change_nothing_are_refused():
    with pytest.raises(UserError, match="^--tile: '128x128' changes nothing .* leave --tile out.$"):
        wires(parsed("--tile=128x128"))
    with pytest.raises(UserError, match="^--wire-resistance: --arm baseline has weights without"):
        wires(parsed("--wire-resistance=2ohm", "--arm=baseline"))


def test_the_memristive_arm_has_them_alone():
    found = arms(parsed("--wire-resistance=2ohm", "--target=numpy"))
    assert found["memristive"].wires.resistance == 2 * ohm and found["baseline"].wires is None
