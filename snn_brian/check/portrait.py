"""One declaration by itself, in a few lines of text and a picture: what it does before any network
is trained with it."""

from contextlib import suppress
from pathlib import Path

import numpy as np

from snn_brian.base.errors import UserError
from snn_brian.base.plot import COLOURS, PAGE, mark_range, picture
from snn_brian.check.loading import declarations
from snn_brian.check.single_neuron import response
from snn_brian.check.single_pair import PULSE, programmed
from snn_brian.check.single_synapse import WEIGHTS, effect
from snn_brian.check.together import check_together
from snn_brian.declarations import Device, Neuron, Programming, Synapse
from snn_brian.device.response import change_by, ramp
from snn_brian.network.heterogeneity import differs
from snn_brian.physics import curve_nonlinearity

STEPS = 200  # of a neuron
RATE, SILENCE = 50, 300  # spikes per second of a train of ten, and ms before one more
TRAIN = np.zeros(9 * 1000 // RATE + SILENCE + 100, bool)  # in ms
TRAIN[: 9 * 1000 // RATE + 1 : 1000 // RATE] = TRAIN[9 * 1000 // RATE + SILENCE] = True
DRIVES = np.linspace(0, 1, 21)  # weights of a train of spikes
SATURATED = 0.99  # of the range of a device, at the end of a ramp
MOST_PULSES, MOST_STEPS = 100_000, 500  # of a ramp, and of its picture
# of a rule: changes of w, pairs, requests one by one
REQUESTS, PAIRS, TIMES = np.linspace(-0.02, 0.02, 21), 300, 20


DRAWN = (Neuron, Synapse, Device, Programming)


def portrait(declaration: Neuron | Synapse | Device | Programming, path: str | Path) -> list[str]:
    """Write the picture of a neuron, synapse, device or rule to `path`, and return lines of text
    about it."""
    draw = dict(zip(DRAWN, (_neuron, _synapse, _device, _rule)))[type(declaration)]
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
    drawn = [
        f"{name} is {value}: each neuron has its own; this one has their mean"
        for name, value in neuron.parameters.items()
        if differs(value)
    ]
    return drawn + [
        f"Least weight that makes it spike: {first or 'none up to 1'}",
        f"Spikes per second at a weight of 0.5 and 1: {1e3 * found.rates[10]:.0f}, "
        f"{1e3 * found.rates[20]:.0f}",
    ]


def _synapse(synapse, figure):
    neuron = _neuron_of(synapse)
    found = effect(synapse, neuron, TRAIN)
    panels = figure.subplots(1, len(found.values), squeeze=False)[0]
    for axes, (name, values) in zip(panels, found.values.items()):
        for weight, colour, course in zip(WEIGHTS, COLOURS, values):
            axes.plot(course, color=colour, label=f"weight {weight:g}")
        axes.set(xlabel="Time (ms)", ylabel=f"{name} (SI units)")
    panels[0].legend(frameon=False)
    name, jumps = max(found.jumps.items(), key=lambda item: abs(item[1][0, 0]))
    first, *_, tenth, late = jumps[0]
    return [
        f"With the neuron '{neuron.name}', a spike through a weight of 1 moves {name} by "
        f"{first:.3g} (SI units)",
        f"In a train of {RATE} spikes per second the tenth moves it by {tenth / first:.3g} times "
        f"as much, one after {SILENCE} ms of silence by {late / first:.3g} times",
    ]


def _neuron_of(synapse):
    """A shipped neuron that goes with a synapse: the leaky one if it does."""
    shipped = {name: neuron for name, (neuron, _) in declarations("neuron").items()}
    for neuron in sorted(shipped.values(), key=lambda each: not each.name.startswith("leaky")):
        with suppress(UserError):
            check_together(neuron, synapse)
            return neuron
    raise UserError(
        f"synapse '{synapse.name}': no shipped neuron goes with it; it can only be tried in a "
        "network, with your own neuron."
    )


def _device(device, figure):
    (N_P, each_P), (N_D, each_D) = (_ramp(device, way) for way in ("potentiation", "depression"))
    requests = np.r_[np.full(N_P // each_P, each_P), np.full(N_D // each_D, -each_D)]
    G, pulses = ramp(device, device.K, requests), np.r_[0, np.cumsum(abs(requests))]
    up, down = np.split(G, [N_P // each_P + 1])
    axes = figure.subplots()
    axes.plot(pulses, G, color=COLOURS[0])
    if device.cycle_to_cycle:
        noisy = programmed(device, PULSE, requests[:, None], (device.K, device.K))[0][:, 0, 0]
        axes.plot(pulses, np.r_[device.K, noisy], color="0.6", linewidth=0.5, zorder=1)
    axes.set(xlabel="Pulse", ylabel="$G/G_{\\max}$")
    mark_range(axes, 1, device.K)
    PANL, DANL = curve_nonlinearity(up), curve_nonlinearity(np.r_[up[-1], down])
    return [
        f"After {N_P} potentiating pulses: {up[-1]:.3f} G_max; after {N_D} depressing "
        f"ones: {down[-1]:.3f} G_max",
        f"Eq. (9) for these ramps: PANL {PANL:.3f} (N = {N_P}), DANL {DANL:.3f} (N = {N_D}), "
        f"ANL {PANL + DANL:.3f}",
    ]


def _ramp(device, way):
    """The number of pulses of a ramp, and of those in a step of the picture, which divides it.

    Pulses are the device's own `N` where it has one; otherwise as many as pass `SATURATED` of the
    range, or `MOST_PULSES` where none do.
    """
    if "N" in device.parameters:
        N = max(2, round(device.parameters["N"]))
    else:
        n = np.arange(1, MOST_PULSES + 1)
        start = device.K if way == "potentiation" else 1.0
        change = np.broadcast_to(change_by(device, way, {"G": start, "n": n}), n.shape)
        passed = change >= SATURATED * (1 - device.K)
        N = max(2, int(n[passed][0]) if passed.any() else MOST_PULSES)
    each = -(-N // MOST_STEPS)
    return -(-N // each) * each, each


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
