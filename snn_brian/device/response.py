"""The response of a declared device to pulses: its law's own strings, evaluated in NumPy."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from snn_brian.crossbar.evaluate import carry_out, evaluate
from snn_brian.declarations import Device


def after(
    device: Device,
    G: ArrayLike,
    n: ArrayLike,
    unit: float | None = None,
    **values: ArrayLike,
) -> np.ndarray | np.float64:
    """Conductance after `n` pulses, without any spread or noise, clipped to the range as in the
    network.

    Parameters
    ----------
    device : Device
    G : float or array
        Conductance before, in `unit`.
    n : float or array
        Pulses at once; positive ones potentiate, negative ones depress.
    unit : float or None
        Of all conductances, in siemens, as 1e-9 for nS; None: the declared `G_max`.
    **values : float or array
        Instead of the declared `G_max`, `G_min` and parameters of the law, as for devices that
        differ. All arrays broadcast against each other.

    Returns
    -------
    array, in `unit`
    """
    # strings are evaluated in units of G_max, as in the network, whatever they hold
    scale = 1.0 if unit is None else float(device.G_max) / unit
    own = {"G_max": scale, "G_min": device.K * scale, **device.parameters, **values}
    G_max, G_min, G = (np.divide(each, scale) for each in (own["G_max"], own["G_min"], G))
    symbols = own | {"G_max": G_max, "G_min": G_min, "G": G, "n": np.abs(n)}
    up, down = (change_by(device, way, symbols) for way in ("potentiation", "depression"))
    change = np.where(np.greater(n, 0), up, np.where(np.less(n, 0), np.negative(down), 0.0))
    return scale * np.clip(G + change, G_min, G_max)


def change_by(device: Device, way: str, values: Mapping[str, ArrayLike]) -> np.ndarray:
    """The size of the change of a device by pulses of one way, as the law gives it.

    Parameters
    ----------
    device : Device
    way : str
        "potentiation" or "depression".
    values : mapping
        `G` in units of G_max and `n`, and what else is not as declared; the law's variables are
        those of a device that was not used.

    Returns
    -------
    array, in units of G_max
    """
    law = device.law
    fresh = {equation.split(":")[0].strip(): 0.0 for equation in law.variables.splitlines()}
    known = {"G_max": 1.0, "G_min": device.K, **fresh, **device.parameters, **values}
    return evaluate(getattr(law, way), carry_out(law.before, known))


def ramp(device: Device, G: ArrayLike, pulses: ArrayLike, unit: float | None = None) -> np.ndarray:
    """Conductances before and after each of some pulses given one by one, shape (pulses + 1, ...).

    Parameters
    ----------
    device : Device
    G : float or array
        Conductance at first, in `unit`.
    pulses : array
        Numbers of pulses, signed, as `n` of `after`.
    unit : float or None
        As in `after`.
    """
    course = [np.asarray(G, float)]
    for n in pulses:
        course.append(after(device, course[-1], n, unit))
    return np.array(course)
