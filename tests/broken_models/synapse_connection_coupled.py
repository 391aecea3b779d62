from brian2 import ms

from snn_brian.declarations import Synapse

mine = Synapse(name="mine", reference="", connection="ds/dt = (r - s)/tau : 1\ndr/dt = -r/tau : 1", synaptic_input="r += 1; U_post += w*s", parameters=dict(tau=5 * ms))
