"""Pairs that are not connected: which calls of `connect` leave holes, and what they cost."""

import warnings

import numpy as np

SPARSE = 0.05  # of all pairs; below it, plain Synapses are about as fast


class MaskWarning(UserWarning):
    """A crossbar connects very few of its pairs, or none."""


def is_full(
    condition: object = None,
    i: object = None,
    j: object = None,
    p: object = 1.0,
    n: object = 1,
    skip_if_invalid: bool = False,
    namespace: object = None,
) -> bool:
    """Whether these arguments of `brian2.Synapses.connect` connect all pairs once."""
    everywhere = condition is None or condition is True or condition == "True"
    once = not isinstance(n, str) and n == 1 and not isinstance(p, str) and p == 1
    return everywhere and once and i is None and j is None


def advise(synapses, arguments: dict) -> None:
    """Recommends `brian2.Synapses` where it is known beforehand that few pairs are connected."""
    pairs = len(synapses.source) * len(synapses.target)
    i, j, p = arguments.get("i"), arguments.get("j"), arguments.get("p", 1.0)
    if i is not None and j is not None and not isinstance(i, str) and not isinstance(j, str):
        density = np.broadcast(np.asarray(i), np.asarray(j)).size / max(1, pairs)
    else:
        density = p if isinstance(p, (int, float)) else 1.0
    if density < SPARSE and pairs > 10_000:
        warnings.warn(
            f"'{synapses.name}' connects {density:.2g} of all pairs: below {SPARSE} use "
            "brian2.Synapses, which are made for sparse connections.",
            MaskWarning,
            stacklevel=3,
        )


def tell_if_empty(synapses) -> None:
    """Warns of a crossbar that connects nothing, as a compiled program does."""
    if len(synapses) == 0:
        warnings.warn(
            f"'{synapses.name}' has no synapses: connect() has chosen no pair of "
            f"'{synapses.source.name}' and '{synapses.target.name}'; leave it out for all pairs.",
            MaskWarning,
            stacklevel=2,
        )


def matrix(synapses, name: str) -> np.ndarray:
    """The values of a state variable in the shape (inputs, neurons), masked where there is no
    synapse.

    Raises
    ------
    ValueError
        If a pair has several synapses.
    """
    values = np.asarray(getattr(synapses, name + "_")[:])
    shape = int(synapses.source.N), int(synapses.target.N)
    if not synapses.mapped:
        return values.reshape(shape)
    at = np.asarray(synapses.i[:]), np.asarray(synapses.j[:])
    number = np.zeros(shape, dtype=int)
    np.add.at(number, at, 1)
    if (number > 1).any():
        raise ValueError(
            f"matrix('{name}') of '{synapses.name}': some pairs have several synapses; use "
            f"'{synapses.name}.{name}'."
        )
    table = np.ma.masked_all(shape, dtype=values.dtype)
    table[at] = values
    return np.ma.getdata(table) if (number == 1).all() else table
