from brian2 import ms

from snn_brian.declarations import Synapse

mine = Synapse(name="mine", reference="", target="dU/dt = -U/tau : 1", synaptic_input="U_post += w", parameters=dict(tau=5 * ms))
