"""Fit the exponential law to measured ramps of pulses and write a device that the network takes."""

import re

import numpy as np
from matplotlib.ticker import EngFormatter

from snn_brian.base.files import write_json, written_whole
from snn_brian.base.new_folder import new_folder
from snn_brian.base.plot import COLOURS, PAGE, picture
from snn_brian.device import ramps
from snn_brian.device.fit import DIRECTIONS, fit
from snn_brian.job import arguments
from snn_brian.job.script import Flags, run

DEVICE = '''"""Fitted by fit_device.py to {potentiation} and {depression}."""
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
        help="conductances in siemens after 0, 1, ... potentiating pulses; rows: pulses, "
        "columns: ramps",
    )
    parser.add_argument(
        "depression", metavar="DEPRESSION.csv", help="the same for depressing pulses"
    )
    parser.add_argument(
        "--out", help="new folder for the results; without it, results/<date-time>-fit_device"
    )
    parser.add_argument("--read-voltage", help="in volt; the files then hold currents in ampere")
    return parser


def main(args):
    """Fit, draw and write; returns the folder of the results."""
    voltage = (
        None if args.read_voltage is None else arguments.real("--read-voltage", args.read_voltage)
    )
    measured = {
        "potentiation": ramps.read_ramps(args.potentiation, True, voltage),
        "depression": ramps.read_ramps(args.depression, False, voltage),
    }
    found = fit(**measured)
    report = found.report()
    ends = min(map(np.nanmin, measured.values())), max(map(np.nanmax, measured.values()))
    with new_folder(args.out, "fit_device") as (folder, path):
        write_json(folder / "fit.json", report)
        with written_whole(folder / "device.py") as file:
            file.write(device(path.name, args, report, ends).encode())
        with picture(folder / "fit.png", PAGE, 3.6) as figure:
            draw(figure, measured, found)
    print(
        f"Measured from {EngFormatter('S')(ends[0])} to {EngFormatter('S')(ends[1])}; outside, "
        "the law is extrapolated"
    )
    print(table(report))
    for name, direction in report["directions"].items():
        if not direction["fits"]:
            print(f"The exponential law does not fit the {name}: {direction['problem']}.")
    print(f"Written to {path}: fit.json, fit.png and device.py, for --device {path / 'device.py'}")
    return path


def device(folder, args, report, ends):
    """The declaration as Python code; `ends` are the least and the largest measured conductance."""
    problems = [
        f"{name} does not fit: {each['problem']}"
        for name, each in report["directions"].items()
        if not each["fits"]
    ]
    files = dict(potentiation=args.potentiation, depression=args.depression)
    names = {name: re.sub(r'["\\\n]', "_", str(file)) for name, file in files.items()}
    name = re.sub(r"\W+", "_", folder, flags=re.ASCII).strip("_")
    name = name if name.isidentifier() else f"device_{name}"
    reference = "; ".join(["measured, fitted to Fouda et al. 2019, Eq. (8)", *problems])
    return DEVICE.format(
        name=name, reference=reference, low=ends[0], high=ends[1], **names, **report
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
            f"{name}: {each['ramps']} ramps of up to {each['pulses']} pulses, which cover "
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
            axes.plot(n, np.nanmean(values, axis=1), color=COLOURS[0], label="mean of the ramps")
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
