"""How a presentation begins: what neurons and traces remember of the one before."""

from brian2 import Equations, get_unit
from brian2.equations.equations import BOOLEAN, SUBEXPRESSION

from snn_brian.crossbar.statements import defined
from snn_brian.declarations import Neuron


def lasting(neuron: Neuron) -> list[str]:
    """The variables that a neuron keeps from one presentation to the next: those that nothing sets
    anew, at the start of the presentation or of each step, before it is used."""
    if neuron.start_of_presentation is None:
        return []
    anew = defined(neuron.start_of_presentation) | defined(neuron.start_of_step)
    state = (
        name
        for name, each in Equations(neuron.equations).items()
        if each.type != SUBEXPRESSION and "constant" not in each.flags
    )
    return [name for name in state if name not in anew]


def goes_on(neuron: Neuron) -> bool:
    """Whether a presentation begins where the one before it ended, in all that a neuron keeps."""
    return neuron.start_of_presentation == "" and bool(lasting(neuron))


def events(neuron, anew=""):
    """`begins`: the first time step of a presentation, for neurons that do not go on as they
    are, and where there are statements for what else starts `anew`."""
    starts = anew or neuron.start_of_presentation != ""
    return {"begins": "step == 0"} if starts else {}


def begin(group, neuron, own="", trace="", anew=""):
    """Let a group start each presentation as the neuron says, with no trace, since no spike has
    come.

    Its `own` equations' variables follow the neuron's statements, or start at 0 where it has none;
    no neuron is refractory. Statements for what else starts `anew` come last.
    """
    if "begins" not in group.events:
        return
    code = (
        [cleared(own) if neuron.start_of_presentation is None else neuron.start_of_presentation]
        if own
        else []
    )
    if own and neuron.refractory:
        code.insert(0, "not_refractory = True\nlastspike = -1e4*second")
    code += [cleared(trace), anew] if anew else [cleared(trace)]
    group.run_on_event("begins", "\n".join(code), when="start", order=-1)
    group.thresholder["begins"].when = "start"
    group.thresholder["begins"].order = -2


def cleared(equations: str) -> str:
    """Statements that set every variable to 0."""
    return "\n".join(
        f"{name} = False" if each.var_type == BOOLEAN else f"{name} = 0*{get_unit(each.dim)!r}"
        for name, each in Equations(equations).items()
        if each.type != SUBEXPRESSION
    )
