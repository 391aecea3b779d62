"""What a rule, or the weights of the baseline, must be, to run and to ask for whole pulses."""

import numpy as np
from brian2 import DEFAULT_FUNCTIONS, second, siemens, volt
from brian2.equations.equations import PARAMETER
from brian2.utils.stringtools import get_identifiers

from snn_brian.base.errors import did_you_mean
from snn_brian.check.finding import shipped
from snn_brian.check.reader import EVERYWHERE, Reader
from snn_brian.check.symbols import SYNAPSE_SYMBOLS, numbers, parameters, variables
from snn_brian.crossbar.pulses import Pulses
from snn_brian.declarations import Device, Law, Optimizer, Pulse
from snn_brian.network.evaluate import evaluate
from snn_brian.network.network import COUNTERS
from snn_brian.network.synapse import is_for_each_device, synapse


def check_programming(reader: Reader) -> None:
    """Raise `UserError` for a rule that cannot run, or that asks for other than whole pulses."""
    rule = reader.declaration
    _learning(reader, 0, 1)
    equations = reader.equations("variables", SYNAPSE_SYMBOLS)
    for equation in equations.values():
        if equation.type != PARAMETER:
            reader.refuse(
                "variables",
                "must be of the form 'symbol : unit'; what changes them belongs in prepare or "
                "finish",
            )
    reader.symbols("parameters", rule.parameters, {*SYNAPSE_SYMBOLS, *equations.names})
    reader.symbols(
        "device_parameters",
        rule.device_parameters,
        {*SYNAPSE_SYMBOLS, *equations.names, *rule.parameters},
        free=("N",),
    )
    scope = (
        EVERYWHERE
        | numbers("dw", "w", "G_plus", "G_minus", "G_max", "G_min", *rule.device_parameters)
        | variables(equations)
        | parameters(rule.parameters)
    )
    rounding = {"SR": DEFAULT_FUNCTIONS["floor"]}
    prepared = reader.statements("prepare", scope | rounding, equations.names)
    reader.expression("number", scope | prepared | rounding)
    try:
        Pulses(rule.number, "", rule.prepare)
    except ValueError:
        reader.refuse(
            "number", "at most one SR(...) is allowed; draw once and use the result twice"
        )
    # Whatever values the symbols have, n counts pulses.
    draw = np.random.default_rng(0)
    values = {
        symbol: draw.uniform(0.1, 1, 9)
        for symbol in sorted((scope | prepared).keys() - EVERYWHERE.keys())
    }
    for number in np.atleast_1d(evaluate(rule.number, values)):
        if np.isfinite(number) and number != np.rint(number):
            reader.refuse(
                "number", f"can give {number:.4g} pulses, no whole number; write SR(...) around it"
            )
    for way in ("potentiation_pulses", "depression_pulses"):
        each = (
            rounding | {"needed": DEFAULT_FUNCTIONS["sqrt"]} | numbers("G")
            if is_for_each_device(rule)
            else numbers("n")
        )
        reader.expression(way, scope | prepared | each)
        _counted(reader, way, scope | prepared)
    reader.statements("finish", scope | prepared | numbers("n", "moved"), equations.names)
    if rule.reads:
        reader.expression("reads", scope | prepared | numbers("n_P", "n_D"))
    reader.unread("parameters", "device_parameters")
    device = Device(
        "trial",
        "",
        Law("trial", "", "0.0", "0.0", rule.device_parameters, "dG", "dG"),
        1 * siemens,
        0 * siemens,
        dict.fromkeys(rule.device_parameters, 1.0),
        Pulse(1 * volt, 1 * second),
        Pulse(1 * volt, 1 * second),
    )
    plastic = synapse(device, rule, None, "", batched=False)
    reader.try_out(
        "".join(f"{name} : 1\n" for name in ("request", *COUNTERS)),
        synapse=plastic.model,
        program=plastic.on_pre["program"],
    )


def _counted(reader, way, scope):
    """Pulses of a device are whole numbers from 0 on, with the rule's own parameters and whatever
    is asked for."""
    rule = reader.declaration
    draw = np.random.default_rng(0)
    values = {
        symbol: draw.integers(-3, 4, 99).astype(float)
        for symbol in sorted(scope.keys() - EVERYWHERE.keys())
    }
    values |= {
        symbol: draw.uniform(0.1, 0.9, 99)
        for symbol in ("G", "G_plus", "G_minus", "w", *rule.device_parameters)
    }
    values |= {
        "G_max": 1.0,
        "G_min": 0.05,
        "dw": draw.choice([-1, 1], 99) * 10 ** draw.uniform(-3, 2, 99),
        "needed": lambda dG: 10 * dG,
    } | rule.parameters
    values["n"] = np.broadcast_to(evaluate(rule.number, values), 99)
    code = getattr(rule, way)
    pulses = np.broadcast_to(evaluate(code, values), 99)
    for number in pulses[(values["n"] != 0) & np.isfinite(pulses)]:
        if number < 0 or number != np.rint(number):
            own = ", ".join(
                f"{name}={value:g}"
                for name, value in rule.parameters.items()
                if name in get_identifiers(code)
            )
            reader.refuse(
                way,
                f"gives {number:.4g} pulses{f' with {own}' if own else ''}; pulses are counted, "
                "so let it be a "
                "whole number from 0 on",
            )


def check_weight(reader: Reader) -> None:
    """Raise `UserError` for weights that cannot learn."""
    _learning(reader, -np.inf, np.inf)
    limit = reader.declaration.limit
    if limit is not None and not limit > 0:
        reader.refuse("limit", "must be positive, or None for weights without a limit")


def _learning(reader, low, high):
    optimizers = shipped("optimizers", (Optimizer,))
    if not reader.declaration.learning:
        reader.refuse(
            "learning",
            f"must have settings for an optimizer; add {next(iter(optimizers))}=Learning(...)",
        )
    for optimizer, learning in reader.declaration.learning.items():
        if optimizer not in optimizers:
            near = did_you_mean(optimizer, optimizers)
            reader.refuse(
                "learning",
                f"there is no such optimizer{near}; write one of {', '.join(optimizers)}",
                optimizer,
            )
        initial = learning.initial
        for part, right, needed in [
            ("eta", learning.eta > 0, "must be positive"),
            ("decay", 0 < learning.decay <= 1, "must be above 0 and at most 1"),
            (
                "layer_factors",
                learning.layer_factors and min(learning.layer_factors) >= 0,
                "must have at least one value, none negative",
            ),
            ("initial", initial[0] < initial[1], "must be (low, high), with low below high"),
            (
                "initial",
                low <= initial[0] and initial[1] <= high,
                "must lie in [0, 1], from G_min to G_max",
            ),
        ]:
            if not right:
                reader.refuse(f"learning['{optimizer}'].{part}", needed, getattr(learning, part))
