"""Fit the exponential law, or a table, to measured ramps of pulses and write a device that the
network takes."""

from argparse import Namespace
from pathlib import Path

import numpy as np
from matplotlib.ticker import EngFormatter

from snn_brian.base.errors import UserError
from snn_brian.base.files import write_json, written_whole
from snn_brian.base.new_folder import new_folder
from snn_brian.base.plot import PAGE, picture
from snn_brian.command import fitted as exponential
from snn_brian.command import tabulated
from snn_brian.device import ramps
from snn_brian.device.choice import LAWS, Chosen, choose, problems
from snn_brian.device.conductances import Reading, normalisation
from snn_brian.device.fit import DIRECTIONS
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
    parser.add_argument(
        "--law",
        choices=LAWS,
        default="auto",
        help="auto: the exponential law or, where it does not fit and a table does, a table of the "
        "change by one pulse",
    )
    return parser


def main(args: Namespace) -> Path:
    """Fit, draw and write; returns the folder of the results."""
    arrays, found, report = fitted(args)
    is_table = found.law == "table"
    ends = min(map(np.nanmin, arrays.values())), max(map(np.nanmax, arrays.values()))
    own = tabulated if is_table else exponential
    fit = found.table if is_table else found.exponential
    with new_folder(args.out, "fit_device") as (folder, path):
        write_json(folder / "fit.json", report)
        with written_whole(folder / "device.py") as file:
            file.write(_declaration(path.name, args, found, report, ends).encode())
        with picture(folder / "fit.png", PAGE, 3.6) as figure:
            own.draw(figure, arrays, fit)
    for note in report["notes"]:
        print(note)
    print(
        f"Measured from {EngFormatter('S')(ends[0])} to {EngFormatter('S')(ends[1])}; outside, "
        f"{'the device does not go' if is_table else 'the law is extrapolated'}"
    )
    print(tabulated.table(fit) if is_table else exponential.table(report))
    for name in DIRECTIONS:
        if getattr(fit, name).end_fixed:
            end, kind = DIRECTIONS[name][0], "largest" if name == "potentiation" else "least"
            print(
                f"{end} is fixed at {report[end]:.4g} S, the {kind} state seen: no ramp ends there."
            )
    if found.refused:
        print(f"The exponential law does not fit: {found.refused}")
    for law in filter(None, (found.exponential, found.table)):
        for name, problem in problems(law).items():
            called = "table" if law is found.table else "exponential law"
            print(f"The {called} does not fit the {name}: {problem}.")
    if found.sentence:
        print(found.sentence)
    print(f"Written to {path}: fit.json, fit.png and device.py, for --device {path / 'device.py'}")
    return path


def fitted(args: Namespace) -> tuple[dict[str, np.ndarray], Chosen, dict]:
    """(arrays of both directions, what was chosen, content of fit.json) for these flags."""
    read = measured(args)
    files = {name: getattr(args, name) or args.potentiation for name in read}
    arrays = {name: each.G for name, each in read.items()}
    places = {name: each.places for name, each in read.items()}
    found = choose(arrays, args.law, args.fix_ends, files, places)
    notes = {f"{files[name]}: {note}": None for name, each in read.items() for note in each.notes}
    report = {"law": found.law}
    if found.law == "table":
        report |= {name: getattr(found.table, name) for name in ("G_max", "G_min")}
        report["directions"] = {name: getattr(found.table, name).report() for name in DIRECTIONS}
        tried = found.exponential.report() if found.exponential else {}
        report["exponential"] = tried | ({"refused": found.refused} if found.refused else {})
    else:
        report |= found.exponential.report()
    return arrays, found, report | {"notes": list(notes)}


def _declaration(folder, args, found, report, ends):
    """The device as Python code."""
    if found.law == "exponential":
        return exponential.declaration(folder, args, report, ends)
    tried = found.exponential or found.refused
    own = ["since the exponential law does not fit"] if tried else []
    own += exponential.problems(report["directions"]) + exponential.fixed(report["directions"])
    files, name = exponential.called(folder, args)
    return tabulated.declaration(name, files, own, found.table)


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
