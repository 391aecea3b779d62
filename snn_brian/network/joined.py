"""A neuron and the synapse that is declared apart from it, as one neuron: its equations with the
synapse's variables, its synaptic input with the state of source and connection.

What the synapse calls its parameters, local names and variables of a connection has a prefix here:
neuron, synapse, programming rule and optimizer know nothing of each other's names.
"""

import re
from dataclasses import replace

from brian2 import Equations, get_unit
from brian2.equations.equations import BOOLEAN, DIFFERENTIAL_EQUATION, INTEGER, SingleEquation
from brian2.stateupdaters.exact import linear
from brian2.units.fundamentalunits import DIMENSIONLESS
from brian2.utils.stringtools import word_substitute

from snn_brian.crossbar.evaluate import carry_out
from snn_brian.crossbar.statements import Statement, statements, written
from snn_brian.declarations import Neuron, Synapse
from snn_brian.network import presentation
from snn_brian.network.pair import lines

PREFIX = "synapse_"


def keeps_state(synapse: Synapse) -> bool:
    """Whether there are variables beside those of the neuron."""
    return any(each.strip() for each in (synapse.source, synapse.connection, synapse.target))


def joined(neuron: Neuron, synapse: Synapse) -> Neuron:
    """The neuron with all that the synapse says of it."""
    ours = bool(synapse.synaptic_input.strip() or synapse.size or synapse.eligibility)
    if not ours and not keeps_state(synapse):
        return neuron
    changes = {}
    if synapse.eligibility:
        own = word_substitute(synapse.eligibility, _parameters(synapse))
        changes |= dict(trace="", source_spike="", eligibility=own)
    elif synapse.size:
        size = word_substitute(synapse.size, _parameters(synapse))
        changes |= dict(source_spike=word_substitute(neuron.source_spike, {"S": f"(S*({size}))"}))
    if synapse.target.strip():
        changes |= dict(equations=_equations(neuron, synapse), start_of_presentation=None)
        changes |= dict(start_of_presentation=_start(neuron, synapse))
    own = {PREFIX + name: value for name, value in synapse.parameters.items()}
    return replace(
        neuron,
        synaptic_input=_input(neuron, synapse),
        parameters={**neuron.parameters, **own},
        **changes,
    )


def size_of_spike(synapse: Synapse) -> str:
    """What a spike is worth, as synapses see it; empty: 1."""
    return f"({_seen(synapse.size, synapse)})" if synapse.size else ""


def connection_variables(synapse: Synapse) -> str:
    """Equations of what each connection keeps: parameters, which its synaptic input moves."""
    own = Equations(synapse.connection).values()
    return "\n".join(f"{PREFIX}{each.varname} : {unit(each)}" for each in own)


def starts(synapse: Synapse, equations: str) -> str:
    """The statements that let all variables of some of the synapse's equations start, in code of
    the group that has them."""
    given = {each.name: str(each) for each in statements(synapse.start)}
    found = [
        given.get(name, f"{name} = {_zero(each)}")
        for name, each in Equations(equations).items()
        if not each.expr or is_moving(each)
    ]
    return word_substitute("\n".join(found), _parameters(synapse))


def start_values(synapse: Synapse, equations: str) -> dict[str, float]:
    """{variable: where it starts, in SI units} of some of the synapse's equations."""
    given = {f"{PREFIX}{name}": float(value) for name, value in synapse.parameters.items()}
    values = carry_out(starts(synapse, equations), given)
    return {name: float(value) for name, value in values.items() if name not in given}


def own_code(code: str, synapse: Synapse, variables: set[str]) -> str:
    """Statements of the synapse in a group that has these variables of it."""
    local = {name: PREFIX + name for name in written(code) - variables}
    return word_substitute(code, local | _parameters(synapse))


def unit(equation: SingleEquation) -> str:
    """The unit of a variable, as equations say it."""
    types = {BOOLEAN: "boolean", INTEGER: "integer"}
    if equation.dim is DIMENSIONLESS:
        return types.get(equation.var_type, "1")
    return repr(get_unit(equation.dim))


def is_moving(equation: SingleEquation) -> bool:
    """Whether it is a differential equation."""
    return equation.type == DIFFERENTIAL_EQUATION


def _zero(equation):
    if equation.dim is DIMENSIONLESS:
        return "False" if equation.var_type == BOOLEAN else "0"
    return f"0*{get_unit(equation.dim)!r}"


def _parameters(synapse):
    return {name: PREFIX + name for name in synapse.parameters}


def _equations(neuron, synapse):
    """Those of the neuron, but for what the synapse says instead, and the synapse's."""
    own = Equations(synapse.target)
    kept = [_text(each) for name, each in Equations(neuron.equations).items() if name not in own]
    return "\n".join([*kept, *(_text(each, _parameters(synapse)) for each in own.values())])


def _text(equation, own={}):
    flags = f" ({', '.join(equation.flags)})" if equation.flags else ""
    if equation.expr is None:
        return f"{equation.varname} : {unit(equation)}{flags}"
    left = f"d{equation.varname}/dt" if is_moving(equation) else equation.varname
    return f"{left} = {word_substitute(equation.expr.code, own)} : {unit(equation)}{flags}"


def _start(neuron, synapse):
    """How a presentation begins for both."""
    replaced = set(Equations(synapse.target).names)
    own = "" if synapse.goes_on else starts(synapse, synapse.target)
    if neuron.start_of_presentation is None:
        rest = [
            _text(each)
            for name, each in Equations(neuron.equations).items()
            if name not in replaced
        ]
        return lines([presentation.cleared("\n".join(rest)), own])
    kept = [
        str(each) for each in statements(neuron.start_of_presentation) if each.name not in replaced
    ]
    return lines([*kept, own])


def _input(neuron, synapse):
    """What a spike does through one connection, in code of the crossbar."""
    code = neuron.synaptic_input
    if synapse.synaptic_input.strip():
        local = written(synapse.synaptic_input) - set(Equations(synapse.connection).names)
        local = {name: PREFIX + name for name in local if not name.endswith("_post")}
        code = _seen(word_substitute(synapse.synaptic_input, local), synapse)
    if synapse.size:
        code = word_substitute(code, {"w": f"(w*{size_of_spike(synapse)})"})
    return lines([_brought_to_now(synapse), code])


def _seen(code, synapse):
    """Code of the synapse as the crossbar sees its names."""
    own = {name: f"{PREFIX}{name}_post" for name in synapse.parameters}
    own |= {name: PREFIX + name for name in Equations(synapse.connection).names}
    own |= {name: f"{name}_pre" for name in Equations(synapse.source).names}
    return word_substitute(code, own)


def _brought_to_now(synapse):
    """Statements that advance the variables of a connection from the spike before to this one."""
    moving = [each for each in Equations(synapse.connection).values() if is_moving(each)]
    code = []
    if not synapse.goes_on:
        code += [_first(each, synapse) for each in statements(starts(synapse, synapse.connection))]
    if moving:
        solved = _seen(linear(Equations(moving), {}), synapse)
        code.append(re.sub(r"\bdt\b", "spike_interval_pre", solved))
    return "\n".join(code)


def _first(start: Statement, synapse):
    """A variable starts when its source's first spike comes."""
    name = PREFIX + start.name
    value = word_substitute(
        start.expression, {f"{PREFIX}{p}": f"{PREFIX}{p}_post" for p in synapse.parameters}
    )
    return f"{name} = {name} + first_spike_pre*({value} - {name})"
