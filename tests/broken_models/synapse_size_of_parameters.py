from snn_brian.declarations import Synapse

mine = Synapse(name="mine", reference="", size="gain", parameters=dict(gain=2.0))
