"""Running a built network: one presentation after another, from given values of its variables to
resulting ones.

A run starts from the values that it is given and from nothing else, in a compiled program and in
the runtime targets alike: no state is left from the run before. Variables are named
`group.variable`, e.g. `layer_1.eta`, `synapses_2.G_plus`.
"""

from snn_brian.network.structure import Structure
from snn_brian.simulate.compiled import Compiled
from snn_brian.simulate.interpreted import Interpreted

TARGETS = ("cpp_standalone", "cython", "numpy")


def simulation(structure: Structure, target: str, threads: int = 1) -> Compiled | Interpreted:
    """A network of this structure that can be run, compiled or interpreted.

    Parameters
    ----------
    structure : Structure
    target : str
        One of `TARGETS`.
    threads : int
        Of the compiled program.
    """
    return (
        Compiled(structure, threads)
        if target == "cpp_standalone"
        else Interpreted(structure, target)
    )
