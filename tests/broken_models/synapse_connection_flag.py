from brian2 import ms

from snn_brian.declarations import Synapse

mine = Synapse(name="mine", reference="", connection="ds/dt = -s/tau : 1 (event-driven)", synaptic_input="s += 1; U_post += w*s", parameters=dict(tau=5 * ms))
