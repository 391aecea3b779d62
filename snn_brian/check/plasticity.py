"""What a learning rule must be, to run."""

from brian2 import Equations
from brian2.equations.equations import SUBEXPRESSION

from snn_brian.check.dry_run import crossbar, shared
from snn_brian.check.reader import EVERYWHERE, Reader
from snn_brian.check.symbols import NEURON_SYMBOLS, SYNAPSE_SYMBOLS, numbers, parameters, variables
from snn_brian.network import plasticity

OF_TRACES = ("pre_trace", "pre_spike", "post_trace", "post_spike", "on_post", "parameters")


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
    reader.unread("parameters")
    asked = plasticity.requests(rule, 1)
    model = Equations([*traces.values()]) + shared(rule.parameters)
    own = Equations(plasticity.NEURON + "learning : 1 (shared)\nS : 1")
    code = "\n".join(asked.carried_out(dw) for dw in (asked.pre, asked.post) if dw)
    reader.try_out(
        model + own + shared(plasticity.parameters(rule)),
        reset=f"{rule.pre_spike}\n{rule.post_spike}",
        connect=crossbar("w : 1", code),
    )


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
