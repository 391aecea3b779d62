"""`--wire-resistance` and `--tile`, as a user types them."""

import re
from argparse import Namespace

from brian2 import ohm

from snn_brian.base.errors import UserError
from snn_brian.check.overrides import quantity
from snn_brian.device.wires import Wires

LEAST, MOST = 1e-9, 1e9  # ohm
MOST_OF_A_TILE = 10**6


def wires(args: Namespace) -> Wires | None:
    """The wires of the devices' arrays; None without a resistance.

    Raises
    ------
    UserError
        For a resistance or a tile that is none, and for flags that would change nothing.
    """
    if args.wire_resistance is None:
        if args.tile is not None:
            raise UserError(
                f"--tile: {args.tile!r} changes nothing where wires have no resistance; give "
                "--wire-resistance, too, e.g. '2 ohm', or leave --tile out."
            )
        return None
    found = quantity(args.wire_resistance)
    if found is None or found.dim is not ohm.dim or not LEAST <= float(found) <= MOST:
        raise UserError(
            f"--wire-resistance: {args.wire_resistance!r} is not possible; give the resistance of "
            f"a wire between two neighbouring devices with its unit, from {LEAST:g} to {MOST:g} "
            "ohm, e.g. '2 ohm'."
        )
    if args.arm == "baseline":
        raise UserError(
            "--wire-resistance: --arm baseline has weights without devices, and so no wires; leave "
            "the flag out, or train --arm memristive or both."
        )
    return Wires(found, None if args.tile is None else _tile(args.tile))


def _tile(text):
    match = re.fullmatch(r"\s*(\d{1,7})\s*x\s*(\d{1,7})\s*", text)
    tile = tuple(map(int, match.groups())) if match else (0, 0)
    if not all(1 <= each <= MOST_OF_A_TILE for each in tile):
        raise UserError(
            f"--tile: {text!r} is not possible; give the rows and columns of a tile as whole "
            f"numbers from 1 to {MOST_OF_A_TILE}, e.g. 128x128."
        )
    return tile
