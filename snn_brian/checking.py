"""Checks of a declaration when it is loaded: what each kind must be, to run and to describe a device or a rule."""
from operator import attrgetter

import numpy as np
from brian2 import DEFAULT_FUNCTIONS, Equations, get_dimensions, second, siemens, volt
from brian2.core.namespace import DEFAULT_UNITS
from brian2.core.variables import Variable
from brian2.equations.equations import BOOLEAN, PARAMETER, SUBEXPRESSION
from brian2.parsing.rendering import NumpyNodeRenderer
from brian2.stateupdaters.base import StateUpdateMethod
from brian2.units.fundamentalunits import DIMENSIONLESS
from brian2.utils.stringtools import get_identifiers, word_substitute

from snn_brian.alone import DRIVES, fires
from snn_brian.declarations import Device, Encoder, Law, Neuron, Pulse, Rule, Weight
from snn_brian.errors import UserError
from snn_brian.network import COUNTERS
from snn_brian.optimizers import OPTIMIZERS
from snn_brian.pulses import Pulses
from snn_brian.reading import EVERYWHERE, Reader, did_you_mean, said
from snn_brian.synapse import is_for_each_device, synapse
from snn_brian.trial import shared, trial
from snn_brian.variation import CUT

# What the network calls its own variables, in groups of neurons and in synapses. LOCALS, which a synapse's code sets
# for itself, are refused for neurons, too: Brian2 takes a name that the synapse does not declare for the neuron's.
LOCALS = "dw n n_P n_D way up down new_plus new_minus moved mean_grad steps image label order".split()
NEURON_SYMBOLS = LOCALS + ("delta request eta learning batch_ends pixel feedback S pulses_P pulses_D load_P load_D reads "
                           "batch batches batches_before presentations batch_size seed duration step eligibility "
                           "lastspike not_refractory").split()
SYNAPSE_SYMBOLS = LOCALS + "w G_plus G_minus G G_max G_min eta grad m v updates batch_size learning".split()
STEP = {name: Variable(name, dtype=np.int32) for name in ("step", "steps")}  # of a presentation: this one, and how many
STEPS = "".join(f"{name} : integer (shared)\n" for name in STEP)
CONSTANTS = {"e": np.e, "pi": np.pi, "inf": np.inf} | {name: float(unit) for name, unit in DEFAULT_UNITS.items()}
SOUND = set()  # what this process has checked: trials take time, and a sweep's points differ in few declarations
PULSES = np.arange(101)  # numbers of pulses at which a law is tried


def check(declaration, file):
    """Refuse a declaration that could not run, or that describes no device or rule.

    Parameters
    ----------
    declaration : Neuron, Device, Weight, Rule or Encoder
    file : str or Path
        Where it is declared, for the message.

    Raises
    ------
    UserError
        Naming the file, the field, its value and the mend.
    """
    reader = Reader(declaration, file)
    for field, hint in type(declaration).__annotations__.items():
        reader.type(field, getattr(declaration, field), hint)
    if not declaration.name.strip():
        reader.refuse("name", "must not be empty; the declaration is found by it")
    content = repr(declaration), str(file)
    if content not in SOUND:
        {Neuron: _neuron, Device: _device, Weight: _weight, Rule: _rule, Encoder: _encoder}[type(declaration)](reader)
        SOUND.add(content)


def _neuron(reader):
    neuron = reader.declaration
    equations = reader.equations("equations", NEURON_SYMBOLS)
    reader.symbols("parameters", neuron.parameters, {*NEURON_SYMBOLS, *equations.names})
    if "U" not in equations:
        reader.refuse("equations", "must declare U, which synaptic input drives; add U : 1")
    own = _variables(equations) | _parameters(neuron.parameters)
    state = {name for name, equation in equations.items() if equation.type != SUBEXPRESSION}
    scope = EVERYWHERE | own | _numbers("i", "N", "delta", "request", "S") | STEP
    noise = {"xi": Variable("xi", (second**-0.5).dim)}
    reader.right_sides("equations", equations, scope | noise)
    reader.statements("start_of_step", scope, state)
    if neuron.start_of_presentation is not None:
        reader.statements("start_of_presentation", scope, state)
    elif own["U"].dim is not DIMENSIONLESS:
        reader.refuse("start_of_presentation", "must say where U starts, since it has a unit; write one such as U = E_L, "
                      'or "" for neurons that go on from one presentation to the next')
    after = {f"{name}_post": variable for name, variable in own.items()}
    reader.statements("synaptic_input", EVERYWHERE | after | _numbers("w"), {f"{name}_post" for name in state})
    if not neuron.synaptic_input.strip():
        reader.refuse("synaptic_input", "must not be empty; a spike drives U by it, as in U_post += w")
    reader.expression("threshold", scope, boolean=True)
    if get_identifiers(neuron.threshold) & {"rand", "randn", "poisson"}:
        reader.refuse("threshold", "is evaluated more than once in a step; draw the random number in start_of_step")
    reader.statements("reset", scope, state)
    reader.expression("derivative", scope)
    traces = _traces(reader, equations)
    if neuron.method and neuron.method not in StateUpdateMethod.stateupdaters:
        reader.refuse("method", f"must be empty or one of {', '.join(sorted(StateUpdateMethod.stateupdaters))}")
    if neuron.refractory:
        _refractory(reader, scope)
    reader.unread("parameters")
    offered = Equations("delta : 1\nrequest : 1\nS : 1\neligibility : 1\n" + STEPS)
    per_step = [neuron.start_of_presentation or "", neuron.start_of_step, f"delta = {neuron.derivative}",
                neuron.eligibility and f"eligibility = {neuron.eligibility}"]
    _try(reader, equations + traces + shared(neuron.parameters) + offered, neuron.threshold,
         f"{neuron.reset}\n{neuron.source_spike}", per_step, "w : 1", neuron.synaptic_input,
         refractory=neuron.refractory or False, **({"method": neuron.method} if neuron.method else {}))
    if not fires(neuron):
        reader.warn("threshold", f"no spike came in 30 time steps with an input spike in each, through weights of "
                    f"{', '.join(f'{each:g}' for each in DRIVES)}; bring it within the reach of U")


def _traces(reader, equations):
    """The equations of the traces, which know nothing but the source's spikes and the parameters."""
    neuron = reader.declaration
    fields = ("trace", "source_spike", "eligibility")
    given = [field for field in fields if getattr(neuron, field).strip()]
    for field in fields:
        if given and field not in given:
            reader.refuse(field, f"must not be empty beside {given[0]}; an eligibility needs equations, what a spike does, "
                          "and an expression")
    traces = reader.equations("trace", {*NEURON_SYMBOLS, *equations.names, *neuron.parameters})
    own = _variables(traces)
    scope = EVERYWHERE | own | _parameters(neuron.parameters)
    reader.right_sides("trace", traces, scope)
    state = {name for name, each in traces.items() if each.type != SUBEXPRESSION}
    reader.statements("source_spike", scope | _numbers("S"), state)
    if given:
        reader.expression("eligibility", scope)
        if "S" not in get_identifiers(neuron.source_spike):
            reader.refuse("source_spike", "must use S, the size of the spike, so that it also fits encoders with a signal; "
                          "write one such as q += S")
    return traces


def _refractory(reader, scope):
    """A time, or a condition that keeps the neuron from spiking."""
    dimensions, is_boolean = reader.kind("refractory", scope)
    if dimensions is not second.dim and not is_boolean:
        reader.refuse("refractory", "must be a time, such as 2*ms, or a condition, such as U > 0")


def _device(reader):
    device = reader.declaration
    law = device.law
    for name in ("G_max", "G_min"):
        _dimension(reader, name, getattr(device, name), siemens)
    if not 0 <= device.G_min < device.G_max:
        reader.refuse("G_min", f"must be from 0 to below G_max={device.G_max}; check both values and their units")
    for name in ("potentiation_pulse", "depression_pulse"):
        pulse = getattr(device, name)
        _dimension(reader, f"{name}.voltage", pulse.voltage, volt)
        _dimension(reader, f"{name}.width", pulse.width, second)
        if not pulse.width > 0:
            reader.refuse(f"{name}.width", "must be positive")
    reader.symbols("law.parameters", law.parameters, SYNAPSE_SYMBOLS, free=("N",))
    for name in sorted(set(device.parameters) - set(law.parameters)):
        near = did_you_mean(name, law.parameters)
        reader.refuse("parameters", f"'{name}' is no parameter of the law '{law.name}'{near}; take it out")
    for name in sorted(set(law.parameters) - set(device.parameters)):
        reader.refuse("parameters", f"lacks a value for '{name}' of the law '{law.name}'; add it")
    scope = EVERYWHERE | _numbers("G", "G_max", "G_min", "n", *law.parameters)
    for field in ("law.potentiation", "law.depression"):
        reader.expression(field, scope)
    for field in ("law.potentiation_needed", "law.depression_needed"):
        if attrgetter(field)(device):
            reader.expression(field, scope | _numbers("dG"))
    reader.unread("law.parameters")
    for way in ("potentiation", "depression"):
        _plausible(reader, f"law.{way}", getattr(law, way))
        _inverse(reader, f"law.{way}_needed", getattr(law, way), getattr(law, f"{way}_needed"))
    _variation(reader)
    internal = {name: f"device_{name}" for name in law.parameters}
    changes = [word_substitute(code, {**internal, "G": "G_plus"}) for code in (law.potentiation, law.depression)]
    _try(reader, synapse=_pair(internal), program="n = 1\nG_plus += {}\nG_plus -= {}".format(*changes))


def _plausible(reader, field, code):
    """A law must give changes that are finite, 0 for no pulse, never negative, and within the range for one pulse."""
    device = reader.declaration
    G = np.linspace(device.K, 1, 21)[:, None]
    values = {"G": G, "n": PULSES, "G_max": 1.0, "G_min": device.K, **device.parameters}
    change = np.broadcast_to(_evaluate(code, values), (len(G), len(PULSES)))
    for wrong, problem in [
        (~np.isfinite(change), "a finite number"),
        (change < -1e-9, "not negative, since both strings give the size of a change"),
        ((abs(change) > 1e-9) & (PULSES == 0), "0 without a pulse"),
        ((change > (1 - device.K) * (1 + 1e-9)) & (PULSES == 1), "within the range for one pulse; G is in units of "
         "G_max there"),
    ]:
        if wrong.any():
            row, n = np.argwhere(wrong)[0]
            reader.refuse(field, f"with parameters={dict(device.parameters)} the change is {change[row, n]:.4g} at "
                                 f"G={G[row, 0]:.4g}*G_max, n={n}; it must be {problem}")


def _inverse(reader, field, change, needed):
    """The inverse of a law must give back the pulses of a change that does not reach the end of the range."""
    if not needed:
        return
    device = reader.declaration
    ends = {"G_max": 1.0, "G_min": device.K, **device.parameters}
    G = np.linspace(device.K, 1, 21)[1:-1]
    dG = _evaluate(change, ends | {"G": G, "n": 1.0})
    for conductance, n in zip(G, np.broadcast_to(_evaluate(needed, ends | {"G": G, "dG": dG}), G.shape)):
        if not abs(n - 1) < 1e-3:
            reader.refuse(field, f"with parameters={dict(device.parameters)} it gives {n:.4g} pulses for the change by one "
                                 f"pulse at G={conductance:.4g}*G_max; it must be the law's inverse")


def _variation(reader):
    """Every device that `variation.spread` can draw must have a range, and parameters of the sign of the nominal ones."""
    device = reader.declaration
    symbols = ("G_max", "G_min", *device.law.parameters)
    for symbol, deviation in device.device_to_device.items():
        if symbol not in symbols:
            reader.refuse("device_to_device", f"'{symbol}' is no symbol of this device{did_you_mean(symbol, symbols)}; "
                                              f"those that can vary are {', '.join(symbols)}")
        if not 0 <= deviation < 1 / CUT:
            reader.refuse(f"device_to_device['{symbol}']", f"must be from 0 to below {1 / CUT:.3f}, since devices differ by "
                          f"up to {CUT:g} times as much", deviation)
    least = device.G_max * (1 - CUT * device.device_to_device.get("G_max", 0.0))
    most = device.G_min * (1 + CUT * device.device_to_device.get("G_min", 0.0))
    if most >= least:
        reader.refuse("device_to_device", f"gives devices with G_min={most} and others with G_max={least}, and every G_min "
                                          "must be below every G_max; give smaller spreads")
    for field in ("cycle_to_cycle", "read_noise"):
        if not 0 <= getattr(device, field) < 1:
            reader.refuse(field, "must be from 0 to below 1; it is a fraction, 0.02 for 2 %")


def _weight(reader):
    _learning(reader, -np.inf, np.inf)
    limit = reader.declaration.limit
    if limit is not None and not limit > 0:
        reader.refuse("limit", "must be positive, or None for weights without a limit")


def _rule(reader):
    rule = reader.declaration
    _learning(reader, 0, 1)
    equations = reader.equations("variables", SYNAPSE_SYMBOLS)
    for equation in equations.values():
        if equation.type != PARAMETER:
            reader.refuse("variables",
                          "must be of the form 'symbol : unit'; what changes them belongs in prepare or finish")
    reader.symbols("parameters", rule.parameters, {*SYNAPSE_SYMBOLS, *equations.names})
    reader.symbols("device_parameters", rule.device_parameters,
                   {*SYNAPSE_SYMBOLS, *equations.names, *rule.parameters}, free=("N",))
    scope = (EVERYWHERE | _numbers("dw", "w", "G_plus", "G_minus", "G_max", "G_min", *rule.device_parameters)
             | _variables(equations) | _parameters(rule.parameters))
    rounding = {"SR": DEFAULT_FUNCTIONS["floor"]}
    prepared = reader.statements("prepare", scope | rounding, equations.names)
    reader.expression("number", scope | prepared | rounding)
    try:
        Pulses(rule.number, "", rule.prepare)
    except ValueError:
        reader.refuse("number", "at most one SR(...) is allowed; draw once and use the result twice")
    # Whatever values the symbols have, n counts pulses.
    draw = np.random.default_rng(0)
    values = {symbol: draw.uniform(0.1, 1, 9) for symbol in sorted((scope | prepared).keys() - EVERYWHERE.keys())}
    for number in np.atleast_1d(_evaluate(rule.number, values)):
        if np.isfinite(number) and number != np.rint(number):
            reader.refuse("number", f"can give {number:.4g} pulses, no whole number; write SR(...) around it")
    for way in ("potentiation_pulses", "depression_pulses"):
        each = rounding | {"needed": DEFAULT_FUNCTIONS["sqrt"]} | _numbers("G") if is_for_each_device(rule) else _numbers("n")
        reader.expression(way, scope | prepared | each)
    reader.statements("finish", scope | prepared | _numbers("n", "moved"), equations.names)
    if rule.reads:
        reader.expression("reads", scope | prepared | _numbers("n_P", "n_D"))
    reader.unread("parameters", "device_parameters")
    device = Device("trial", "", Law("trial", "", "0.0", "0.0", rule.device_parameters, "dG", "dG"), 1 * siemens, 0 * siemens,
                    dict.fromkeys(rule.device_parameters, 1.0), Pulse(1 * volt, 1 * second), Pulse(1 * volt, 1 * second))
    plastic = synapse(device, rule, OPTIMIZERS["sgd"], "", batched=False)
    _try(reader, "".join(f"{name} : 1\n" for name in ("request", *COUNTERS)), synapse=plastic.model,
         program=plastic.on_pre["program"])


def _encoder(reader):
    encoder = reader.declaration
    reader.symbols("parameters", encoder.parameters, NEURON_SYMBOLS)
    scope = EVERYWHERE | _numbers("i", "N", "pixel") | STEP | _parameters(encoder.parameters)
    reader.expression("threshold", scope, boolean=True)
    if encoder.signal:
        reader.expression("signal", scope)
    reader.unread("parameters")
    _try(reader, Equations(f"pixel : 1\nS : 1\n{STEPS}") + shared(encoder.parameters), encoder.threshold,
         per_step=[f"S = {encoder.signal}"] if encoder.signal else ())


def _learning(reader, low, high):
    if not reader.declaration.learning:
        reader.refuse("learning", f"must have settings for an optimizer; add {next(iter(OPTIMIZERS))}=Learning(...)")
    for optimizer, learning in reader.declaration.learning.items():
        if optimizer not in OPTIMIZERS:
            near = did_you_mean(optimizer, OPTIMIZERS)
            reader.refuse("learning", f"there is no such optimizer{near}; write {' or '.join(OPTIMIZERS)}", optimizer)
        initial = learning.initial
        for part, right, needed in [
            ("eta", learning.eta > 0, "must be positive"),
            ("decay", 0 < learning.decay <= 1, "must be above 0 and at most 1"),
            ("layer_factors", learning.layer_factors and min(learning.layer_factors) >= 0,
             "must have at least one value, none negative"),
            ("initial", initial[0] < initial[1], "must be (low, high), with low below high"),
            ("initial", low <= initial[0] and initial[1] <= high, "must lie in [0, 1], from G_min to G_max"),
        ]:
            if not right:
                reader.refuse(f"learning['{optimizer}'].{part}", needed, getattr(learning, part))


def _dimension(reader, field, value, unit):
    if get_dimensions(value) != unit.dim:
        reader.refuse(field, f"must be in units of {unit.name}", value)


def _variables(equations):
    return {name: Variable(name, equation.dim, dtype=bool if equation.var_type == BOOLEAN else None)
            for name, equation in equations.items()}


def _parameters(values):
    return {symbol: Variable(symbol, get_dimensions(value)) for symbol, value in values.items()}


def _numbers(*symbols):
    return {symbol: Variable(symbol) for symbol in symbols}


def _pair(internal):
    """The variables of a synapse that a rule or a law may use; `internal` gives names that Brian2 takes, by symbol."""
    return Equations("dw : 1\nw : 1\nG_plus : 1\nG_minus : 1") + shared(
        dict.fromkeys(["G_max", "G_min", *internal.values()], 1.0))


def _evaluate(code, values):
    """An expression in NumPy; a random draw counts with its mean."""
    functions = {name: function.pyfunc for name, function in DEFAULT_FUNCTIONS.items()}
    fixed = {"rand": lambda: 0.5, "randn": lambda: 0.0, "SR": np.rint, "logical_not": np.logical_not}
    with np.errstate(all="ignore"):
        return eval(NumpyNodeRenderer().render_expr(code), functions | CONSTANTS | fixed, values)


def _try(reader, *arguments, **keywords):
    """Refuse what Brian2 refuses in a trial run."""
    failure = trial(*arguments, **keywords)
    if failure:
        raise UserError(f"{reader.file}: {said(failure)} of this declaration.")
