"""Names that a neuron and the synapses behind and before it both have: Brian2 allows none."""

from dataclasses import fields, replace

from brian2 import Equations
from brian2.utils.stringtools import word_substitute

from snn_brian.declarations import Neuron, Optimizer, Programming
from snn_brian.network.pair import names

PROSE = ("name", "reference", "method")


def without_clashes(
    neuron: Neuron, programming: Programming | None, optimizer: Optimizer
) -> Neuron:
    """The same neuron, whose own symbols that are variables of the programming rule or optimizer,
    too, are called `NAME_own`: m of Hodgkin and Huxley beside m of Adam."""
    taken = {*names(optimizer.variables), *names(programming.variables if programming else "")}
    own = {*Equations(neuron.equations).names, *Equations(neuron.trace).names, *neuron.parameters}
    new = {name: f"{name}_own" for name in sorted(own & taken)}
    if not new:
        return neuron
    after = {f"{name}_post": f"{new[name]}_post" for name in new}
    strings = {each.name: getattr(neuron, each.name) for each in fields(neuron)}
    strings = {
        field: word_substitute(text, new | after)
        for field, text in strings.items()
        if isinstance(text, str) and field not in PROSE
    }
    parameters = {new.get(name, name): value for name, value in neuron.parameters.items()}
    return replace(neuron, parameters=parameters, **strings)
