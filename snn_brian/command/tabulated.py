"""A device by a fitted table as code, as a table of text and as a picture."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, PercentFormatter

from snn_brian.base.plot import COLOURS
from snn_brian.device.table_fit import TableFit, rounded

DEVICE = '''"""Fitted by fit_device.py to {files}."""
from brian2 import nsecond, siemens, volt

from snn_brian.declarations import Device, Pulse
from snn_brian.device.table import table_law

# Places of the range, from G_min to G_max, are equally far apart, and a change is a share of the
# range, which is what was measured. {noise}
# The files do not tell the programming pulses: 1 V and 100 ns stand in for them. The write energy,
# and nothing else, is
# proportional to voltage**2*width.
{name} = Device(
    name={name!r},
    reference={reference!r},
    law=table_law(
        {law!r},
        "measured",
        potentiation={potentiation},
        depression={depression},
        # spread of the change by one pulse, in units of cycle_to_cycle
        noise={rising},
        depression_noise={falling},
    ),
    G_max={G_max!r} * siemens,
    G_min={G_min!r} * siemens,
    parameters={{}},
    potentiation_pulse=Pulse(voltage=1 * volt, width=100 * nsecond),
    depression_pulse=Pulse(voltage=-1 * volt, width=100 * nsecond),
    cycle_to_cycle={cycle_to_cycle!r},
)
'''


def declaration(name: str, files: str, problems: list[str], found: TableFit) -> str:
    """The declaration as Python code.

    Parameters
    ----------
    name : str
        Of the device, an identifier.
    files : str
        Of the ramps.
    problems : list of str
        What its reference says beside.
    found : TableFit
    """
    up, down = found.potentiation, found.depression
    largest = rounded([max(up.spread.max(), down.spread.max())])[0]
    noises = [rounded(each.spread / (largest or 1)) for each in (up, down)]
    noises = [[min(value, 1.0) for value in each] for each in noises]
    read = max(up.read_noise, down.read_noise)
    return DEVICE.format(
        name=name,
        law=f"{name}_law",
        files=files,
        reference="; ".join(["measured, as a table", *problems]),
        noise=f"Readings had a noise of {100 * read:.2g} %,\n# which is not declared (read_noise).",
        potentiation=rounded(up.changes),
        depression=rounded(down.changes),
        rising=noises[0],
        falling=noises[1],
        G_max=found.G_max,
        G_min=found.G_min,
        cycle_to_cycle=largest,
    )


def table(found: TableFit) -> str:
    """The tables as text."""
    shown = EngFormatter("S", places=3)
    rows = ["place        G    change by one pulse, of the range (and its spread)"]
    rows.append(f"{'':<18}{'potentiation':<22}depression")
    sides = [found.potentiation, found.depression]
    places = np.linspace(0, 1, max(len(each.changes) for each in sides))
    columns = [
        [np.interp(places, np.linspace(0, 1, len(own)), own) for own in (each.changes, each.spread)]
        for each in sides
    ]
    for k, place in enumerate(places):
        G = found.G_min + place * (found.G_max - found.G_min)
        cells = [f"{change[k]:.3%} ({spread[k]:.3%})" for change, spread in columns]
        rows.append(f"{place:5.3f}{shown(G):>12} {cells[0]:<22}{cells[1]}")
    for name, each in zip(("potentiation", "depression"), sides):
        low, high = each.seen
        rows.append(
            f"{name}: {len(each.speeds)} ramp{'s' * (len(each.speeds) != 1)} of up to "
            f"{len(each.states) - 1} pulses, measured from {low:.1%} to {high:.1%} of the range; "
            f"readings lie {each.scatter:.2%} of the range about the curve (standard deviation)"
        )
    return "\n".join(rows)


def draw(figure: Figure, measured: Mapping[str, np.ndarray], found: TableFit) -> None:
    """Above, measured ramps and the curve of the table; below, the table with its spread. A column
    for each direction."""
    panels = figure.subplots(2, 2, sharey="row", height_ratios=(2, 1))
    for column, (name, G) in zip(panels.T, measured.items()):
        own, n = getattr(found, name), np.arange(len(G))
        column[0].plot(n, G, ".", color="0.7", markersize=1.5, rasterized=True)
        column[0].plot(n, np.nanmedian(G, axis=1), color=COLOURS[0], label="median of the ramps")
        column[0].plot(own.states, "--", color=COLOURS[1], label="table")
        column[0].set(title=name, xlabel="Pulses")
        column[0].yaxis.set_major_formatter(EngFormatter("S"))
        column[0].grid(True, axis="y")
        place = np.linspace(0, 1, len(own.changes))
        column[1].errorbar(
            place, own.changes, own.spread, fmt="o-", markersize=3, color=COLOURS[1], capsize=2
        )
        column[1].set(xlabel="Place in the range")
        column[1].yaxis.set_major_formatter(PercentFormatter(1))
        column[1].grid(True, axis="y")
    panels[0, 0].set_ylabel("Conductance")
    panels[1, 0].set_ylabel("Change by one pulse")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
