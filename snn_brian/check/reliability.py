"""What a device's state of its own must be: the law's variables and statements, and the numbers of
`Device.reliability`."""

from operator import attrgetter

import numpy as np
from brian2 import second

from snn_brian.check.reader import EVERYWHERE, Reader
from snn_brian.check.symbols import SYNAPSE_SYMBOLS, numbers
from snn_brian.crossbar.evaluate import carry_out, evaluate
from snn_brian.crossbar.statements import identifiers
from snn_brian.device.reliability import MOST_PULSES, SYMBOLS, VARIABLES
from snn_brian.device.variation import CUT

SHARES = ("stuck_on", "stuck_off", "stuck")


def check_state(reader: Reader) -> tuple[str, ...]:
    """The variables of a device beside G, after a check of all that uses them.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    device = reader.declaration
    law = device.law
    taken = {*SYNAPSE_SYMBOLS, *law.parameters, *SYMBOLS, *VARIABLES, "rest", "rises"}
    for field, symbols in (("law.parameters", law.parameters), ("law.variables", ())):
        for name in symbols:
            if name in (*SYMBOLS, *VARIABLES, "rest"):
                reader.refuse(
                    field, f"'{name}' is the name of a part of `reliability`; choose another name"
                )
    equations = reader.equations("law.variables", taken) if law.variables else {}
    for equation in equations.values():
        if equation.expr is not None or equation.dim is not second.dim / second.dim:
            reader.refuse("law.variables", "must be parameters without unit, such as 'age : 1'")
    state = tuple(equations)
    constants = EVERYWHERE | numbers("G_max", "G_min", *law.parameters, *state)
    if law.after_pulses:
        reader.statements("law.after_pulses", constants | numbers("G", "n"), state)
        _unmoved(reader, state)
    if law.relaxation:
        scope = constants | numbers("G", "rest")
        reader.statements("law.relaxation", scope, ("G", *state))
    for field in ("law.relaxation", "law.highest", "law.lowest"):
        drawn = identifiers(attrgetter(field)(device)) & {"rand", "randn", "poisson"}
        if drawn:
            reader.refuse(
                field,
                f"'{min(drawn)}' draws random numbers, but only time may decide; take it out",
            )
    for field in ("law.highest", "law.lowest"):
        reader.expression(field, constants)
    reader.expression("law.noise", constants | numbers("G", "rises"))
    _range(reader, state)
    return state


def _unmoved(reader, state):
    """Statements after pulses also run where a device got none, and must change nothing there."""
    device = reader.declaration
    values = {"G_max": 1.0, "G_min": device.K, "G": 0.5, "n": 0.0, **device.parameters}
    for value in (0.0, 0.3, 7.0):
        before = values | dict.fromkeys(state, value)
        after = carry_out(device.law.after_pulses, before)
        for name in state:
            if not np.isclose(after[name], value):
                reader.refuse(
                    "law.after_pulses",
                    f"makes {after[name]:.4g} of {name}={value:.4g} where n is 0, and must leave "
                    "it as it is; multiply the change by int(n > 0)",
                )


def _range(reader, state):
    """At first, the range is that from G_min to G_max."""
    device = reader.declaration
    fresh = {"G_max": 1.0, "G_min": device.K, **device.parameters} | dict.fromkeys(state, 0.0)
    for field, end in (("highest", 1.0), ("lowest", device.K)):
        value = evaluate(getattr(device.law, field), fresh)
        if not np.isclose(value, end):
            reader.refuse(
                f"law.{field}",
                f"is {value:.4g} of G_max for a device that was not used, and must be {end:.4g}",
            )


def check_reliability(reader: Reader) -> None:
    """That the numbers of `reliability` are possible.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    device, own = reader.declaration, reader.declaration.reliability

    def within(name, least, most, told):
        value = getattr(own, name)
        if not least <= float(value) <= most:
            reader.refuse(f"reliability.{name}", told)

    for name in ("endurance", "closing"):
        told = f"must be a number of pulses from 1 to {MOST_PULSES:.0e}, or 0 for none"
        if getattr(own, name):
            within(name, 1, MOST_PULSES, told)
    within("spread", 0, 5, "is the standard deviation of a logarithm and must be from 0 to 5")
    for name in SHARES:
        within(name, 0, 1, "is a share of the devices and must be from 0 to 1")
    if sum(getattr(own, name) for name in SHARES) > 1:
        reader.refuse("reliability", f"{', '.join(SHARES)} are more than all devices together")
    within("drift", 0, 1, "is the exponent nu and must be from 0 to 1")
    within("drift_spread", 0, 0.999 / CUT, f"must be from 0 to below {1 / CUT:.3f}")
    within("rest_at", 0, 1, "is a place in the range and must be from 0 to 1")
    for name in ("drift_from", "retention"):
        reader.dimension(f"reliability.{name}", getattr(own, name), second)
    if not own.drift_from > 0 * second:
        reader.refuse("reliability.drift_from", "must be a time above 0, e.g. 1*second")
    if own.retention < 0 * second:
        reader.refuse("reliability.retention", "must be a time above 0, or 0 for none")
    if not (1 <= device.relaxes_every <= 1e9 and device.relaxes_every == int(device.relaxes_every)):
        reader.refuse("relaxes_every", "must be a whole number of presentations from 1 to 1e9")
