from snn_brian.declarations import Synapse

mine = Synapse(name="mine", reference="", source="dx/dt = 1 - x : 1", source_spike="x = 0", size="x")
