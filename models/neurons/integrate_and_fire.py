"""The paper's neuron: a threshold on the weighted sum of one time step."""

from snn_brian.declarations import Neuron

integrate_and_fire = Neuron(
    name="integrate_and_fire",
    reference="Fouda, Neftci, Eltawil, Kurdahi 2019, Eq. (1), (3)",
    equations="U : 1",
    start_of_presentation="",
    start_of_step="U = 0",  # no memory between time steps
    synaptic_input="U_post += w",  # (1a) U_i = sum_j w_ij S_j
    threshold="U > 0",  # (1b)
    reset="",
    derivative="int(U > u_lo and U < u_hi)",  # box, (3)
    parameters=dict(
        u_lo=-1.0,  # lower edge of the box
        u_hi=1.0,  # upper edge of the box
    ),
)
