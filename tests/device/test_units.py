"""Headers in any wording tell quantity and unit; names of ramps do not."""

import pytest

from snn_brian.base.errors import UserError
from snn_brian.device.units import flag_unit, header_unit


@pytest.mark.parametrize(
    "text, quantity, factor",
    [
        ("G (uS)", "conductance", 1e-6),
        ("G [µS]", "conductance", 1e-6),
        ("G in μS", "conductance", 1e-6),
        ("conductance_nS", "conductance", 1e-9),
        ("Conductance / S", "conductance", 1.0),
        ("ramp 1 in nS", "conductance", 1e-9),
        ("pS", "conductance", 1e-12),
        ("microsiemens", "conductance", 1e-6),
        ("G(us)", "conductance", 1e-6),
        ("conductance (1e-6 S)", "conductance", 1e-6),
        ("Conductance (1/ohm)", "conductance", 1.0),
        ("I [µA]", "current", 1e-6),
        ("current(A)", "current", 1.0),
        ("read current (nA)", "current", 1e-9),
        ("R (kΩ)", "resistance", 1e3),
        ("Resistance (MOhm)", "resistance", 1e6),
        ("resistance in ohm", "resistance", 1.0),
        ("G_norm", "normalised", 1.0),
        ("Normalized conductance", "normalised", 1.0),
        ("G (a.u.)", "normalised", 1.0),
        ("G/Gmax", "normalised", 1.0),
        ("dG (nS)", "change", 1e-9),
        ("delta G", "change", None),
        ("pulse", "counter", None),
        ("Unnamed: 0", "counter", None),
        ("time (s)", "time", 1.0),
        ("t/ms", "time", 1e-3),
        ("V_read (V)", "voltage", 1.0),
        *((name, None, None) for name in ("rmp1", "first", "second", "a", "device A", "r 1", "R1")),
    ],
)
def test_a_header_tells_quantity_and_unit(text, quantity, factor):
    found = header_unit(text)
    assert found.quantity == quantity
    assert found.factor == pytest.approx(factor) if factor else found.factor is None


def test_a_flag_names_a_unit_of_ramps():
    assert flag_unit("kohm").factor == 1e3 and flag_unit("µA").quantity == "current"
    for text in ("volt", "Sv", "s", ""):
        with pytest.raises(UserError, match=f"--unit: '{text}' is no unit .*; give one of S, mS"):
            flag_unit(text)
