"""What a neuron or an encoder must be, to run."""

from brian2 import Equations, second
from brian2.core.variables import Variable
from brian2.equations.equations import DIFFERENTIAL_EQUATION, SUBEXPRESSION
from brian2.stateupdaters.base import StateUpdateMethod
from brian2.units.fundamentalunits import DIMENSIONLESS
from brian2.utils.stringtools import get_identifiers

from snn_brian.check.dry_run import as_group, crossbar, shared
from snn_brian.check.reader import EVERYWHERE, Reader
from snn_brian.check.single_neuron import DRIVES, fires
from snn_brian.check.symbols import NEURON_SYMBOLS, STEP, STEPS, numbers, parameters, variables

MOST_SUBSTEPS = 1000  # of a time step
TAKEN = {*NEURON_SYMBOLS, "w"}  # Brian2 wants it to be the synapse's alone


def check_neuron(reader: Reader) -> None:
    """That a neuron can run; warns of one that cannot spike.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    neuron = reader.declaration
    equations = reader.equations("equations", TAKEN)
    reader.symbols("parameters", neuron.parameters, {*TAKEN, *equations.names})
    if "U" not in equations:
        reader.refuse("equations", "must declare U, which synaptic input drives; add U : 1")
    own = variables(equations) | parameters(neuron.parameters)
    state = {name for name, equation in equations.items() if equation.type != SUBEXPRESSION}
    scope = EVERYWHERE | own | numbers("i", "N", "delta", "request", "S", "learning") | STEP
    noise = {"xi": Variable("xi", (second**-0.5).dim)}
    reader.right_sides("equations", equations, scope | noise)
    reader.statements("start_of_step", scope, state)
    if neuron.start_of_presentation is not None:
        reader.statements("start_of_presentation", scope, state)
    elif own["U"].dim is not DIMENSIONLESS:
        reader.refuse(
            "start_of_presentation",
            "must say where U starts, since it has a unit; write one such as U = E_L, "
            'or "" for neurons that go on from one presentation to the next',
        )
    after = {f"{name}_post": variable for name, variable in own.items()}
    reader.statements(
        "synaptic_input", EVERYWHERE | after | numbers("w"), {f"{name}_post" for name in state}
    )
    if not neuron.synaptic_input.strip():
        reader.refuse(
            "synaptic_input", "must not be empty; a spike drives U by it, as in U_post += w"
        )
    reader.expression("threshold", scope, boolean=True)
    if get_identifiers(neuron.threshold) & {"rand", "randn", "poisson"}:
        reader.refuse(
            "threshold",
            "is evaluated more than once in a step; draw the random number in start_of_step",
        )
    reader.statements("reset", scope, state)
    reader.expression("derivative", scope)
    traces = _traces(reader, equations)
    if neuron.method and neuron.method not in StateUpdateMethod.stateupdaters:
        reader.refuse(
            "method",
            f"must be empty or one of {', '.join(sorted(StateUpdateMethod.stateupdaters))}",
        )
    if neuron.refractory:
        _refractory(reader, scope)
    _substeps(reader, equations)
    reader.unread("parameters")
    _run(reader, traces)
    if not fires(neuron):
        reader.warn(
            "threshold",
            f"no spike came in 30 time steps with an input spike in each, through weights of "
            f"{', '.join(f'{each:g}' for each in DRIVES)}; bring it within the reach of U",
        )


def _run(reader, traces):
    """All strings together must run."""
    neuron = reader.declaration
    offered = (
        Equations("delta : 1\nrequest : 1\nS : 1\neligibility : 1\nlearning : 1 (shared)\n" + STEPS)
        + traces
    )
    group = as_group(neuron, offered)
    group["reset"] = f"{neuron.reset}\n{neuron.source_spike}"
    per_step = [
        neuron.start_of_presentation or "",
        neuron.start_of_step,
        f"delta = {neuron.derivative}",
        neuron.eligibility and f"eligibility = {neuron.eligibility}",
    ]
    connect = crossbar("w : 1", neuron.synaptic_input)
    reader.try_out(**group, per_step=per_step, connect=connect)


def _traces(reader, equations):
    """The equations of the traces, which know nothing but the source's spikes and the
    parameters."""
    neuron = reader.declaration
    fields = ("trace", "source_spike", "eligibility")
    given = [field for field in fields if getattr(neuron, field).strip()]
    for field in fields:
        if given and field not in given:
            reader.refuse(
                field,
                f"must not be empty beside {given[0]}; an eligibility needs equations, what a "
                "spike does, and an expression",
            )
    traces = reader.equations("trace", {*TAKEN, *equations.names, *neuron.parameters})
    own = variables(traces)
    scope = EVERYWHERE | own | parameters(neuron.parameters)
    reader.right_sides("trace", traces, scope)
    state = {name for name, each in traces.items() if each.type != SUBEXPRESSION}
    reader.statements("source_spike", scope | numbers("S"), state)
    if given:
        reader.expression("eligibility", scope)
        if "S" not in get_identifiers(neuron.source_spike):
            reader.refuse(
                "source_spike",
                "must use S, the size of the spike, so that it also fits encoders with a signal; "
                "write one such as q += S",
            )
    return traces


def _substeps(reader, equations):
    """A number, of equations that advance by Brian2's own steps."""
    neuron = reader.declaration
    if not 1 <= neuron.substeps <= MOST_SUBSTEPS:
        reader.refuse("substeps", f"must be a whole number from 1 to {MOST_SUBSTEPS}")
    if neuron.substeps == 1:
        return
    if all(each.type != DIFFERENTIAL_EQUATION for each in equations.values()):
        reader.refuse(
            "substeps",
            "must be 1 for a neuron without differential equations, since nothing else advances in "
            "substeps",
        )
    if neuron.method.lower().startswith("gsl"):
        reader.refuse(
            "substeps", f"must be 1 with method='{neuron.method}', which chooses steps of its own"
        )


def _refractory(reader, scope):
    """A time, or a condition that keeps the neuron from spiking."""
    dimensions, is_boolean = reader.kind("refractory", scope)
    if dimensions is not second.dim and not is_boolean:
        reader.refuse("refractory", "must be a time, such as 2*ms, or a condition, such as U > 0")


def check_encoder(reader: Reader) -> None:
    """That an encoder can run.

    Raises
    ------
    UserError
        Naming the field, its value and the mend.
    """
    encoder = reader.declaration
    reader.symbols("parameters", encoder.parameters, NEURON_SYMBOLS)
    scope = EVERYWHERE | numbers("i", "N", "pixel") | STEP | parameters(encoder.parameters)
    reader.expression("threshold", scope, boolean=True)
    if encoder.signal:
        reader.expression("signal", scope)
    reader.unread("parameters")
    reader.try_out(
        Equations(f"pixel : 1\nS : 1\n{STEPS}") + shared(encoder.parameters),
        encoder.threshold,
        per_step=[f"S = {encoder.signal}"] if encoder.signal else (),
    )
