"""Competition: in each layer, a spike inhibits all other neurons in the next step, all alike."""

from snn_brian.declarations import Network, Projection

winner_take_all = Network(
    name="winner_take_all",
    reference="Diehl, Cook 2015, Fig. 1, and the program published with it, of whose inhibitory "
    "neurons each listens to one excitatory neuron and inhibits all others",
    projections=[Projection("inhibition_*", "layer_*", "layer_*", fixed="-strength*int(i != j)")],
    parameters=dict(
        strength=17.0,  # of a synapse
    ),
)
