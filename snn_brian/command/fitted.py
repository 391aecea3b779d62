"""A fitted device as code, as a table and as a picture."""

import re
from argparse import Namespace
from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

from snn_brian.base.plot import COLOURS
from snn_brian.device.fit import DIRECTIONS, DeviceFit

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


def declaration(folder: str, args: Namespace, report: Mapping, ends: tuple[float, float]) -> str:
    """The declaration as Python code; `ends` are the least and the largest measured conductance."""
    files, name = called(folder, args)
    said = problems(report["directions"]) + fixed(report["directions"])
    reference = "; ".join(["measured, fitted to Fouda et al. 2019, Eq. (8)", *said])
    return DEVICE.format(
        name=name, reference=reference, low=ends[0], high=ends[1], files=files, **report
    )


def problems(directions: Mapping[str, Mapping]) -> list[str]:
    """What does not fit, in words for a reference."""
    return [
        f"{name} does not fit: {each['problem']}"
        for name, each in directions.items()
        if not each["fits"]
    ]


def fixed(directions: Mapping[str, Mapping]) -> list[str]:
    """Which ends are fixed, in words for a reference."""
    return [
        f"{DIRECTIONS[name][0]} is fixed at the last state seen, where no ramp ends"
        for name, each in directions.items()
        if each["end_fixed"]
    ]


def called(folder: str, args: Namespace) -> tuple[str, str]:
    """(the files of the ramps in words, the name of the device)."""
    files = " and ".join(filter(None, (args.potentiation, args.depression)))
    name = re.sub(r"\W+", "_", folder, flags=re.ASCII).strip("_")
    name = name if name.isidentifier() else f"device_{name}"
    return re.sub(r'["\\\n]', "_", files), name


def table(report: Mapping) -> str:
    """Parameters, intervals and spread of a fit as text."""
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


def draw(figure: Figure, measured: Mapping[str, np.ndarray], found: DeviceFit) -> None:
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
