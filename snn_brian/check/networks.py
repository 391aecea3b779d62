"""What a network must be, to run; its layers are known later."""

import re

from brian2 import Quantity, second
from brian2.units.fundamentalunits import DIMENSIONLESS

from snn_brian.check.reader import Reader
from snn_brian.declarations import INPUTS
from snn_brian.network.numbered import NUMBERS, RANDOM, scope
from snn_brian.network.topology import GROUP

NAME = re.compile(r"[A-Za-z0-9*]+(_[A-Za-z0-9*]+)*")


def check_network(reader: Reader) -> None:
    """That a network has projections, whose strings can be evaluated.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    network = reader.declaration
    if not network.chain and not network.projections:
        reader.refuse("projections", "must not be empty without the chain; nothing drives a layer")
    reader.symbols("parameters", network.parameters, {*NUMBERS, *RANDOM})
    known = scope(network.parameters)
    for each in network.projections:
        shown = f"projections, '{each.name}': "
        _check_groups(reader, each, shown)
        if each.fixed:
            _refuse_random(reader, f"{shown}fixed", each.fixed)
            reader.expression(f"{shown}fixed", known, each.fixed)
        if each.delay is not None:
            _check_delay(reader, f"{shown}delay", each.delay, known)
        _check_delay_of(reader, f"{shown}delay_of", each)
    reader.unread("parameters")


def _check_groups(reader, projection, shown):
    if not NAME.fullmatch(projection.name):
        reader.refuse(
            f"{shown}name",
            "is refused; write letters, digits and single _ between them, and * for a layer's "
            "number",
            projection.name,
        )
    ends = {"source": projection.source, "target": projection.target}
    for field, text in ends.items():
        if not GROUP.fullmatch(text) or field == "target" and text == INPUTS:
            reader.refuse(
                f"{shown}{field}",
                f"must be {'inputs, ' if field == 'source' else ''}layer_1, layer_2, ..., or for "
                "each layer layer_*, layer_*-1 or layer_*+1",
                text,
            )
    speaks = any("*" in text for text in ends.values())
    if speaks != ("*" in projection.name):
        reader.refuse(
            f"{shown}name",
            "must have a * for the layer's number, as its groups have, e.g. skip_*"
            if speaks
            else "has a * for a layer's number, but its groups have none; write e.g. layer_*",
            projection.name,
        )


def _refuse_random(reader, field, code):
    if found := sorted(RANDOM & set(re.findall(r"\w+", code))):
        reader.refuse(
            field, f"'{found[0]}' draws random numbers, which differ from run to run", code
        )


def _check_delay(reader, field, delay, known):
    if isinstance(delay, str):
        _refuse_random(reader, field, delay)
        dimensions, is_boolean = reader.kind(field, known, delay)
        fits = not is_boolean and dimensions in (DIMENSIONLESS, second.dim)
    else:
        parts = delay if isinstance(delay, tuple) else (delay,)
        times = [each for each in parts if isinstance(each, Quantity)]
        whole = [each for each in parts if isinstance(each, int) and not isinstance(each, bool)]
        fits = parts and len(parts) in (len(times), len(whole))
        fits = fits and all(each.dim is second.dim and each.shape == () for each in times)
    if not fits:
        reader.refuse(
            field,
            "must be a whole number of time steps or a time, a tuple of either, or an expression "
            "of j or of i",
            delay,
        )


def _check_delay_of(reader, field, projection):
    if projection.delay_of not in ("", "source", "target"):
        reader.refuse(field, "must be 'source' or 'target'", projection.delay_of)
    if projection.delay_of and not isinstance(projection.delay, tuple):
        reader.refuse(
            field,
            "says whose neurons the values of a tuple are, and delay is none; leave it out",
            projection.delay_of,
        )
