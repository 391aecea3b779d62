"""Fit the exponential law to measured ramps of pulses and write a device that the network takes."""

import re

import numpy as np
from matplotlib.ticker import EngFormatter

from snn_brian.base.errors import UserError
from snn_brian.base.files import write_json, written_whole
from snn_brian.base.new_folder import new_folder
from snn_brian.base.plot import COLOURS, PAGE, picture
from snn_brian.device import ramps
from snn_brian.device.conductances import Reading, normalisation
from snn_brian.device.fit import DIRECTIONS, fit
from snn_brian.device.units import flag_unit
from snn_brian.job import arguments
from snn_brian.job.script import Flags, run

DEVICE = '''"""Fitted by fit_device.py to {files}."""
from brian2 import nsecond, siemens, volt

from snn_brian.declarations import Device, Pulse
from snn_brian.models.devices.exponential import exponential

# Measured from {low:.4g} to {high:.4g} S; outside, the law is extrapolated.
# The files do not tell the programming pulses: 1 V and 100 ns stand in for them. The write energy,
# and nothing else, is
# proportional to voltage**2*width.
{name} = Device(
    name={name!r},
    reference={reference!r},
    law=exponential,
    G_max={G_max!r} * siemens,
    G_min={G_min!r} * siemens,
    parameters=dict(
        alpha_P={alpha_P!r},
        alpha_D={alpha_D!r},
    ),
    potentiation_pulse=Pulse(voltage=1 * volt, width=100 * nsecond),
    depression_pulse=Pulse(voltage=-1 * volt, width=100 * nsecond),
)
'''


def flags():
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


def main(args):
    """Fit, draw and write; returns the folder of the results."""
    arrays, found, report = fitted(args)
    ends = min(map(np.nanmin, arrays.values())), max(map(np.nanmax, arrays.values()))
    with new_folder(args.out, "fit_device") as (folder, path):
        write_json(folder / "fit.json", report)
        with written_whole(folder / "device.py") as file:
            file.write(device(path.name, args, report, ends).encode())
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


def fitted(args):
    """(arrays of both directions, DeviceFit, content of fit.json) for these flags."""
    read = measured(args)
    files = {name: getattr(args, name) or args.potentiation for name in read}
    arrays = {name: each.G for name, each in read.items()}
    places = {name: each.places for name, each in read.items()}
    found = fit(**arrays, fix_ends=args.fix_ends, names=files, places=places)
    notes = {f"{files[name]}: {note}": None for name, each in read.items() for note in each.notes}
    return arrays, found, found.report() | {"notes": list(notes)}


def measured(args):
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


def read_voltage(text):
    """Volt, of either sign."""
    negative = text.strip().startswith("-")
    size = arguments.real("--read-voltage", text.strip().removeprefix("-"))
    return -size if negative else size


def device(folder, args, report, ends):
    """The declaration as Python code; `ends` are the least and the largest measured conductance."""
    problems = [
        f"{name} does not fit: {each['problem']}"
        for name, each in report["directions"].items()
        if not each["fits"]
    ]
    problems += [
        f"{DIRECTIONS[name][0]} is fixed at the last state seen, where no ramp ends"
        for name, each in report["directions"].items()
        if each["end_fixed"]
    ]
    files = " and ".join(filter(None, (args.potentiation, args.depression)))
    files = re.sub(r'["\\\n]', "_", files)
    name = re.sub(r"\W+", "_", folder, flags=re.ASCII).strip("_")
    name = name if name.isidentifier() else f"device_{name}"
    reference = "; ".join(["measured, fitted to Fouda et al. 2019, Eq. (8)", *problems])
    return DEVICE.format(
        name=name, reference=reference, low=ends[0], high=ends[1], files=files, **report
    )


def table(report):
    rows = ["            value   95 % confidence interval   spread over ramps"]
    for name, interval in report["confidence_intervals_95"].items():
        shown = EngFormatter("S", places=3) if name[0] in "Gb" else "{:.4g}".format
        told = "" if interval is None else "{} to {}".format(*map(shown, interval))
        spread = report["spread_over_ramps"].get(name)
        rows.append(
            f"{name:<8}{shown(report[name]):>9}   {told:<24}   "
            f"{'' if spread is None else shown(spread)}".rstrip()
        )
    for name, each in report["directions"].items():
        rows.append(
            f"{name}: {each['ramps']} ramp{'s' * (each['ramps'] != 1)} of up to "
            f"{each['pulses']} pulses, which cover "
            f"{each['share_of_range_covered']:.1%} of the way to {DIRECTIONS[name][0]}"
        )
    return "\n".join(rows)


def draw(figure, measured, found):
    """Above, measured ramps and the fitted curve; below, residuals. A column for each direction."""
    panels = figure.subplots(2, 2, sharex="col", sharey="row", height_ratios=(2, 1))
    for column, (name, G) in zip(panels.T, measured.items()):
        direction, n = getattr(found, name), np.arange(len(G))
        curve = direction.curve(n)
        for axes, values in zip(column, (G, G - curve[:, None])):
            axes.plot(n, values, ".", color="0.7", markersize=1.5, rasterized=True)
            axes.plot(
                n, np.nanmedian(values, axis=1), color=COLOURS[0], label="median of the ramps"
            )
            axes.grid(True, axis="y")
            axes.yaxis.set_major_formatter(EngFormatter("S"))
        column[0].plot(n, curve, "--", color=COLOURS[1], label="exponential law (8)")
        column[1].axhline(0, color=COLOURS[1], linestyle="--")
        column[0].set_title(name + (", which the law does not fit" if direction.problem else ""))
        column[1].set_xlabel("Pulses")
    panels[0, 0].set_ylabel("Conductance")
    panels[1, 0].set_ylabel("Residual")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)


if __name__ == "__main__":
    run(main, flags)
