"""What a synapse must be, as far as that does not depend on the neuron behind it."""

from brian2 import Equations
from brian2.equations.equations import FLOAT, PARAMETER, SUBEXPRESSION, SingleEquation
from brian2.stateupdaters.base import UnsupportedEquationsException
from brian2.stateupdaters.exact import linear
from brian2.stateupdaters.exponential_euler import exponential_euler
from brian2.utils.stringtools import get_identifiers

from snn_brian.check.reader import EVERYWHERE, Reader
from snn_brian.check.symbols import (
    NEURON_SYMBOLS,
    SYNAPSE_SYMBOLS,
    Scope,
    numbers,
    parameters,
    variables,
)
from snn_brian.crossbar.statements import Statement, identifiers, statements, written
from snn_brian.declarations import Synapse

RANDOM = {"rand", "randn", "poisson"}
PLACES = ("source", "connection", "target")


def check_synapse(reader: Reader) -> None:
    """That a synapse can run with a neuron that has what it uses.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    synapse = reader.declaration
    taken = {*NEURON_SYMBOLS, *SYNAPSE_SYMBOLS, "U", "i", "j"}
    reader.symbols("parameters", synapse.parameters, taken)
    taken |= synapse.parameters.keys()
    equations = {}
    for place in PLACES:
        equations[place] = reader.equations(place, taken)
        taken |= equations[place].names
    given = EVERYWHERE | parameters(synapse.parameters)
    source = given | variables(equations["source"])
    _source(reader, equations["source"], source)
    _connection(reader, equations["connection"], given)
    for symbol in sorted({"w", "S"} & identifiers(synapse.source_spike)):
        reader.refuse(
            "source_spike",
            f"{symbol} is not known here, where a spike is one for all connections; use w in "
            "synaptic_input, and size for what a spike is worth",
        )
    reader.statements("source_spike", source, state(equations["source"]))
    for field in ("size", "eligibility"):
        if getattr(synapse, field).strip():
            reader.expression(field, source)
            if not get_identifiers(getattr(synapse, field)) & set(equations["source"].names):
                reader.refuse(
                    field,
                    "must use a variable of source; a constant factor belongs into synaptic_input",
                )
    _start(reader, Equations([*_all(equations)]), given)
    own = given | variables(equations["target"])
    for each in equations["target"].values():
        if not foreign(each, own):
            reader.right_sides("target", Equations([each]), own)
        elif each.expr is not None:
            reader.used |= get_identifiers(each.expr.code)
    _input(reader, equations)
    reader.unread("parameters")


def state(equations: Equations) -> set[str]:
    """The variables that statements may set."""
    return {name for name, each in equations.items() if each.type != SUBEXPRESSION}


def foreign(equation: SingleEquation, own: Scope) -> set[str]:
    """What an equation takes from the neuron."""
    return set() if equation.expr is None else get_identifiers(equation.expr.code) - own.keys()


def input_scope(synapse: Synapse) -> Scope:
    """What code of a connection may use, without what is the neuron's."""
    own = EVERYWHERE | parameters(synapse.parameters) | numbers("w", "i", "j")
    own |= variables(Equations(synapse.connection))
    for place, end in (("source", "_pre"), ("target", "_post")):
        found = variables(Equations(getattr(synapse, place)))
        own |= {name + end: variable for name, variable in found.items()}
    return own


def _source(reader, equations, scope):
    _plain(reader, "source", equations)
    reader.right_sides("source", equations, scope)
    _solved(reader, "source", equations, lambda: exponential_euler(equations, {}))


def _connection(reader, equations, given):
    _plain(reader, "connection", equations)
    for name, each in equations.items():
        own = given | variables(Equations([each]))
        if each.type == SUBEXPRESSION:
            reader.refuse(
                "connection",
                f"'{name}' must be a variable; write the expression where it is used",
                str(each),
            )
        if others := foreign(each, own) & set(equations.names):
            reader.refuse(
                "connection",
                f"'{name}' must follow from itself alone, but uses "
                f"{', '.join(sorted(others))}; keep them in source",
                str(each),
            )
        reader.right_sides("connection", Equations([each]), own)
        _solved(
            reader, "connection", Equations([each]), lambda each=each: linear(Equations([each]), {})
        )
    if equations and not set(equations.names) & identifiers(reader.declaration.synaptic_input):
        reader.refuse("connection", "synaptic_input uses none of it; use it there")


def _plain(reader, field, equations):
    """State of sources and connections is of real numbers that always advance."""
    for each in equations.values():
        if each.var_type != FLOAT or each.flags:
            reader.refuse(field, "must be real variables without flags", str(each))
        if each.expr is not None and get_identifiers(each.expr.code) & {
            *RANDOM,
            "t",
            "dt",
            "i",
            "j",
        }:
            reader.refuse(
                field, "must use neither time nor random numbers nor neurons' numbers", str(each)
            )


def _solved(reader, field, equations, solve):
    if all(each.type == PARAMETER for each in equations.values()):
        return
    try:
        solve()
    except UnsupportedEquationsException:
        reader.refuse(
            field,
            "has no exact solution: a variable must be linear in itself, as in "
            "dx/dt = (1 - x)/tau : 1",
        )


def _start(reader, equations, given):
    """Statements that set variables once, to what the parameters say."""
    own, scope = state(equations), variables(equations)
    for each in statements_of(reader, "start"):
        if each.name not in own or each.operation != "=":
            reader.refuse(
                "start",
                f"must set variables by =, of {', '.join(sorted(own)) or 'which there are none'}",
                str(each),
            )
        if get_identifiers(each.expression) & {*RANDOM, "t", "dt"}:
            reader.refuse("start", "must use neither time nor random numbers", str(each))
        needed = scope[each.name].dim
        reader.expression("start", given, each.expression, needed, shown=str(each))


def statements_of(reader: Reader, field: str) -> list[Statement]:
    """The statements of a field."""
    try:
        return statements(getattr(reader.declaration, field))
    except ValueError:
        reader.refuse(field, "is no statement; write one such as x = 1")


def _input(reader, equations):
    """Code of a connection; what it takes from the neuron is seen when there is one."""
    synapse = reader.declaration
    scope = input_scope(synapse)
    if not synapse.synaptic_input.strip():
        if synapse.target.strip() and not synapse.size:
            reader.warn("target", "no synaptic_input drives it; say there what a spike does")
        return
    found = statements_of(reader, "synaptic_input")
    neurons = {name for name in identifiers(synapse.synaptic_input) if name.endswith("_post")}
    writable = state(equations["connection"])
    writable |= {f"{name}_post" for name in state(equations["target"])}
    if not any(each.name.endswith("_post") for each in found):
        reader.refuse(
            "synaptic_input",
            "sets nothing of the target neuron; a spike drives it by "
            "a variable that ends in _post, as in I_post += w",
        )
    if neurons <= scope.keys():
        reader.statements("synaptic_input", scope, writable)
        return
    local = written(synapse.synaptic_input)
    for each in found:
        if each.name.endswith("_pre") or each.name in scope.keys() - writable:
            reader.refuse("synaptic_input", f"'{each.name}' cannot be set here", str(each))
        for name in sorted(get_identifiers(each.value) - scope.keys() - neurons - local):
            mend = f"write {name}_post if it is the neuron's, or add it to parameters"
            if name in equations["source"]:
                mend = f"write {name}_pre"
            reader.refuse("synaptic_input", f"'{name}' is not declared; {mend}", str(each))
        reader.used |= get_identifiers(each.value)


def _all(equations):
    return [each for part in equations.values() for each in part.values()]
