"""Distributions as text: `normal(20*ms, 5*ms, least=5*ms)`."""

import re
from collections.abc import Callable

from snn_brian import declarations
from snn_brian.declarations import Distribution

FAMILIES = ("normal", "lognormal", "uniform")
CALL = re.compile(rf"\s*({'|'.join(FAMILIES)})\s*\((.*)\)\s*")
ARGUMENT = re.compile(r"\s*(?:([a-z]+)\s*=)?\s*([^=]+)")


def distribution(text: str, number: Callable[[str], object]) -> Distribution | None:
    """The distribution that a text calls for; None if it calls for none.

    Parameters
    ----------
    text : str
    number : callable
        Gives the number, with or without a unit, in a text, and None if it is none.

    Raises
    ------
    ValueError
        For arguments that it cannot have.
    """
    call = CALL.fullmatch(text)
    if not call:
        return None
    by_place, by_name = [], {}
    for part in call[2].split(","):
        found = ARGUMENT.fullmatch(part)
        value = number(found[2]) if found else None
        if value is None:
            raise ValueError(f"{part.strip()!r} is no number with its unit, e.g. 5*ms")
        if found[1]:
            by_name[found[1]] = value
        else:
            by_place.append(value)
    try:
        return getattr(declarations, call[1])(*by_place, **by_name)
    except TypeError:
        arguments = "least, most" if call[1] == "uniform" else "mean, deviation, least=, most="
        raise ValueError(f"write {call[1]}({arguments})") from None
