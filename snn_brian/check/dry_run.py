"""A trial run of a declaration's strings in Brian2, of no duration, for mistakes that only Brian2
itself can tell."""

import gc

from brian2 import Clock, Equations, Network, NeuronGroup, get_device, get_dimensions, ms, prefs
from brian2.devices.device import RuntimeDevice
from brian2.equations.equations import FLOAT, PARAMETER, SingleEquation
from brian2.utils.logger import catch_logs

from snn_brian.crossbar.crossbar import Crossbar


def shared(values):
    """`Equations` that declare shared parameters with the dimensions of the given numbers."""
    return Equations(
        [
            SingleEquation(
                PARAMETER, symbol, get_dimensions(value), FLOAT, flags=["shared", "constant"]
            )
            for symbol, value in values.items()
        ]
    )


def trial(model="", threshold="False", reset="", per_step=(), synapse="", program=None, **group):
    """Run one neuron, connected to itself, for 0 ms with the NumPy target, and return what Brian2
    raises, or None.

    `program` is the code of a pathway, `group` what else brian2.NeuronGroup takes. Nothing is taken
    from variables of the caller, and nothing is left behind: the clock and all names are the
    trial's own. Where another device than Brian2's runtime is set, there is no trial: its objects
    would become part of that device's program.
    """
    if not isinstance(get_device(), RuntimeDevice):
        return None
    target, failure = prefs.codegen.target, None
    prefs.codegen.target = "numpy"
    with catch_logs():
        try:
            clock = Clock(1 * ms, name="trial_clock")
            neurons = NeuronGroup(
                1,
                model,
                threshold=threshold,
                reset=reset or None,
                clock=clock,
                name="trial_neurons",
                **group,
            )
            network = Network(neurons, name="trial")
            for code in filter(str.strip, per_step):
                neurons.run_regularly(code, name="trial_step*")
            if program is not None:
                network.add(
                    Crossbar(
                        neurons,
                        neurons,
                        synapse,
                        on_pre={"program": program},
                        clock=clock,
                        name="trial_synapses",
                        strict=True,
                    )
                )
            network.run(0 * ms, namespace={})
        except Exception as error:
            failure = (error.__cause__ or error).with_traceback(None)
        finally:
            prefs.codegen.target = target
        # Brian2 warns when objects that never ran are deleted: let that be here, where it is
        # caught.
        if failure:
            network = neurons = None
            gc.collect()
    return failure
