"""Neurons that differ: parameters that each neuron has a value of its own for, given as an array or
drawn from a distribution."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from brian2 import Quantity
from brian2.utils.stringtools import get_identifiers, word_substitute
from scipy.special import ndtr, ndtri

from snn_brian.base.errors import UserError
from snn_brian.declarations import Distribution, Neuron

Value = Quantity | float | Distribution | np.ndarray  # of a neuron's parameter
TRACES = ("trace", "source_spike", "eligibility")  # fields whose strings a source evaluates


def differs(value: Value) -> bool:
    """Whether each neuron has a value of its own."""
    return isinstance(value, Distribution) or np.ndim(value) > 0


def common(value: Value) -> Quantity | float:
    """One value that stands for those of all neurons: the distribution's mean, or the array's."""
    if isinstance(value, Distribution):
        return value.mean
    return np.mean(value) if differs(value) else value


def alike(neuron: Neuron) -> Neuron:
    """The neuron whose parameters are the `common` ones."""
    return replace(neuron, parameters={k: common(v) for k, v in neuron.parameters.items()})


def with_common_traces(neuron: Neuron) -> Neuron:
    """The same neuron, whose traces know the `common` values alone, as parameters `common_NAME`.

    A source keeps one trace for all neurons behind it, whatever their own parameters.
    """
    used = get_identifiers("\n".join(getattr(neuron, field) for field in TRACES))
    own = {k: v for k, v in neuron.parameters.items() if differs(v) and k in used}
    if not own:
        return neuron
    new = {name: f"common_{name}" for name in own}
    parameters = neuron.parameters | {new[name]: common(value) for name, value in own.items()}
    strings = {field: word_substitute(getattr(neuron, field), new) for field in TRACES}
    return replace(neuron, parameters=parameters, **strings)


def own_values(
    neuron: Neuron, sizes: Mapping[str, int], seed: int, stream: int
) -> dict[str, np.ndarray]:
    """{layer.parameter: its values, one for each neuron} of those that differ; float32, SI units.

    Each layer and parameter has random numbers of its own, whatever else is drawn.

    Parameters
    ----------
    neuron : Neuron
    sizes : mapping of str to int
        Of the layers, by name, from the first on.
    seed, stream : int
        Of the run, and among its random numbers.

    Raises
    ------
    UserError
        For an array of another length than a layer's.
    """
    found = {}
    for number, (layer, size) in enumerate(sizes.items(), 1):
        for name, value in neuron.parameters.items():
            if isinstance(value, Distribution):
                random = np.random.default_rng([seed, stream, number, *name.encode()])
                found[f"{layer}.{name}"] = drawn(value, size, random)
            elif differs(value):
                if len(value) != size:
                    raise UserError(
                        f"neuron '{neuron.name}': parameters['{name}'] has {len(value)} values, "
                        f"but {layer} has {size} neurons; give one for each neuron of every layer, "
                        "or a distribution such as normal(mean, deviation)."
                    )
                found[f"{layer}.{name}"] = np.asarray(value, np.float32)
    return found


def drawn(distribution: Distribution, size: int, random: np.random.Generator) -> np.ndarray:
    """So many values, float32, in SI units."""
    least, most = (
        end if given is None else float(given)
        for given, end in ((distribution.least, -np.inf), (distribution.most, np.inf))
    )
    mean, deviation = float(distribution.mean), float(distribution.deviation)
    if deviation == 0:
        return np.full(size, mean, np.float32)
    if distribution.family == "uniform":
        values = random.uniform(least, most, size)
    elif distribution.family == "normal":
        values = mean + deviation * _standard(random, size, (least, most), mean, deviation)
    else:
        sigma = np.sqrt(np.log1p((deviation / mean) ** 2))
        middle = np.log(mean) - sigma**2 / 2
        ends = [np.log(end) if end > 0 else -np.inf for end in (least, most)]
        values = np.exp(middle + sigma * _standard(random, size, ends, middle, sigma))
    return np.clip(values, least, most).astype(np.float32)


def _standard(random, size, ends, mean, deviation):
    """Standard normal numbers, within those ends of what they are scaled to."""
    low, high = (ndtr((end - mean) / deviation) for end in ends)
    # above 0: a number that is 0 has no quantile
    uniform = low + (high - low) * (1 - random.random(size))
    return np.clip(ndtri(uniform), -8, 8)
