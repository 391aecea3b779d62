"""Check one declaration, simulate it alone and draw what it does."""

from pathlib import Path

from snn_brian.base.errors import UserError
from snn_brian.check.loading import kind_in, load
from snn_brian.check.portrait import portrait
from snn_brian.check.time_step import coarse_step
from snn_brian.declarations import Device, Neuron, Programming
from snn_brian.job.arguments import duration
from snn_brian.job.script import Flags, run


def flags():
    parser = Flags(__doc__)
    parser.add_argument(
        "model",
        metavar="FILE",
        help="a Python file that declares one neuron, device, programming rule, encoder, "
        "optimizer, loss or network",
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


def main(args):
    """Returns the path of the picture; None for what is no neuron, device or programming rule,
    whose strings say all."""
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
    if not isinstance(declaration, (Neuron, Device, Programming)):
        return None
    print(*portrait(declaration, path), f"Picture: {path}", sep="\n")
    if isinstance(declaration, Neuron) and (told := coarse_step(declaration, float(dt))):
        print(f"warning: {told}.")
    return path


if __name__ == "__main__":
    run(main, flags)
