"""Short-term plasticity: each spike of a source releases a share of its resources, which recover.

| paper | here | |
| --- | --- | --- |
| x | x | share of the resources that has recovered |
| u | u | share of them that a spike releases |
| U_SE | U_0 | what a spike after long silence releases |
| tau_rec, tau_facil | tau_D, tau_F | recovery, and the end of facilitation |

Numbers are those of the paper's depressing synapse, which has no facilitation: a short tau_F comes
near. Its facilitating one has U_0 = 0.04, tau_D = 100 ms, tau_F = 1 s. What is released multiplies
the weight in any neuron's synaptic input, and what the spike adds to the neuron's traces.
"""

from brian2 import ms

from snn_brian.declarations import Synapse

tsodyks_markram = Synapse(
    name="tsodyks_markram",
    reference="Tsodyks, Uziel, Markram 2000, Eq. (3), (4)",
    source="""
    du/dt = -u/tau_F : 1
    dx/dt = (1 - x)/tau_D : 1
    released : 1
    """,
    source_spike="""
    u += U_0*(1 - u)
    released = u*x
    x -= released
    """,
    size="released",
    start="x = 1",
    parameters=dict(
        U_0=0.5,
        tau_D=800 * ms,
        tau_F=1 * ms,
    ),
)
