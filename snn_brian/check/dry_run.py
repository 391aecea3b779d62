"""A trial run of a declaration's strings in Brian2, of no duration, for mistakes that only Brian2
itself can tell."""

import gc
from collections.abc import Callable, Iterable, Mapping
from functools import partial

import numpy as np
from brian2 import (
    Clock,
    Equations,
    Network,
    NeuronGroup,
    get_dimensions,
    ms,
)
from brian2.equations.equations import FLOAT, PARAMETER, SingleEquation
from brian2.utils.logger import catch_logs

from snn_brian.base.session import own_session
from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.declarations import Neuron
from snn_brian.network import substeps
from snn_brian.network.equations import method
from snn_brian.network.heterogeneity import Value, differs


def shared(values: Mapping[str, Value]) -> Equations:
    """`Equations` that declare parameters with the dimensions of the given numbers, shared where
    neurons do not differ."""
    return Equations(
        [
            SingleEquation(
                PARAMETER,
                symbol,
                get_dimensions(value),
                FLOAT,
                flags=["constant"] if differs(value) else ["shared", "constant"],
            )
            for symbol, value in values.items()
        ]
    )


def crossbar(model: str | Equations, program: str) -> Callable[..., Crossbar]:
    """What makes a crossbar of this model with one pathway, for `trial`."""
    return partial(Crossbar, model=model, on_pre={"program": program}, strict=True)


def as_group(neuron: Neuron, offered: str | Equations) -> dict[str, object]:
    """A declared neuron as arguments of `brian2.NeuronGroup`.

    Parameters
    ----------
    neuron : Neuron
    offered : str or Equations
        Of what the network has in its groups beside the neuron's own symbols.
    """
    arguments = {
        "model": Equations(neuron.equations + substeps.equations(neuron))
        + shared(neuron.parameters)
        + offered,
        "threshold": neuron.threshold,
        "reset": substeps.reset(neuron).strip() or None,
        "refractory": neuron.refractory or False,
    }
    return arguments | substeps.types(neuron) | method(neuron)


def trial(
    model: str | Equations = "",
    threshold: str = "False",
    reset: str | None = "",
    per_step: Iterable[str] = (),
    connect: Callable[..., Crossbar] | None = None,
    **group: object,
) -> Exception | None:
    """Run one neuron, connected to itself, for 0 ms with the NumPy target, and return what Brian2
    raises, or None.

    Nothing is taken from variables of the caller, and nothing is left behind: the clock and all
    names are the trial's own.

    Parameters
    ----------
    model, threshold, reset
        As `brian2.NeuronGroup` takes them.
    per_step : iterable of str
        Statements that are carried out in every time step.
    connect : callable or None
        Makes the synapses, given both groups and the arguments of a Crossbar.
    **group
        What else `brian2.NeuronGroup` takes.
    """
    failure = None
    with own_session(target="numpy", dtype=np.float64), catch_logs():
        try:
            clock = Clock(1 * ms, name="trial_clock")
            neurons = NeuronGroup(
                1,
                model,
                threshold=threshold,
                reset=reset.strip() or None,
                clock=clock,
                name="trial_neurons",
                **group,
            )
            network = Network(neurons, name="trial")
            for code in filter(str.strip, per_step):
                neurons.run_regularly(code, name="trial_step*")
            if connect is not None:
                network.add(connect(neurons, neurons, clock=clock, name="trial_synapses"))
            network.run(0 * ms, namespace={})
        except Exception as error:
            failure = (error.__cause__ or error).with_traceback(None)
        # Brian2 warns when objects that never ran are deleted: let that be here, where it is
        # caught.
        if failure:
            network = neurons = None
            gc.collect()
    return failure
