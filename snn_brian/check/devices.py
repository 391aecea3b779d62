"""What a device and its law must be, to run and to describe a device."""

from functools import partial
from operator import attrgetter

import numpy as np
from brian2 import second, siemens, volt

from snn_brian.base.errors import did_you_mean
from snn_brian.check.reader import EVERYWHERE, Reader
from snn_brian.check.reliability import check_reliability, check_state
from snn_brian.check.single_pair import PULSE
from snn_brian.check.symbols import SYNAPSE_SYMBOLS, numbers
from snn_brian.crossbar.evaluate import evaluate
from snn_brian.declarations import Lognormal
from snn_brian.device.reliability import as_law
from snn_brian.device.response import change_by
from snn_brian.device.variation import CUT
from snn_brian.network.memristive_pair import MemristivePair

PULSES = np.arange(101)  # numbers of pulses at which a law is tried


def check_device(reader: Reader) -> None:
    """That a device and its law can run and describe a device.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    device = reader.declaration
    law = device.law
    for name in ("G_max", "G_min"):
        reader.dimension(name, getattr(device, name), siemens)
    if not 0 <= device.G_min < device.G_max:
        reader.refuse(
            "G_min",
            f"must be from 0 to below G_max={device.G_max}; check both values and their units",
        )
    for name in ("potentiation_pulse", "depression_pulse"):
        pulse = getattr(device, name)
        reader.dimension(f"{name}.voltage", pulse.voltage, volt)
        reader.dimension(f"{name}.width", pulse.width, second)
        if not pulse.width > 0:
            reader.refuse(f"{name}.width", "must be positive")
    check_read(reader)
    reader.symbols("law.parameters", law.parameters, SYNAPSE_SYMBOLS, free=("N",))
    for name in sorted(set(device.parameters) - set(law.parameters)):
        near = did_you_mean(name, law.parameters)
        reader.refuse(
            "parameters", f"'{name}' is no parameter of the law '{law.name}'{near}; take it out"
        )
    for name in sorted(set(law.parameters) - set(device.parameters)):
        reader.refuse("parameters", f"lacks a value for '{name}' of the law '{law.name}'; add it")
    state = check_state(reader)
    scope = EVERYWHERE | numbers("G", "G_max", "G_min", *law.parameters, *state)
    scope |= (reader.statements("law.before", scope, ()) if law.before else {}) | numbers("n")
    for field in ("law.potentiation", "law.depression"):
        reader.expression(field, scope)
    for field in ("law.potentiation_needed", "law.depression_needed"):
        if attrgetter(field)(device):
            reader.expression(field, scope | numbers("dG"))
    reader.unread("law.parameters")
    for way in ("potentiation", "depression"):
        _plausible(reader, way)
        _inverse(reader, way, getattr(law, f"{way}_needed"))
    _variation(reader)
    check_reliability(reader)
    reader.try_out("request : 1", connect=partial(MemristivePair, **_whole(device)))


def check_read(reader: Reader) -> None:
    """That the voltage and the time of a read are both there, or neither.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    device = reader.declaration
    reader.dimension("read_voltage", device.read_voltage, volt)
    reader.dimension("read_time", device.read_time, second)
    if not 0 <= device.read_time < np.inf * second:
        reader.refuse("read_time", "must be at least 0")
    for given, missing in (("read_voltage", "read_time"), ("read_time", "read_voltage")):
        if getattr(device, given) and not getattr(device, missing):
            reader.refuse(missing, f"must not be 0 where {given} is not; give both, or neither")


def _plausible(reader, way):
    """A law must give changes that are finite, 0 for no pulse, never negative, and within the range
    for one pulse."""
    device = reader.declaration
    G = np.linspace(device.K, 1, 21)[:, None]
    change = np.broadcast_to(change_by(device, way, {"G": G, "n": PULSES}), (len(G), len(PULSES)))
    for wrong, problem in [
        (~np.isfinite(change), "a finite number"),
        (change < -1e-9, "not negative, since both strings give the size of a change"),
        ((abs(change) > 1e-9) & (PULSES == 0), "0 without a pulse"),
        (
            (change > (1 - device.K) * (1 + 1e-9)) & (PULSES == 1),
            "within the range for one pulse; G is in units of G_max there",
        ),
    ]:
        if wrong.any():
            row, n = np.argwhere(wrong)[0]
            reader.refuse(
                f"law.{way}",
                f"with parameters={dict(device.parameters)} the change is {change[row, n]:.4g} at "
                f"G={G[row, 0]:.4g}*G_max, n={n}; it must be {problem}",
            )


def _inverse(reader, way, needed):
    """The inverse of a law must give back the pulses of a change that does not reach the end of the
    range."""
    if not needed:
        return
    device = reader.declaration
    ends = {"G_max": 1.0, "G_min": device.K, **device.parameters}
    G = np.linspace(device.K, 1, 21)[1:-1]
    dG = change_by(device, way, {"G": G, "n": 1.0})
    for conductance, n in zip(
        G, np.broadcast_to(evaluate(needed, ends | {"G": G, "dG": dG}), G.shape)
    ):
        if not abs(n - 1) < 1e-3:
            reader.refuse(
                f"law.{way}_needed",
                f"with parameters={dict(device.parameters)} it gives {n:.4g} pulses for the change "
                f"by one pulse at G={conductance:.4g}*G_max; it must be the law's inverse",
            )


def _variation(reader):
    """Every device that `variation.spread` can draw must have a range, and parameters of the sign
    of the nominal ones."""
    device = reader.declaration
    symbols = ("G_max", "G_min", *device.law.parameters)
    for symbol, deviation in device.device_to_device.items():
        if symbol not in symbols:
            reader.refuse(
                "device_to_device",
                f"'{symbol}' is no symbol of this device{did_you_mean(symbol, symbols)}; "
                f"those that can vary are {', '.join(symbols)}",
            )
        if isinstance(deviation, Lognormal) and symbol in ("G_max", "G_min"):
            reader.refuse(
                f"device_to_device['{symbol}']",
                "must be a number, since a range without bounds is none",
                deviation,
            )
        if isinstance(deviation, Lognormal):
            if not 0 <= deviation.sigma <= 5:
                reader.refuse(
                    f"device_to_device['{symbol}'].sigma", "must be from 0 to 5", deviation.sigma
                )
        elif not 0 <= deviation < 1 / CUT:
            reader.refuse(
                f"device_to_device['{symbol}']",
                f"must be from 0 to below {1 / CUT:.3f}, since devices differ by "
                f"up to {CUT:g} times as much",
                deviation,
            )
    least = device.G_max * (1 - CUT * device.device_to_device.get("G_max", 0.0))
    most = device.G_min * (1 + CUT * device.device_to_device.get("G_min", 0.0))
    if most >= least:
        reader.refuse(
            "device_to_device",
            f"gives devices with G_min={most} and others with G_max={least}, and every G_min "
            "must be below every G_max; give smaller spreads",
        )
    for field in ("cycle_to_cycle", "read_noise"):
        if not 0 <= getattr(device, field) < 1:
            reader.refuse(field, "must be from 0 to below 1; it is a fraction, 0.02 for 2 %")


def _whole(device):
    """The arguments of a `MemristivePair` of this device that runs every string of its law."""
    rest = "1.0" if as_law(device).law.relaxation else ""
    return dict(device=device, programming=PULSE, rest=rest, initial=(0, 1))
