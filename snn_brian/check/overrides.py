"""Numbers of declarations changed by name, without a file of one's own: `programming.gamma_P=3`,
`device.G_max=500 nS`.

A name's first word is that of a kind of declaration, or learning (what the programming rule, or the
baseline's weight, holds for the optimizer); then comes a field, or a key of `parameters`.
`learning.neuron_parameters.X` is the value of a neuron's parameter in one arm; `neuron.X` is that
of both.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from numbers import Real
from typing import TypeVar

import numpy as np
from brian2 import Quantity, get_dimensions
from brian2.core.namespace import DEFAULT_UNITS
from brian2.units.fundamentalunits import get_unit_for_display

from snn_brian.base.errors import UserError, did_you_mean
from snn_brian.check.check import check
from snn_brian.check.distributions import distribution
from snn_brian.check.kinds import KINDS
from snn_brian.declarations import Device, Distribution
from snn_brian.network.heterogeneity import common

AnyArm = TypeVar("AnyArm")  # an `Arm`, which stands on a higher floor
WORDS = (*KINDS, "learning")  # that names begin with
FORMER = {kind.former: kind.word for kind in KINDS.values() if kind.former}
OF_BOTH_ARMS = [kind.word for kind in KINDS.values() if kind.of_both_arms]
UNITS = {str(unit): unit for unit in DEFAULT_UNITS.values()} | DEFAULT_UNITS  # ns and nsecond
QUANTITY = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*\*?\s*([a-zA-Z]\w*)")


def assignments(texts: Sequence[str]) -> dict[str, str]:
    """{name: value's text} of texts such as "programming.gamma_P=3"; the last one counts.

    Raises
    ------
    UserError
        For a text without a name or a value.
    """
    for text in texts:
        if not re.fullmatch(r"\s*[\w.]+\s*=.*\S.*", text):
            raise UserError(
                f"--set: {text!r} is no setting; write NAME=VALUE, e.g. programming.gamma_P=3."
            )
    return {
        known(name.strip()): value.strip() for name, value in (text.split("=", 1) for text in texts)
    }


def known(name: str) -> str:
    """A name as it is today: what began with a kind's former word begins with its word."""
    word, *rest = name.split(".")
    return ".".join([FORMER.get(word, word), *rest])


def overridden(arm: AnyArm, changes: Mapping[str, str]) -> AnyArm:
    """An `Arm` with other numbers in its declarations, all checked again.

    Parameters
    ----------
    arm : Arm
    changes : dict
        {name: value's text}

    Raises
    ------
    UserError
        For an unknown name, a value of another kind or unit, and whatever
        `snn_brian.check.check.check` finds.
    """
    changed = arm
    for name, text in changes.items():
        places = numbers(changed)
        if name not in places:
            near = [each for each in places if each.split(".")[0] == name.split(".")[0]]
            choice = (
                f"choose one of {', '.join(near)}"
                if near
                else "names begin with "
                + ", ".join(dict.fromkeys(each.split(".")[0] for each in places))
            )
            raise UserError(
                f"--set: '{name}' is unknown{did_you_mean(name, near or places)}; {choice}."
            )
        path, value = places[name]
        read = _drawn if path[:2] == ("neuron", "parameters") else _read
        changed = _with(changed, path, read(name, text, value))
        if path[0] == "neuron":
            changed = _without(changed, path[-1])
    given = "--set " + " ".join(f"{name}={text}" for name, text in changes.items())
    for kind in KINDS.values():
        if getattr(changed, kind.field) is not getattr(arm, kind.field):
            check(getattr(changed, kind.field), given)
    return changed


def numbers(arm: object) -> dict[str, tuple[tuple[str, ...], object]]:
    """Every number that has a name: {name: (path in the arm, value)}."""
    roots = {kind.word: (kind.field,) for kind in KINDS.values()} | {"learning": _learning(arm)}
    found = {}
    for word, root in roots.items():
        for path, value in _leaves(_at(_filled(arm), root)):
            found[".".join([word, *(part for part in path if part != "parameters")])] = (
                (*root, *path),
                value,
            )
    return found


def _learning(arm):
    return (
        "weights" if arm.programming is None else "programming",
        "learning",
        arm.optimizer_settings,
    )


def _filled(arm):
    """The arm with every number in the mappings that may leave some out."""
    learning = _at(arm, _learning(arm))
    arm = _with(
        arm,
        (*_learning(arm), "neuron_parameters"),
        {**arm.neuron.parameters, **learning.neuron_parameters},
    )
    if isinstance(arm.weights, Device):
        device = arm.weights
        spreads = (
            dict.fromkeys(["G_max", "G_min", *device.parameters], 0.0) | device.device_to_device
        )
        arm = _with(arm, ("weights", "device_to_device"), spreads)
    return arm


def _leaves(value):
    """(path, number) of all numbers, quantities, distributions and tuples of numbers in a
    declaration; `learning` has names of its own."""
    if is_dataclass(value) and not isinstance(value, Distribution):
        value = {
            field.name: getattr(value, field.name)
            for field in fields(value)
            if field.name != "learning"
        }
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from (((key, *path), leaf) for path, leaf in _leaves(item))
    elif _is_number(value) or (isinstance(value, tuple) and value and _is_number(value[0])):
        yield (), value


def _is_number(value):
    if isinstance(value, (Distribution, np.ndarray)):
        return True
    return isinstance(value, (Real, Quantity)) and not isinstance(value, bool)


def _at(value, path):
    for part in path:
        value = value[part] if isinstance(value, Mapping) else getattr(value, part)
    return value


def _with(whole, path, value):
    """A dataclass or mapping with another value at a path; the original stays as it is."""
    if not path:
        return value
    own = value if len(path) == 1 else _with(_at(whole, path[:1]), path[1:], value)
    return (
        {**whole, path[0]: own} if isinstance(whole, Mapping) else replace(whole, **{path[0]: own})
    )


def _without(arm, parameter):
    """What goes with the rule or weight must not hide a value that the neuron was given."""
    place = (*_learning(arm), "neuron_parameters")
    kept = {name: value for name, value in _at(arm, place).items() if name != parameter}
    return _with(arm, place, kept)


def quantity(text: str) -> Quantity | None:
    """The number with a unit in a text such as "500 nS" or "0.5ms"; None if it is none."""
    match = QUANTITY.fullmatch(text.strip())
    unit = match and UNITS.get(match[2])
    return None if unit is None else float(match[1]) * unit


def _number(text):
    """The number in a text, with or without a unit; None if it is none."""
    with suppress(ValueError):
        return float(text)
    return quantity(text)


def _drawn(name, text, present):
    """A neuron's parameter may be a distribution, too."""
    try:
        read = distribution(text, _number)
    except ValueError as error:
        raise UserError(f"--set: {name}={text!r} is not possible: {error}.") from None
    if read is None:
        return _read(name, text, common(present))
    wanted = get_dimensions(present)
    if read.dim is not wanted:
        unit = get_unit_for_display(wanted)
        raise UserError(f"--set: {name}={text!r} is not possible; give it in units of {unit}.")
    return read


def _read(name, text, present):
    """The value in `text`, of the kind and the dimensions of the `present` one."""
    if type(present) is int and name == "neuron.substeps":
        with suppress(ValueError):
            return int(text)
        raise UserError(f"--set: {name}={text!r} is not possible; give a whole number, e.g. 10.")
    if isinstance(present, Quantity):
        read = quantity(text)
        if read is not None and read.dim == present.dim:
            return read
        wanted = f"a number with its unit, e.g. {present}"
    else:
        wanted = (
            "numbers with commas between them, e.g. 1,0.5"
            if isinstance(present, tuple)
            else "a number, e.g. 0.5"
        )
        with suppress(ValueError):
            read = tuple(float(part) for part in text.split(","))
            if np.isfinite(read).all() and (isinstance(present, tuple) or len(read) == 1):
                return read if isinstance(present, tuple) else read[0]
    raise UserError(f"--set: {name}={text!r} is not possible; give {wanted}.")
