from brian2 import ms

from snn_brian.declarations import Synapse

mine = Synapse(name="mine", reference="", connection="ds/dt = -s/tau : 1", synaptic_input="s += w", parameters=dict(tau=5 * ms))
