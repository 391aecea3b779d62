"""What only some laws do; mistakes in devices are in test_check.py."""

from snn_brian.check.check import check
from snn_brian.check.loading import declarations


def test_the_linear_law_may_call_its_parameter_N():
    device, file = declarations("device")["linear"]
    assert device.law.parameters == ("N",)
    check(device, file)
