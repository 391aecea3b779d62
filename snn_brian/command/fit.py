"""Fit the exponential law to measured ramps of pulses and write a device that the network takes."""

from argparse import Namespace
from pathlib import Path

import numpy as np
from matplotlib.ticker import EngFormatter

from snn_brian.base.errors import UserError
from snn_brian.base.files import write_json, written_whole
from snn_brian.base.new_folder import new_folder
from snn_brian.base.plot import PAGE, picture
from snn_brian.command.fitted import declaration, draw, table
from snn_brian.device import ramps
from snn_brian.device.conductances import Reading, normalisation
from snn_brian.device.fit import DIRECTIONS, DeviceFit, fit
from snn_brian.device.units import flag_unit
from snn_brian.job import arguments
from snn_brian.job.script import Flags


def flags() -> Flags:
    """Of the command."""
    parser = Flags(__doc__)
    parser.add_argument(
        "potentiation",
        metavar="POTENTIATION.csv",
        help="conductances after 0, 1, ... potentiating pulses; rows: pulses, columns: ramps; the "
        "unit is read from the header, and is siemens where it names none",
    )
    parser.add_argument(
        "depression",
        metavar="DEPRESSION.csv",
        nargs="?",
        help="the same for depressing pulses; without it, the first file holds both ways, and its "
        "ramps are split where they turn",
    )
    parser.add_argument(
        "--out", help="new folder for the results; without it, results/<date-time>-fit_device"
    )
    parser.add_argument(
        "--read-voltage", help="in volt, of either sign; the files then hold currents, in ampere"
    )
    parser.add_argument("--unit", help="of the files' numbers, e.g. uS, nA, kohm")
    parser.add_argument(
        "--normalised",
        metavar="G_max=674nS",
        help="the files hold normalised values, and 1 stands for this conductance; with "
        "G_max=674nS,G_min=33nS, 0 stands for the second",
    )
    parser.add_argument(
        "--fix-ends",
        action="store_true",
        help="an end of the range that the ramps do not reach is fixed at the largest or least "
        "state seen",
    )
    return parser


def main(args: Namespace) -> Path:
    """Fit, draw and write; returns the folder of the results."""
    arrays, found, report = fitted(args)
    ends = min(map(np.nanmin, arrays.values())), max(map(np.nanmax, arrays.values()))
    with new_folder(args.out, "fit_device") as (folder, path):
        write_json(folder / "fit.json", report)
        with written_whole(folder / "device.py") as file:
            file.write(declaration(path.name, args, report, ends).encode())
        with picture(folder / "fit.png", PAGE, 3.6) as figure:
            draw(figure, arrays, found)
    for note in report["notes"]:
        print(note)
    print(
        f"Measured from {EngFormatter('S')(ends[0])} to {EngFormatter('S')(ends[1])}; outside, "
        "the law is extrapolated"
    )
    print(table(report))
    for name, direction in report["directions"].items():
        if direction["end_fixed"]:
            end, kind = DIRECTIONS[name][0], "largest" if name == "potentiation" else "least"
            print(
                f"{end} is fixed at {report[end]:.4g} S, the {kind} state seen: no ramp ends there."
            )
        if not direction["fits"]:
            print(f"The exponential law does not fit the {name}: {direction['problem']}.")
    print(f"Written to {path}: fit.json, fit.png and device.py, for --device {path / 'device.py'}")
    return path


def fitted(args: Namespace) -> tuple[dict[str, np.ndarray], DeviceFit, dict]:
    """(arrays of both directions, DeviceFit, content of fit.json) for these flags."""
    read = measured(args)
    files = {name: getattr(args, name) or args.potentiation for name in read}
    arrays = {name: each.G for name, each in read.items()}
    places = {name: each.places for name, each in read.items()}
    found = fit(**arrays, fix_ends=args.fix_ends, names=files, places=places)
    notes = {f"{files[name]}: {note}": None for name, each in read.items() for note in each.notes}
    return arrays, found, found.report() | {"notes": list(notes)}


def measured(args: Namespace) -> dict[str, ramps.Ramps]:
    """{"potentiation": Ramps, "depression": Ramps} of the files that the flags name."""
    G_max, G_min = (None, None) if args.normalised is None else normalisation(args.normalised)
    if args.normalised is not None and args.read_voltage is not None:
        raise UserError(
            f"--normalised {args.normalised} and --read-voltage {args.read_voltage} are for "
            "different files; keep one."
        )
    reading = Reading(
        None if args.read_voltage is None else read_voltage(args.read_voltage),
        None if args.unit is None else flag_unit(args.unit),
        G_max,
        G_min,
    )
    if args.depression is None:
        return ramps.read_both(args.potentiation, reading)
    read = {
        "potentiation": ramps.read_ramps(args.potentiation, True, reading),
        "depression": ramps.read_ramps(args.depression, False, reading),
    }
    ramps.refuse_apart(read, dict(potentiation=args.potentiation, depression=args.depression))
    return read


def read_voltage(text: str) -> float:
    """Volt, of either sign."""
    negative = text.strip().startswith("-")
    size = arguments.real("--read-voltage", text.strip().removeprefix("-"))
    return -size if negative else size
