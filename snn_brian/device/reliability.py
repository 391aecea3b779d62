"""Devices that wear out, stick, drift and forget: what `Device.reliability` says, written into the
device's law, so that the network knows laws alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from snn_brian.crossbar.evaluate import carry_out, evaluate
from snn_brian.crossbar.statements import substituted
from snn_brian.declarations import Device, Law, Lognormal, Reliability

FATE = "fate"  # of a device: above 0 it works
WORKS, STUCK, ON, OFF = 1.0, 0.0, -1.0, -2.0
SYMBOLS = (FATE, "endurance", "closing", "nu", "drift_from", "retention", "rest_at")
VARIABLES = ("pulses_seen", "since")
MOST_PULSES = 1e7  # that a device may endure: they are counted in 32 bits, exact up to 1.6e7


@dataclass(frozen=True)
class Fates:
    """Which devices are stuck from the start, and where."""

    reliability: Reliability

    def draw(self, nominal: float, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        """WORKS, STUCK, ON or OFF for each of many devices."""
        own = self.reliability
        ends = np.cumsum([own.stuck, own.stuck_on, own.stuck_off])
        return np.array([STUCK, ON, OFF, nominal])[
            np.searchsorted(ends, rng.random(shape), "right")
        ]


def as_law(device: Device) -> Device:
    """The same device with its reliability written into its law, and none of its own."""
    own = device.reliability
    if own == Reliability():
        return device
    law, parameters, spreads = device.law, dict(device.parameters), dict(device.device_to_device)
    variables, after, relaxation, works = [law.variables], [law.after_pulses], [], []

    def add(symbol, value, spread=None):
        parameters[symbol] = float(value)
        if spread:
            spreads[symbol] = spread

    if own.stuck or own.stuck_on or own.stuck_off:
        add(FATE, WORKS, Fates(own))
        works.append(f"int({FATE} > 0)")
    if own.endurance or own.closing:
        variables.append("pulses_seen : 1")
        after.append("pulses_seen += n")
    if own.endurance:
        add("endurance", own.endurance, Lognormal(own.spread) if own.spread else None)
        works.append("int(pulses_seen < endurance)")
        law = _replaced(law, "n", "clip(ceil(endurance - pulses_seen), 0, n)")
    if own.closing:
        add("closing", own.closing, Lognormal(own.spread) if own.spread else None)
        law = _closing(law)
    if own.drift:
        add("nu", own.drift, own.drift_spread)
        add("drift_from", own.drift_from)
        variables.append("since : 1")
        after.append("since = since*int(n == 0)")
        drifted = "G*((since + rest + drift_from)/(since + drift_from))**(-nu)"
        relaxation += [f"G = {_where(works, drifted)}", "since += rest"]
    if own.retention:
        add("retention", own.retention)
        add("rest_at", own.rest_at)
        home = "(G_min + rest_at*(G_max - G_min))"
        relaxation.append(f"G = {_where(works, f'{home} + (G - {home})*exp(-rest/retention)')}")
    if works:
        factor = "*".join(works)
        law = replace(
            law,
            potentiation=f"{factor}*({law.potentiation})",
            depression=f"{factor}*({law.depression})",
            noise=f"{factor}*({law.noise})",
        )
    law = replace(
        law,
        parameters=tuple(parameters),
        variables="\n".join(filter(None, variables)),
        after_pulses="\n".join(filter(None, after)),
        relaxation="\n".join(filter(None, [law.relaxation, *relaxation])),
    )
    return replace(
        device,
        law=law,
        parameters=parameters,
        device_to_device=spreads,
        reliability=Reliability(),
    )


def begun(G: np.ndarray, fate: np.ndarray | None, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Conductances as training begins: devices that are stuck on or off are at that end."""
    if fate is None:
        return G
    return np.where(fate == ON, high, np.where(fate == OFF, low, G)).astype(G.dtype)


def rested(
    device: Device, values: Mapping[str, np.ndarray], seconds: float
) -> dict[str, np.ndarray]:
    """What a time without pulses makes of many devices.

    Parameters
    ----------
    device : Device
        As `as_law` gives it.
    values : mapping
        G, in units of G_max, and the law's variables; what differs from device to device, by its
        symbol. Arrays of one shape.
    seconds : float

    Returns
    -------
    dict of those that the law's relaxation sets, of the types that they had.
    """
    law = device.law
    known = {"G_max": 1.0, "G_min": device.K, **device.parameters, "rest": seconds} | dict(values)
    after = carry_out(law.relaxation, known)
    found = {name: after[name] for name in values if after[name] is not known[name]}
    if "G" in found:
        ends = (evaluate(end, after) for end in (law.lowest, law.highest))
        found["G"] = np.clip(found["G"], *ends)
    return {name: np.asarray(each, values[name].dtype) for name, each in found.items()}


def _where(works, code):
    """An expression for G where a device works, and G where it does not."""
    return f"G + {'*'.join(works)}*({code} - G)" if works else code


def _replaced(law: Law, symbol: str, code: str) -> Law:
    """The law with another expression for a symbol of its two responses."""
    return replace(
        law,
        potentiation=substituted(law.potentiation, {symbol: f"({code})"}),
        depression=substituted(law.depression, {symbol: f"({code})"}),
    )


def _closing(law):
    """The law within a range that shrinks to its middle, in proportion to the pulses."""
    # never quite to a point, at which no device would have a place in its range
    shut = "0.5*(G_max - G_min)*clip(pulses_seen/closing, 0, 0.999999)"
    ends = {"G_max": f"(G_max - {shut})", "G_min": f"(G_min + {shut})"}
    return replace(
        law,
        potentiation=f"clip({substituted(law.potentiation, ends)}, 0, inf)",
        depression=f"clip({substituted(law.depression, ends)}, 0, inf)",
        before=substituted(law.before, ends),
        noise=substituted(law.noise, ends),
        highest=substituted(law.highest, ends),
        lowest=substituted(law.lowest, ends),
    )
