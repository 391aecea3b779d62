from brian2 import ms

from snn_brian.declarations import Synapse

mine = Synapse(name="mine", reference="", source="dx/dt = -x/tau : 1", source_spike="x += 1", size="x", parameters=dict(tau=5 * ms, gain=1.0))
