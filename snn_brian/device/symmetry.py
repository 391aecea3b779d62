"""The symmetry point of a device: the conductance at which a pulse up and a pulse down move it
equally far (Gokmen and Haensch 2020). Below it a device goes up on average if both are as likely,
above it down."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from snn_brian.base.errors import UserError
from snn_brian.declarations import Device
from snn_brian.device.response import change_by

PLACES = np.linspace(0, 1, 201)  # of the range, at which a device is looked at
EQUAL = 1e-9  # of the range
ABRUPT = 0.1  # of the range that a pulse from its other end leaves, at least
HALVINGS = 40


def symmetry_point(device: Device, values: Mapping[str, ArrayLike] | None = None) -> np.ndarray:
    """The symmetry points of devices, without any noise, as they are before any pulse.

    Parameters
    ----------
    device : Device
        As `snn_brian.device.reliability.as_law` gives it.
    values : mapping or None
        Of devices that differ: arrays of `G_max` and `G_min`, in units of the declared G_max, and
        of parameters of the law, by symbol. None: as declared.

    Returns
    -------
    float64 array, in units of the declared G_max

    Raises
    ------
    UserError
        If the declared device has no such point, or more than one, or if one pulse carries it from
        one end of its range to the other.
    """
    _check(device)
    known = {"G_max": 1.0, "G_min": device.K} | dict(values or {})
    known = {symbol: np.asarray(each, float) for symbol, each in known.items()}
    low, high = known["G_min"], known["G_max"]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        rises = np.greater(_excess(device, middle, known), 0)
        low, high = np.where(rises, middle, low), np.where(rises, high, middle)
    return (low + high) / 2


def _check(device):
    excess = _excess(device, device.K + PLACES * (1 - device.K), {"G_max": 1.0, "G_min": device.K})
    sign = np.where(abs(excess) < EQUAL * (1 - device.K), 0, np.sign(excess))
    if sign[0] <= 0 or sign[-1] >= 0 or np.any(np.diff(sign) > 0) or np.sum(sign == 0) > 1:
        raise UserError(
            f"the device '{device.name}' has no single symmetry point, below which a pulse up "
            "moves it further than one down, and above which less far; choose a device that has, "
            "e.g. --device TiOx."
        )
    ends = {"potentiation": device.K, "depression": 1.0}
    for way, G in ends.items():
        left = 1 - float(_moved(device, way, G, {})) / (1 - device.K)
        if left < ABRUPT:
            raise UserError(
                f"the device '{device.name}' is carried through {1 - left:.0%} of its range by one "
                f"pulse of {way}; choose a device that is gradual both ways, e.g. --device TiOx."
            )


def _excess(device, G, known):
    """How much further a pulse up moves a device than one down."""
    return _moved(device, "potentiation", G, known) - _moved(device, "depression", G, known)


def _moved(device, way, G, known):
    """What a pulse changes, within the range."""
    low, high = known.get("G_min", device.K), known.get("G_max", 1.0)
    room = high - G if way == "potentiation" else G - low
    return np.minimum(change_by(device, way, {"G": G, "n": 1.0} | dict(known)), room)
