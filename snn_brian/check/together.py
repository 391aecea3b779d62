"""Whether a synapse goes with a neuron and an encoder."""

from collections.abc import Sequence
from dataclasses import fields

from brian2 import Equations
from brian2.equations.equations import SUBEXPRESSION
from brian2.units.fundamentalunits import get_unit_for_display
from brian2.utils.stringtools import get_identifiers

from snn_brian.base.errors import UserError
from snn_brian.check.dry_run import as_group, crossbar
from snn_brian.check.reader import EVERYWHERE, Reader
from snn_brian.check.symbols import STEP, STEPS, numbers, parameters, variables
from snn_brian.check.synapses import input_scope, state
from snn_brian.crossbar.statements import identifiers, statements, written
from snn_brian.declarations import Encoder, Neuron, Synapse
from snn_brian.network.joined import PREFIX, connection_variables, joined, keeps_state
from snn_brian.network.layers import Conv, Layer, as_text
from snn_brian.network.pair import lines
from snn_brian.network.presentation import lasting
from snn_brian.network.source_state import SourceState

SOUND = set()  # what this process has checked


def check_together(neuron: Neuron, synapse: Synapse, encoder: Encoder | None = None) -> None:
    """That the synapse finds in the neuron what it uses, and that the neuron takes what it gives.

    Raises
    ------
    UserError
        Naming both, the synapse's field, its value and the mend.
    """
    both = joined(neuron, synapse)
    if both is neuron:
        return
    if encoder and encoder.signal:
        raise UserError(
            f"synapse '{synapse.name}' with encoder '{encoder.name}': the encoder gives analog "
            "values, and what they do to a synapse with state is not defined; choose an encoder "
            "of spikes, such as rate, or the synapse static."
        )
    if (content := repr((neuron, synapse))) not in SOUND:
        reader = Reader(synapse, f"synapse '{synapse.name}' with neuron '{neuron.name}'")
        _names(reader, neuron)
        _replaced(reader, neuron)
        _strings(reader, neuron)
        _presentations(reader, neuron)
        _reaches_the_membrane(reader, both)
        _run(reader, both)
        SOUND.add(content)


def check_shared(synapse: Synapse, layers: Sequence[Layer]) -> None:
    """That a synapse keeps nothing for connections that share a weight.

    Raises
    ------
    UserError
        For state of each connection beside a convolution.
    """
    found = [each for each in layers if isinstance(each, Conv)]
    if found and synapse.connection.strip():
        raise UserError(
            f"synapse '{synapse.name}' with --layers {as_text(layers)}: it keeps state for each "
            "connection, and those of a convolution share their weights, for which there is one "
            "state; choose a synapse that keeps its state in source or target, or layers without "
            "conv."
        )


def idle(neuron: Neuron, synapse: Synapse) -> set[str]:
    """Parameters of the neuron that nothing uses any more beside this synapse."""
    both = joined(neuron, synapse)
    said = {"name", "reference"}
    texts = [getattr(both, each.name) for each in fields(both) if each.name not in said]
    used = identifiers("\n".join(text for text in texts if isinstance(text, str)))
    used |= {name.removesuffix("_post") for name in used}
    return set() if both is neuron else set(neuron.parameters) - used


def _names(reader, neuron):
    """Variables that groups hold for both are called differently."""
    synapse = reader.declaration
    traces = () if synapse.eligibility else Equations(neuron.trace).names
    own, target = Equations(neuron.equations).names, Equations(synapse.target).names
    for field, names, taken in (
        ("source", Equations(synapse.source).names, {*own, *traces, *neuron.parameters}),
        ("target", target, {*traces, *neuron.parameters}),
        ("parameters", [PREFIX + each for each in synapse.parameters], {*own, *neuron.parameters}),
    ):
        if both := sorted(set(names) & set(taken)):
            reader.refuse(
                field, f"the neuron has {', '.join(both)} of its own; rename it in one of them"
            )


def _replaced(reader, neuron):
    """What the synapse says instead of the neuron has its unit, and is not set any more."""
    synapse, own = reader.declaration, Equations(neuron.equations)
    code = [neuron.start_of_step, neuron.reset]
    code += [] if synapse.synaptic_input.strip() else [neuron.synaptic_input.replace("_post", "")]
    for name, each in Equations(synapse.target).items():
        if name not in own:
            continue
        if own[name].dim is not each.dim:
            here, there = map(get_unit_for_display, (each.dim, own[name].dim))
            reader.refuse(
                "target",
                f"the neuron's {name} is in units of {there}, not of {here}; choose another neuron",
                str(each),
            )
        if each.type == SUBEXPRESSION and name in written("\n".join(code)):
            reader.refuse(
                "target",
                f"the neuron's statements set {name}, which would follow from an expression; "
                "choose another neuron",
                str(each),
            )


def _strings(reader, neuron):
    """What the synapse takes from the neuron is there, and has the units."""
    synapse, target = reader.declaration, Equations(reader.declaration.target)
    replaced = set(target.names) - state(target)
    own = variables(Equations(neuron.equations)) | variables(target)
    given = parameters(synapse.parameters)
    scope = EVERYWHERE | numbers("i", "N") | STEP | parameters(neuron.parameters) | own | given
    reader.right_sides("target", target, scope)
    if synapse.synaptic_input.strip():
        after = own | parameters(neuron.parameters)
        scope = {f"{name}_post": variable for name, variable in after.items()}
        writable = state(Equations(synapse.connection))
        writable |= {f"{name}_post" for name in state(Equations(neuron.equations)) - replaced}
        writable |= {f"{name}_post" for name in state(target)}
        reader.statements("synaptic_input", scope | input_scope(synapse), writable)
        reader.unread()  # a misspelt variable would be a local one


def _presentations(reader, neuron):
    """A presentation is the beginning of a synapse only where it is one of the neuron."""
    kept = lasting(neuron) or neuron.trace
    goes_on = neuron.start_of_presentation == "" and bool(kept)
    if goes_on and keeps_state(reader.declaration) and not reader.declaration.goes_on:
        reader.refuse(
            "goes_on",
            "the neuron goes on from one presentation to the next, and the synapse would start "
            "anew; let it say goes_on=True",
        )


def _reaches_the_membrane(reader, both):
    """U must follow from what the synapse drives, or it would be without effect."""
    driven = written(both.synaptic_input)
    driven = {name.removesuffix("_post") for name in driven if name.endswith("_post")}
    steps = [
        (name, each.expr.code) for name, each in Equations(both.equations).items() if each.expr
    ]
    steps += [(each.name, each.value) for each in statements(both.start_of_step)]
    reached, before = set(driven), None
    while reached != before:
        before = set(reached)
        reached |= {name for name, code in steps if get_identifiers(code) & reached}
    if "U" not in reached:
        reader.refuse(
            "synaptic_input",
            f"U of the neuron does not follow from {', '.join(sorted(driven))}; choose a neuron "
            "that uses it",
        )


def _run(reader, both):
    """All strings together must run."""
    synapse = reader.declaration
    kept = SourceState(synapse)
    offered = "delta : 1\nrequest : 1\nS : 1\neligibility : 1\nlearning : 1 (shared)\n" + STEPS
    offered = Equations(lines([offered, both.trace, kept.equations]))
    group = as_group(both, offered)
    group["reset"] = lines([both.reset, kept.spike, both.source_spike])
    per_step = [both.start_of_presentation or "", both.start_of_step, kept.anew]
    per_step += [both.eligibility and f"eligibility = {both.eligibility}"]
    model = lines(["w : 1", connection_variables(synapse)])
    reader.try_out(**group, per_step=per_step, connect=crossbar(model, both.synaptic_input))
