"""What a learning rule must be, to run."""

from brian2 import Equations
from brian2.core.variables import Constant
from brian2.equations.equations import DIFFERENTIAL_EQUATION, SUBEXPRESSION
from brian2.stateupdaters.base import UnsupportedEquationsException
from brian2.stateupdaters.exact import linear
from brian2.units.fundamentalunits import DIMENSIONLESS

from snn_brian.check.dry_run import crossbar, shared
from snn_brian.check.reader import EVERYWHERE, Reader
from snn_brian.check.symbols import NEURON_SYMBOLS, SYNAPSE_SYMBOLS, numbers, parameters, variables
from snn_brian.crossbar.statements import identifiers
from snn_brian.network import plasticity

OF_TRACES = (
    "pre_trace",
    "pre_spike",
    "post_trace",
    "post_spike",
    "on_post",
    "eligibility",
    "on_reward",
    "parameters",
)


def check_learning_rule(reader: Reader) -> None:
    """That a learning rule can run and requests something.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    rule = reader.declaration
    if rule.has_teacher:
        for field in OF_TRACES:
            if getattr(rule, field):
                reader.refuse(
                    field, 'must be empty where on_pre="request_post", the local error, says all'
                )
        return
    _numbers(reader)
    taken = {*NEURON_SYMBOLS, *SYNAPSE_SYMBOLS, *Equations(plasticity.NEURON).names}
    reader.symbols("parameters", rule.parameters, {"S", "w"})  # the network calls them otherwise
    offered, traces = {}, {}
    for side, number in (("pre", ("S",)), ("post", ())):
        field = f"{side}_trace"
        equations = reader.equations(field, {*taken, *rule.parameters, *traces})
        own = variables(equations)
        scope = EVERYWHERE | own | parameters(rule.parameters)
        reader.right_sides(field, equations, scope)
        state = {name for name, each in equations.items() if each.type != SUBEXPRESSION}
        reader.statements(f"{side}_spike", scope | numbers(*number), state)
        offered |= {f"{name}_{side}": variable for name, variable in own.items()}
        traces |= equations
    scope = EVERYWHERE | offered | parameters(rule.parameters) | numbers("w", "reward_post")
    if not f"{rule.on_pre}{rule.on_post}".strip():
        reader.refuse("on_post", "must not be empty beside on_pre; write a change dw of the weight")
    for field in ("on_pre", "on_post"):
        if getattr(rule, field).strip():
            reader.expression(field, scope)
    _eligibility(reader, scope, {*taken, *rule.parameters, *traces})
    reader.unread("parameters")
    asked = plasticity.requests(rule, 1)
    model = Equations([*traces.values()]) + shared(rule.parameters)
    own = Equations(plasticity.NEURON + "learning : 1 (shared)\nS : 1")
    code = [asked.carried_out(dw) for own in asked.paths.values() for dw in own.values()]
    code += [each for own in asked.tags.values() for each in own.values()]
    reader.try_out(
        model + own + shared(plasticity.parameters(rule)),
        reset=f"{rule.pre_spike}\n{rule.post_spike}",
        connect=crossbar(f"w : 1\n{asked.eligibility}", "\n".join(code)),
    )


def _eligibility(reader, scope, taken):
    """That what a connection keeps is one variable, and that it is what the reward goes by."""
    rule = reader.declaration
    if not rule.eligibility.strip():
        if rule.on_reward.strip():
            reader.refuse("on_reward", "must be empty where connections keep no eligibility")
        return
    equations = reader.equations("eligibility", taken)
    own = variables(equations)
    is_one = [each.type for each in equations.values()] == [DIFFERENTIAL_EQUATION]
    if not is_one or next(iter(own.values())).dim is not DIMENSIONLESS:
        reader.refuse("eligibility", "must be one equation of the form 'dc/dt = -c/tau : 1'")
    reader.right_sides("eligibility", equations, EVERYWHERE | own | parameters(rule.parameters))
    (name,) = own
    constants = {each: Constant(each, value) for each, value in rule.parameters.items()}
    try:
        linear(equations, own | constants)
    except UnsupportedEquationsException:
        reader.refuse("eligibility", "has no exact solution; make it linear in what it keeps")
    if name not in identifiers(rule.on_reward):
        reader.refuse("on_reward", f"must be a change dw of the weight by {name}, the eligibility")
    reader.expression("on_reward", scope | own)


def _numbers(reader):
    rule = reader.declaration
    low, high = rule.bounds
    if not low < high:
        reader.refuse("bounds", "must be the least and the greatest weight")
    start, end = rule.initial
    if not max(0, low) <= start <= end <= min(1, high):
        reader.refuse("initial", "must be an interval within the bounds, and from 0 to 1")
    if rule.normalisation < 0 or rule.normalisation and low < 0:
        reader.refuse("normalisation", "must be above 0 for weights above 0, or 0 for none")
    if rule.normalisation and not rule.pre_trace.strip():
        reader.refuse("pre_trace", "must not be empty where there is a normalisation")
