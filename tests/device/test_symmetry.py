"""Where a pulse up and a pulse down undo each other, against the devices themselves."""

from dataclasses import replace

import numpy as np
import pytest

from snn_brian.base.errors import UserError
from snn_brian.check.loading import declarations
from snn_brian.declarations import Device, Reliability
from snn_brian.device.reliability import as_law
from snn_brian.device.response import after
from snn_brian.device.symmetry import symmetry_point
from snn_brian.device.table import table_law

DEVICES = {
    name: each for name, (each, _) in declarations("device").items() if isinstance(each, Device)
}
TIOX = DEVICES["TiOx"]


@pytest.mark.parametrize("name", sorted(DEVICES.keys() - {"linear", "PCM"}))
def test_pulses_there_move_a_device_equally_far_and_elsewhere_back(name):
    device = DEVICES[name]
    place = float(symmetry_point(device))
    up, down = (float(after(device, place, n)) - place for n in (1, -1))
    assert device.K < place < 1 and up > 0 and up == pytest.approx(-down, rel=1e-6)
    G = np.linspace(device.K, 1, 98)
    mean = after(device, G, 1) + after(device, G, -1) - 2 * G
    np.testing.assert_array_equal(mean > 0, place > G)


def test_devices_that_differ_have_one_each():
    """Of the exponential law: (G_max - G) a = (G - G_min) b."""
    random = np.random.default_rng(0)
    own = {"G_max": random.uniform(0.8, 1.2, 9), "G_min": random.uniform(0.01, 0.1, 9)}
    own |= {"alpha_P": random.uniform(0.01, 0.1, 9), "alpha_D": random.uniform(0.1, 0.6, 9)}
    a, b = -np.expm1(-own["alpha_P"]), -np.expm1(-own["alpha_D"])
    expected = (own["G_max"] * a + own["G_min"] * b) / (a + b)
    np.testing.assert_allclose(symmetry_point(TIOX, own), expected, rtol=1e-9)


def test_devices_that_wear_begin_as_those_that_do_not():
    worn = replace(TIOX, reliability=Reliability(endurance=1e3, closing=1e3, drift=0.1, stuck=0.1))
    assert symmetry_point(as_law(worn)) == pytest.approx(symmetry_point(TIOX))


@pytest.mark.parametrize(
    "up, down",
    [
        ([0.1, 0.1, 0.1], [0.1, 0.1, 0.1]),  # anywhere
        ([0.2, 0.05, 0.2, 0.0], [0.0, 0.1, 0.1, 0.3]),  # three
        ([0.2, 0.1, 0.1, 0.0], [0.0, 0.1, 0.1, 0.2]),  # a stretch of them
    ],
)
def test_there_must_be_one(up, down):
    device = replace(TIOX, law=table_law("mine", "", up, down), parameters={})
    with pytest.raises(UserError, match="the device 'TiOx' has no single symmetry point") as caught:
        symmetry_point(device)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("up, down, way", [(0.01, 3.0, "depression"), (3.0, 0.01, "potentiation")])
def test_an_abrupt_device_is_refused(up, down, way):
    device = replace(TIOX, parameters=dict(alpha_P=up, alpha_D=down))
    with pytest.raises(UserError, match=f"through 95% of its range by one pulse of {way}"):
        symmetry_point(device)
