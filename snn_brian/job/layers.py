"""`--layers`: numbers of neurons and convolutions, as a user types them."""

import re
from dataclasses import fields

from snn_brian.base.errors import UserError
from snn_brian.network.layers import Conv, Layer

MOST = 2**31 - 1  # Brian2's integers, and the indices of its synapses, have 32 bits
MOST_LAYERS = 100  # each takes seconds to compile


def layers(flag: str, text: str) -> tuple[Layer, ...]:
    """Layers from e.g. "500,500,250" or "conv(16, kernel=5, stride=2),250".

    Raises
    ------
    UserError
        If one of them is none, or there are too many.
    """
    parts = re.split(r",(?![^()]*\))", text)
    found = [_conv(flag, part) or _neurons(part) for part in parts[:MOST_LAYERS]]
    if None in found or len(found) < len(parts):
        raise UserError(
            f"{flag}: {text[:60]!r} is not possible; give the neurons of each layer as whole "
            f"numbers from 1 to {MOST}, e.g. 500,500,250, or convolutions, e.g. "
            f"'conv(16, kernel=5, stride=2),250', of at most {MOST_LAYERS} layers."
        )
    return tuple(found)


def _conv(flag, part):
    """None for what does not look like one."""
    match = re.fullmatch(r"\s*conv\s*\((.*)\)\s*", part)
    if not match:
        return None
    names, given = [field.name for field in fields(Conv)], {}
    for name, argument in zip(names, match[1].split(",")):
        keyword, equals, value = argument.rpartition("=")
        given[keyword.strip() if equals else name] = _neurons(value)
    try:
        if match[1].count(",") >= len(names) or match[1].count(",") + 1 > len(given):
            raise ValueError
        return Conv(**given)
    except (TypeError, ValueError) as error:
        raise UserError(
            f"{flag}: {part.strip()[:60]!r} is not possible; give a convolution's maps, and kernel "
            f"and stride in pixels, as whole numbers from 1 to {MOST}, e.g. "
            "'conv(16, kernel=5, stride=2)'."
        ) from error


def _neurons(text):
    """None for what is no possible number."""
    try:
        number = int(text)
    except ValueError:
        return None
    return number if 1 <= number <= MOST else None
