"""Pairs that are not connected: which calls of `connect` leave holes, and what they cost."""

import warnings
from collections.abc import Callable

import numpy as np
from brian2 import get_device
from brian2.core.variables import ArrayVariable

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


class Plan:
    """Connections that a compiled program makes unless they are dropped before anything uses
    them."""

    def __init__(self, synapses, make):
        self.device, before = get_device(), len(get_device().main_queue)
        own = {id(variable) for variable in synapses.variables.values()}
        self.cache = {
            variable: values if values is None else values.copy()
            for variable, values in self.device.array_cache.items()
            if id(variable) in own
        }
        make()
        self.queued = self.device.main_queue[before:]

    def drop(self) -> None:
        """Takes the connections out of the program again."""
        for step in self.queued:
            self.device.main_queue.remove(step)
            for code in step[1]:
                del self.device.code_objects[code.name]
                for variable in code.variables.values():
                    if isinstance(variable, ArrayVariable):
                        self.device.array_cache.pop(variable, None)
        self.device.array_cache.update(self.cache)


def plan(synapses, make: Callable[[], None]) -> Plan:
    """Has `make` connect all pairs where the synapses are declared: what follows in the program,
    such as run arguments, finds them."""
    made = Plan(synapses, make)
    synapses._connect_called = False
    return made


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
