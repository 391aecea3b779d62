"""Check one declaration, simulate it alone and draw what it does."""

from argparse import Namespace
from pathlib import Path

from snn_brian.base.errors import UserError
from snn_brian.check.loading import kind_in, load
from snn_brian.check.portrait import DRAWN, portrait
from snn_brian.check.time_step import coarse_step
from snn_brian.declarations import Neuron
from snn_brian.job.arguments import duration
from snn_brian.job.script import Flags


def flags() -> Flags:
    """Of the command."""
    parser = Flags(__doc__)
    parser.add_argument(
        "model",
        metavar="FILE",
        help="a Python file that declares one neuron, synapse, device, programming rule, encoder, "
        "optimizer, loss, network or learning rule",
    )
    parser.add_argument(
        "--out", help="the picture, a .png file; without it, the declaration's name in this folder"
    )
    parser.add_argument(
        "--dt",
        default="1ms",
        help="duration of a time step, at which and at a tenth of which a neuron's rates are told "
        "if they differ",
    )
    return parser


def main(args: Namespace) -> Path | None:
    """Returns the path of the picture; None for what is not drawn, whose strings say all."""
    dt = duration("--dt", args.dt)
    kind = kind_in(args.model)
    declaration = load(kind, args.model)
    path = Path(args.out or f"{declaration.name}.png")
    if path.suffix != ".png" or not path.parent.is_dir():
        raise UserError(
            f"--out: '{path}' is not possible; give a file that ends in .png, in a folder that "
            "exists."
        )
    print(f"{kind} '{declaration.name}' is sound: {declaration.reference}")
    if not isinstance(declaration, DRAWN):
        return None
    print(*portrait(declaration, path), f"Picture: {path}", sep="\n")
    if isinstance(declaration, Neuron) and (told := coarse_step(declaration, float(dt))):
        print(f"warning: {told}.")
    return path
