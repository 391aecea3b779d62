"""Declared laws, evaluated, are the equations of physics.py, for every device of the package."""

from dataclasses import replace

import numpy as np
import pytest
from standalone import numpy_target

from snn_brian import physics
from snn_brian.check.loading import declarations
from snn_brian.check.single_pair import PULSE, programmed
from snn_brian.declarations import Device
from snn_brian.device.response import after, ramp

DEVICES = {
    name: each for name, (each, _) in declarations("device").items() if isinstance(each, Device)
}
N = np.r_[-300, -40, -7:8, 0.3, 40, 300]


def neurosim(G, n, A, N, start, end):
    """Towards `end` along the curve from `start`, which is there after N pulses: P pulses bring a
    fraction (1 - exp(-P/A))/(1 - exp(-N/A)) of the way."""
    whole = -np.expm1(-N / A)
    P = -A * np.log1p(-(G - start) / (end - start) * whole)
    return start + (end - start) * -np.expm1(-(P + n) / A) / whole


def expected(device, G, n, G_max, G_min):
    """By physics.py, or by NeuroSim's closed form, clipped to the range."""
    p, up, size = device.parameters, n > 0, abs(n)
    if device.law.name == "exponential":
        found = np.where(
            up,
            physics.potentiated(G, size, G_max, p["alpha_P"]),
            physics.depressed(G, size, G_min, p["alpha_D"]),
        )
    elif device.law.name == "set_and_reset":
        found = np.where(up, physics.potentiated(G, size, G_max, p["alpha_P"]), G_min)
    elif device.law.name == "linear":
        most = p["N"] * np.where(up, G_max - G, G - G_min) / (G_max - G_min)
        found = physics.linear_response(
            G, np.sign(n) * np.minimum(size, most), p["N"], G_max, G_min
        )
    elif device.law.name == "neurosim":
        with np.errstate(over="ignore", invalid="ignore"):
            found = np.where(
                up,
                neurosim(G, np.minimum(size, p["N"]), p["A_P"], p["N"], G_min, G_max),
                neurosim(G, np.minimum(size, p["N"]), p["A_D"], p["N"], G_max, G_min),
            )
    else:
        pytest.fail(f"physics.py has no law '{device.law.name}' to compare with")
    return np.clip(np.where(n == 0, G, found), G_min, G_max)


@pytest.mark.parametrize("unit", [None, 1.0, 1e-9])
@pytest.mark.parametrize("name", DEVICES)
def test_every_device_responds_as_physics_says(name, unit):
    device = DEVICES[name]
    G_max = 1.0 if unit is None else float(device.G_max) / unit
    G = np.linspace(device.K, 1, 11)[:, None] * G_max
    np.testing.assert_allclose(
        after(device, G, N, unit),
        expected(device, G, N, G_max, device.K * G_max),
        rtol=1e-9,
    )


@pytest.mark.parametrize("name", DEVICES)
def test_every_device_responds_as_in_the_network(name):
    """Numbers of pulses as requests, carried out by the network's own code, less the noise."""
    device = replace(DEVICES[name], cycle_to_cycle=0.0, read_noise=0.0)
    n = np.array([3, 1, 8, -1, -2, 60, -60, -5, 4])
    with numpy_target(np.float64):
        G = programmed(device, PULSE, n[:, None], (device.K, device.K))[0][:, 0, 0]
    np.testing.assert_allclose(ramp(device, device.K, n)[1:], G, rtol=1e-9)


def test_devices_that_differ():
    device = DEVICES["TiOx"]
    G_max, G_min, alpha = np.array([6e-7, 7e-7]), np.array([3e-8, 4e-8]), np.array([0.02, 0.04])
    values = dict(G_max=G_max, G_min=G_min, alpha_P=alpha, alpha_D=alpha)
    np.testing.assert_allclose(
        after(device, G_min, 5, 1.0, **values), physics.potentiated(G_min, 5, G_max, alpha)
    )
    np.testing.assert_allclose(
        after(device, G_max, -5, 1.0, **values), physics.depressed(G_max, 5, G_min, alpha)
    )


def test_a_ramp_is_pulse_after_pulse():
    device, pulses = DEVICES["TiOx"], np.r_[np.ones(5), -np.ones(3)]
    course = ramp(device, 100.0, pulses, 1e-9)
    assert course.shape == (9,) and course[0] == 100
    np.testing.assert_allclose(course[5], after(device, 100.0, 5, 1e-9))
    np.testing.assert_allclose(course[8], after(device, course[5], -3, 1e-9))
