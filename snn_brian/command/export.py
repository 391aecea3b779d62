"""Export a trained network: a graph of NIR for other simulators, conductances for circuits."""

from argparse import Namespace
from pathlib import Path

from snn_brian.base.errors import UserError, did_you_mean
from snn_brian.job.arguments import whole
from snn_brian.job.circuit import write_conductances
from snn_brian.job.finished import TrainedArm, load_run
from snn_brian.job.nir_import import SUFFIX
from snn_brian.job.resuming import MODELS
from snn_brian.job.script import Flags


def flags() -> Flags:
    """Of the command."""
    parser = Flags(__doc__)
    parser.add_argument("run", metavar="RUN", help="the folder of a run")
    parser.add_argument("--arm", default="memristive", help="memristive or baseline")
    parser.add_argument("--epoch", help="of the checkpoint; without it, the last one")
    parser.add_argument(
        "--nir", metavar="FILE.nir", help="new file for the network as a graph of NIR"
    )
    parser.add_argument(
        "--conductances",
        metavar="PATH",
        help="new .npz file, or new folder of CSV files, for both conductances of every pair, in "
        "siemens",
    )
    for flag, word in MODELS.items():
        parser.add_argument(
            f"--{flag}", help=f"the model file of the run's {word}, if it began with one: is run"
        )
    return parser.group(models=" ".join(MODELS))


def main(args: Namespace) -> list[Path]:
    """Returns the paths of what is written."""
    if args.nir is None and args.conductances is None:
        raise UserError("export: nothing is asked for; give --nir FILE.nir or --conductances PATH.")
    models = {flag: getattr(args, flag) for flag in MODELS}
    run = load_run(args.run, **{flag: file for flag, file in models.items() if file})
    arm = _arm(run.arms, args)
    epoch = None if args.epoch is None else whole("--epoch", args.epoch, least=0)
    written = []
    if args.nir is not None:
        path = Path(args.nir).expanduser()
        if path.suffix != SUFFIX or path.exists():
            raise UserError(
                f"--nir: '{path}' {'exists' if path.exists() else f'does not end in {SUFFIX}'}; "
                f"name a new {SUFFIX} file."
            )
        arm.write_nir(path, epoch)
        written.append(path)
    if args.conductances is not None:
        written += write_conductances(args.conductances, arm.conductances(epoch))
    print("Written:", *written)
    return written


def _arm(arms: dict[str, TrainedArm], args: Namespace) -> TrainedArm:
    if args.arm not in arms:
        raise UserError(
            f"--arm: '{args.run}' has no checkpoint of {args.arm!r}{did_you_mean(args.arm, arms)}; "
            f"choose one of {', '.join(arms) or 'none'}."
        )
    return arms[args.arm]
