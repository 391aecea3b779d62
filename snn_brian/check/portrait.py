"""One declaration by itself, in a few lines of text and a picture: what it does before any network
is trained with it."""

from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.base.plot import COLOURS, PAGE, mark_range, picture
from snn_brian.check.loading import declarations
from snn_brian.check.single_neuron import response
from snn_brian.check.single_pair import PULSE, programmed
from snn_brian.declarations import Device, Neuron, Programming
from snn_brian.device.response import ramp
from snn_brian.physics import curve_nonlinearity

STEPS = 200  # of a neuron
DRIVES = np.linspace(0, 1, 21)  # weights of a train of spikes
PULSES = 100  # of a device, in each direction
REQUESTS, PAIRS, TIMES = (
    np.linspace(-0.02, 0.02, 21),
    300,
    20,
)  # of a rule: changes of w, pairs, requests one by one


def portrait(declaration: Neuron | Device | Programming, path: str | Path) -> list[str]:
    """Write the picture of a neuron, device or rule to `path`, and return lines of text about
    it."""
    draw = {Neuron: _neuron, Device: _device, Programming: _rule}[type(declaration)]
    with picture(path, PAGE, 2.4) as figure:
        return draw(declaration, figure)


def _neuron(neuron, figure):
    found = response(neuron, DRIVES, STEPS)
    rates, trace = figure.subplots(1, 2)
    rates.plot(found.drives, 1e3 * found.rates, "o-", color=COLOURS[0])
    rates.set(xlabel="Weight of a train of 1000 spikes per second", ylabel="Spikes per second")
    shown = int(np.argmin(abs(found.rates - 0.1)))  # a neuron that fires now and then
    trace.plot(found.U[shown], color=COLOURS[0])
    trace.plot(found.spikes[shown], found.U[shown][found.spikes[shown]], "o", color=COLOURS[1])
    trace.set(
        xlabel="Time (ms)",
        ylabel="$U$ (SI units)",
        title=f"weight {found.drives[shown]:.2g}; dots: spikes",
    )
    first = next(
        (f"{drive:.2g}" for drive, rate in zip(found.drives, found.rates) if rate > 0), None
    )
    return [
        f"Least weight that makes it spike: {first or 'none up to 1'}",
        f"Spikes per second at a weight of 0.5 and 1: {1e3 * found.rates[10]:.0f}, "
        f"{1e3 * found.rates[20]:.0f}",
    ]


def _device(device, figure):
    pulses = np.r_[np.ones(PULSES), -np.ones(PULSES)]
    G = ramp(device, device.K, pulses)
    up, down = G[: PULSES + 1], G[PULSES:]
    axes = figure.subplots()
    axes.plot(G, color=COLOURS[0])
    if device.cycle_to_cycle:
        noisy = programmed(device, PULSE, pulses[:, None], (device.K, device.K))[0][:, 0, 0]
        axes.plot(np.r_[device.K, noisy], color="0.6", linewidth=0.5, zorder=1)
    axes.set(xlabel="Pulse", ylabel="$G/G_{\\max}$")
    mark_range(axes, 1, device.K)
    PANL, DANL = curve_nonlinearity(up), curve_nonlinearity(down)
    return [
        f"After {PULSES} potentiating pulses: {up[-1]:.3f} G_max; after {PULSES} depressing "
        f"ones: {down[-1]:.3f} G_max",
        f"Eq. (9) for these ramps: PANL {PANL:.3f}, DANL {DANL:.3f}, ANL {PANL + DANL:.3f}",
    ]


def _rule(rule, figure):
    device = _fitting(rule)
    low, high = next(iter(rule.learning.values())).initial
    G = device.K + (1 - device.K) * (low + high) / 2
    plus, minus = programmed(device, rule, np.tile(REQUESTS, (TIMES, 1)), (G, G), PAIRS)
    change = (plus[-1] - minus[-1]).mean(axis=0) / TIMES
    axes = figure.subplots()
    axes.axline((0, 0), slope=1, color="0.6", linewidth=0.6, linestyle=":")
    axes.plot(REQUESTS, change, "o-", color=COLOURS[0])
    axes.set(
        xlabel="Requested change of $w$",
        ylabel="Mean change of $w$",
        title=f"on {device.name}, from $G$ = {G:.2f}",
    )
    return [
        f"On {device.name}, pairs from G = {G:.3f} G_max, {TIMES} requests each",
        f"Mean change of w for a request of {REQUESTS[0]:g}, {REQUESTS[-1]:g}: {change[0]:.3g}, "
        f"{change[-1]:.3g}",
    ]


def _fitting(rule):
    """A shipped device with all that the rule uses: the paper's if it has that."""
    devices = {
        name: each for name, (each, _) in declarations("device").items() if isinstance(each, Device)
    }
    for device in sorted(devices.values(), key=lambda each: each.name != "TiOx"):
        if set(rule.device_parameters) <= set(device.parameters):
            return device
    raise UserError(
        f"rule '{rule.name}': no shipped device has all of {', '.join(rule.device_parameters)}; "
        "it can only be tried in a network, with your own device."
    )
