"""Devices differ: parameters drawn from device to device."""

import numpy as np
from scipy.special import ndtr, ndtri

from snn_brian.declarations import Device, Lognormal

# standard deviations at which the Gaussians end, so that every device is physical; that
# they are is seen to in `snn_brian.check.devices`
CUT = 3.0


def spread(
    device: Device, symbol: str, shape: int | tuple[int, ...], rng: np.random.Generator
) -> np.ndarray:
    """Values of one symbol of a device's law, one for each of many devices.

    nominal*(1 + s*z), where s is `device.device_to_device[symbol]`, 0 if absent, and z is standard
    normal within +-3 (paper, Fig. 4b: alpha 25 %, G_max 1 %, G_min 5 %; Gaussian; the cut is ours).
    For a `Lognormal`, nominal*exp(sigma*z), z without a cut.

    Parameters
    ----------
    device : Device
    symbol : str
        "G_max", "G_min" or a parameter of the law.
    shape : int or tuple of int
    rng : numpy.random.Generator

    Returns
    -------
    float64 array of that shape; conductances in siemens, parameters as in `device.parameters`.

    Raises
    ------
    KeyError
        If the device has no such symbol.
    """
    nominal = {"G_max": float(device.G_max), "G_min": float(device.G_min), **device.parameters}[
        symbol
    ]
    deviation = device.device_to_device.get(symbol, 0.0)
    if isinstance(deviation, Lognormal):
        return nominal * np.exp(deviation.sigma * rng.standard_normal(shape))
    if hasattr(deviation, "draw"):
        return deviation.draw(nominal, shape, rng)
    if not deviation:
        return np.full(shape, nominal)
    return nominal * (1 + deviation * ndtri(rng.uniform(ndtr(-CUT), ndtr(CUT), shape)))
