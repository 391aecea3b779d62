"""Running a built network: one presentation after another, from given values of its variables to
resulting ones.

A run starts from the values that it is given and from nothing else, in a compiled program and in
the runtime targets alike: no state is left from the run before. Variables are named
`group.variable`, e.g. `layer_1.eta`, `synapses_2.G_plus`.
"""

import warnings

import numpy as np
from brian2 import BrianLogger, prefs

from snn_brian.simulate.compiled import Compiled
from snn_brian.simulate.interpreted import Interpreted

BrianLogger.suppress_name("only_threshold")  # a neuron without reset is what the paper describes
# Brian2 cannot tell that pulses of different synapses are independent; counters of a neuron only
# add up.
BrianLogger.suppress_hierarchy("brian2.codegen.generators.base")
BrianLogger.suppress_name(
    "unused_brian_object"
)  # an arm that is resumed at its end does not run its network
BrianLogger.suppress_name(
    "method_choice"
)  # most groups have no differential equations; a neuron can name its method
# Brian2 asks whether values of float32 are above 1e50.
warnings.filterwarnings("ignore", "overflow encountered in cast", module="brian2.groups.group")
TARGETS = ("cpp_standalone", "cython", "numpy")


def simulation(structure, target, threads=1):
    """A network of this structure that can be run, compiled or interpreted.

    Parameters
    ----------
    structure : Structure
    target : str
        One of `TARGETS`.
    threads : int
        Of the compiled program.
    """
    prefs.core.default_float_dtype = np.float32
    return (
        Compiled(structure, threads)
        if target == "cpp_standalone"
        else Interpreted(structure, target)
    )
