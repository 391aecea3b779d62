"""Whether a learning rule without a teacher goes with the rest of an arm."""

from typing import TypeVar

from brian2 import Equations

from snn_brian.base.errors import UserError
from snn_brian.network.heterogeneity import differs
from snn_brian.network.layers import Conv
from snn_brian.network.pair import names
from snn_brian.network.plasticity import clashes, variables

AnyArm = TypeVar("AnyArm")  # an `Arm`, which stands on a higher floor


def check_rule(arm: AnyArm) -> None:
    """That an arm with a learning rule without a teacher has nothing that the rule cannot learn
    with; of other arms, nothing.

    Raises
    ------
    UserError
        Naming the rule, what does not go with it, and the mend.
    """
    if arm.rule is None:
        return
    for found in (_settings(arm), _neuron(arm), _connections(arm)):
        if found:
            raise UserError(f"learning rule '{arm.rule.name}' {found}.")


def _settings(arm):
    """What belongs to the error of local classifiers."""
    if not arm.optimizer.is_gradient_descent or (arm.batch, arm.program) != (1, "step"):
        return (
            f"requests at each spike, but optimizer '{arm.optimizer.name}', batch={arm.batch} and "
            f"program='{arm.program}' would collect requests; give 'sgd', 1 and 'step'"
        )
    if arm.eta is not None:
        return (
            f"has rates of its own, but eta={arm.eta} is of local classifiers; give eta=None and "
            "change the rule's parameters"
        )
    for name, value in arm.rule.parameters.items():
        if differs(value):
            return (
                f"has different values of '{name}' for different neurons, but a source keeps one "
                "trace for all of them; give one value"
            )
    return ""


def _neuron(arm):
    rule, neuron = arm.rule, arm.cell
    if both := sorted(clashes(neuron, rule)):
        return (
            f"and the neuron '{neuron.name}' both have a variable {', '.join(both)}; rename it in "
            "one of them"
        )
    reads_start = (
        rule.normalisation
        or rule.eligibility.strip()
        or "reward_post" in rule.on_pre + rule.on_post
    )
    if reads_start and neuron.start_of_presentation == "":
        return (
            f"needs the start of each presentation, but the neuron '{neuron.name}' goes on from "
            "one to the next; give it a start_of_presentation"
        )
    if neuron.substeps > 1:
        return (
            f"requests before a spike changes the neuron's traces, but the neuron '{neuron.name}' "
            f"has its spikes within its substeps={neuron.substeps}; give substeps=1 and a shorter "
            "dt, or another neuron"
        )
    return ""


def _connections(arm):
    rule, programming = arm.rule, arm.programming
    own = variables(rule) | Equations(rule.eligibility).names
    if programming and (both := own & set(names(programming.variables))):
        return (
            f"and the programming rule '{programming.name}' both have a variable "
            f"{', '.join(sorted(both))}; rename it in one of them"
        )
    if both := variables(rule) & set(Equations(arm.synapse.source).names):
        return (
            f"and the synapse '{arm.synapse.name}' both have a variable "
            f"{', '.join(sorted(both))} of a source; rename it in one of them"
        )
    if arm.synapse.connection.strip():
        return (
            "has not been defined for connections with a state of their own, as the synapse "
            f"'{arm.synapse.name}' has; choose another synapse, such as static"
        )
    for layer in arm.layers:
        if isinstance(layer, Conv):
            return (
                f"changes the weight of one connection, but {layer} has weights that many of them "
                "share; give numbers of neurons"
            )
    for each in arm.network.projections:
        if each.delay is not None and not each.fixed:
            return (
                f"has not been defined for spikes that arrive later, as those of the projection "
                f"'{each.name}' of the network '{arm.network.name}', which learns; leave out its "
                "delay, or give it fixed weights"
            )
    return ""
