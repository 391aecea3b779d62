"""Numbers of a device's curves, against the curves themselves."""

from dataclasses import replace

import pytest
from asymmetry.networks import DEVICE, grid
from asymmetry.shapes import Shape, of_device

from snn_brian.check.loading import load
from snn_brian.device.response import after

SHAPES = [Shape(0, 0, 100), Shape(0.3, 0.3, 16), Shape(0.1, 0.48, 64), Shape(0.5, 0.2, 100)]


def device(shape):
    own = {name.removeprefix("device."): value for name, value in shape.parameters().items()}
    return replace(load("device", DEVICE), parameters=own)


def place(device, x, n):
    """In the range, from x, after n pulses."""
    K = device.K
    return (after(device, K + x * (1 - K), n) - K) / (1 - K)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_half_of_the_pulses_leave_a_ramp_so_far_beyond_the_middle(shape):
    own = device(shape)
    assert place(own, 0, shape.N) == pytest.approx(1)
    assert place(own, 1, -shape.N) == pytest.approx(0, abs=1e-9)
    assert place(own, 0, shape.N / 2) - 0.5 == pytest.approx(shape.PANL, abs=0.006)
    assert 0.5 - place(own, 1, -shape.N / 2) == pytest.approx(shape.DANL, abs=0.006)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_at_the_balance_point_both_pulses_move_a_device_by_the_step(shape):
    own = device(shape)
    assert place(own, shape.balance, 1) - shape.balance == pytest.approx(shape.step)
    assert shape.balance - place(own, shape.balance, -1) == pytest.approx(shape.step)


def test_conductances_start_around_the_balance_point_within_the_range():
    for shape in [shape for row in grid() for shape in row]:
        least, most = map(float, shape.start().split(","))
        assert 0 <= least < shape.balance < most <= 1


def test_declared_devices_lie_where_their_curves_say():
    for name, N in (("EpiRAM", 64), ("PCMO", 50)):
        own = load("device", name)
        assert of_device(own, 100)[0] == pytest.approx(place(own, 0, N / 2) - 0.5)
        assert of_device(own, 100)[1] == pytest.approx(0.5 - place(own, 1, -N / 2))
    assert of_device(load("device", "linear"), 100) is None


def test_the_exponential_law_lies_where_its_pulses_are_the_same_share_of_the_way():
    own = load("device", "TiOx").parameters
    found = Shape(*of_device(load("device", "TiOx"), 100), 100).parameters()
    assert 1 / found["device.A_P"] == pytest.approx(own["alpha_P"])
    assert 1 / found["device.A_D"] == pytest.approx(0.35, abs=0.01)  # the map ends there
