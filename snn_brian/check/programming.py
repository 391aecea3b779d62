"""What a rule, or the weights of the baseline, must be, to run and to ask for whole pulses."""

from functools import partial

import numpy as np
from brian2 import DEFAULT_FUNCTIONS, second, siemens, volt
from brian2.equations.equations import PARAMETER
from brian2.utils.stringtools import get_identifiers

from snn_brian.base.errors import did_you_mean
from snn_brian.check.finding import shipped
from snn_brian.check.reader import EVERYWHERE, Reader
from snn_brian.check.symbols import SYNAPSE_SYMBOLS, numbers, parameters, variables
from snn_brian.check.transfer import check_alone, check_transfer
from snn_brian.crossbar.evaluate import carry_out, evaluate
from snn_brian.crossbar.pulses import Pulses
from snn_brian.declarations import Device, Law, Optimizer, Programming, Pulse
from snn_brian.network.memristive_pair import MemristivePair
from snn_brian.network.pair import CHOICES, is_for_each_device, names
from snn_brian.network.transfer import SIDE


def check_programming(reader: Reader) -> None:
    """That a rule can run and asks for whole pulses.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    rule = reader.declaration
    _learning(reader, 0, 1)
    symbols = [*SYNAPSE_SYMBOLS, *([SIDE] if rule.transfer else [])]
    equations = reader.equations("variables", symbols)
    for equation in equations.values():
        if equation.type != PARAMETER:
            reader.refuse(
                "variables",
                "must be of the form 'symbol : unit'; what changes them belongs in prepare or "
                "finish",
            )
    reader.symbols("parameters", rule.parameters, {*symbols, *equations.names})
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
    check_alone(reader)
    for way in ("potentiation_pulses", "depression_pulses"):
        each = (
            rounding | {"needed": DEFAULT_FUNCTIONS["sqrt"]} | numbers("G")
            if is_for_each_device(rule)
            else numbers("n")
        )
        reader.expression(way, scope | prepared | each)
        _counted(reader, way, scope | prepared)
    reader.statements("finish", scope | prepared | numbers("n", "moved"), equations.names)
    reader.copies("finish", f"{rule.prepare}\n{rule.finish}")  # one piece of code
    if rule.reads:
        reader.expression("reads", scope | prepared | numbers("n_P", "n_D"))
    _refresh(reader)
    check_transfer(reader)
    _every(reader, "transfer", transfer_every=1e9)
    reader.unread("parameters", "device_parameters")
    _choice(reader)
    _contract(reader)
    device = Device(
        "trial",
        "",
        Law("trial", "", "(G_max - G)/2", "(G - G_min)/2", rule.device_parameters, "dG", "dG"),
        1 * siemens,
        0 * siemens,
        dict.fromkeys(rule.device_parameters, 1.0),
        Pulse(1 * volt, 1 * second),
        Pulse(1 * volt, 1 * second),
    )
    whole = dict(device=device, programming=rule, start=False)
    events = {path: "spike" for path in ("refresh", "transfer") if getattr(rule, path)}
    whole |= dict(on_event=events) if events else {}
    reader.try_out("request : 1", connect=partial(MemristivePair, **whole))


def _refresh(reader):
    """A refresh is a condition of what was read, at whole numbers."""
    rule = reader.declaration
    if rule.refresh:
        known = numbers("G_plus", "G_minus", "w", "G_max", "G_min") | parameters(rule.parameters)
        reader.expression("refresh", EVERYWHERE | known, boolean=True)
    _every(reader, "refresh", refresh_every=1e9, erase_pulses=1e4)


def _every(reader, what, **most):
    """Numbers of a refresh or a transfer are whole, and as declared where there is none."""
    rule = reader.declaration
    for field, largest in most.items():
        value = getattr(rule, field)
        if not (1 <= value <= largest and value == int(value)):
            reader.refuse(field, f"must be a whole number from 1 to {largest:.0e}")
        if not getattr(rule, what) and value != getattr(Programming, field):
            reader.refuse(field, f"has no effect without a {what}; write one, or take this out")


def _choice(reader):
    """Which device gets the pulses must be known, and cannot be chosen after both were read."""
    rule = reader.declaration
    if rule.devices not in CHOICES:
        near = did_you_mean(rule.devices, CHOICES)
        allowed = ", ".join(f'"{each}"' for each in CHOICES)
        reader.refuse("devices", f"there is no such choice{near}; write one of {allowed}")
    if rule.devices != "both" and is_for_each_device(rule):
        reader.refuse(
            "devices",
            "the numbers of pulses depend on the conductance of each device, or are drawn for "
            'each; take them from n, or write "both"',
        )


def _contract(reader):
    """Where nothing is asked there is no pulse, and a rule accumulates if it says so.

    Tried in NumPy: requests of all sizes one after another, and after each of them a request of 0.
    Only `needed` and the conductances of a real pair are stood in for.
    """
    rule, draw = reader.declaration, np.random.default_rng(0)
    own, count = names(rule.variables), 99
    given = {name: 1.0 for name in rule.device_parameters} | rule.parameters
    given |= {"G_max": 1.0, "G_min": 0.05, "G_plus": 0.5, "G_minus": 0.4, "w": 0.1, "G": 0.5}
    given |= {"needed": lambda dG: 10 * dG, "SR": lambda x: np.floor(x + draw.random(count))}
    values = given | {name: np.zeros(count) for name in own}
    for _ in range(40):
        sizes = 10 ** draw.uniform(-4, 0, count)
        for dw in (draw.choice([-1, 1], count) * sizes, np.zeros(count)):
            before = {name: values[name] for name in own}
            after = carry_out(rule.prepare, values | {"dw": dw})
            n = np.broadcast_to(evaluate(rule.number, after), count)
            if not dw.any():
                _refuse_pulses_for_nothing(reader, n)
                kept = all(np.array_equal(after[name], before[name]) for name in own)
            finished = carry_out(rule.finish, after | {"n": n, "moved": dw})
            values |= {name: np.where(n != 0, finished[name], after[name]) for name in own}
    collects = bool(rule.prepare.strip()) and not rule.reads and not is_for_each_device(rule)
    if rule.accumulates and not (collects and kept):
        why = (
            "prepare changes variables where dw is 0"
            if collects
            else ("it has no prepare, reads devices, or decides for each device")
        )
        reader.refuse("accumulates", f"it does not, since {why}; write False")


def _refuse_pulses_for_nothing(reader, n):
    if np.any(n != 0):
        reader.refuse(
            "number",
            f"asks for {n[n != 0][0]:.4g} pulses where dw is 0, and whether they are given would "
            "depend on the plan of execution; multiply it by int(dw != 0), or collect requests in "
            "variables that hold what is still to be carried out",
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
                f"gives {number:.4g} pulses{f' with {own}' if own else ''}; pulses are counted, so "
                "let it be a whole number from 0 on",
            )


def check_weight(reader: Reader) -> None:
    """That weights can learn.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    _learning(reader, -np.inf, np.inf)
    limit = reader.declaration.limit
    if limit is not None and not limit > 0:
        reader.refuse("limit", "must be positive, or None for weights without a limit")


def _learning(reader, low, high):
    optimizers = shipped("optimizers", (Optimizer,))
    if not reader.declaration.learning:
        reader.refuse(
            "learning",
            "must have settings for an optimizer; add sgd=Learning(...)",
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
