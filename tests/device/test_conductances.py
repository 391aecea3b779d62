"""Units come from headers and flags, never on trust; what is no memristor is refused."""

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.device.conductances import Reading, conductances, normalisation
from snn_brian.device.layout import ramp_columns
from snn_brian.device.table_file import read_table
from snn_brian.device.units import flag_unit

G = 1e-6 * (1 - 0.9 * np.exp(-np.arange(30) / 8))


def converted(tmp_path, values, header="", reading=Reading()):
    path = tmp_path / "table.csv"
    np.savetxt(path, values, header=header, comments="")
    return conductances(ramp_columns(read_table(path)), reading)[:, 0]


@pytest.mark.parametrize(
    "values, header, reading",
    [
        (G, "", Reading()),
        (G * 1e6, "G (uS)", Reading()),
        (G * 1e9, "", Reading(unit=flag_unit("nS"))),
        (G * 0.1, "I (A)", Reading(read_voltage=0.1)),
        (G * 0.1, "", Reading(read_voltage=0.1)),
        (G * -0.5 * 1e6, "I (uA)", Reading(read_voltage=-0.5)),
        (G * -0.5 * 1e9, "", Reading(read_voltage=-0.5, unit=flag_unit("nA"))),
        (1 / G, "", Reading(unit=flag_unit("ohm"))),
        (1e-3 / G, "R (kΩ)", Reading()),
        (G / 2e-6, "", Reading(G_max=2e-6)),
        (G / 2e-6, "G (a.u.)", Reading(G_max=2e-6)),
        ((G - 1e-7) / 9e-7, "G_norm", Reading(G_max=1e-6, G_min=1e-7)),
    ],
)
def test_units(tmp_path, values, header, reading):
    np.testing.assert_allclose(converted(tmp_path, values, header, reading), G, rtol=1e-12)


@pytest.mark.parametrize(
    "values, header, reading, said",
    [
        (G / 1e-6, "", Reading(), "column 1: .* 0.97.* S .*if they are normalised, .*--normalised"),
        (G / 1e-6, "G_norm", Reading(), "column 1: holds normalised values .*--normalised G_max="),
        (G * 1e9, "", Reading(), "column 1: the largest conductance would be .* give their unit"),
        (G, "I (A)", Reading(), r"column 1: holds currents \('I \(A\)'\); give .* --read-voltage"),
        (G, "current", Reading(), "column 1: holds currents"),
        (G, "G (S)", Reading(0.1), "column 1: holds conductances .*; leave --read-voltage out"),
        (G, "G (uS)", Reading(unit=flag_unit("nS")), r"header 'G \(uS\)' and --unit nS differ"),
        (G, "", Reading(-0.1), "the currents have the other sign|is not positive"),
        (-G, "", Reading(0.1), "the currents have the other sign than --read-voltage 0.1; give -0"),
        (G * 1e9, "", Reading(G_max=1e-6), "row 30, column 1: the largest value is .* up to 1"),
        (
            np.linspace(0, 1, 9),
            "",
            Reading(G_max=1e-6),
            "row 1, column 1: 0 would be no conductance",
        ),
    ],
)
def test_what_is_refused(tmp_path, values, header, reading, said):
    with pytest.raises(UserError, match=said) as caught:
        converted(tmp_path, values, header, reading)
    assert "\n" not in str(caught.value)


def test_normalisation():
    assert normalisation("G_max=674nS") == (pytest.approx(674e-9), None)
    assert normalisation("G_max=6e-7, G_min=30 nS") == (6e-7, pytest.approx(30e-9))
    for text in ("674nS", "G_max=1", "G_max=1nA", "G_max=1nS,G_min=2nS", "G_max=x", "G=1nS"):
        with pytest.raises(UserError, match=f"--normalised: '{text}' is not possible"):
            normalisation(text)
