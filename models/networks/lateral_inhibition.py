"""Lateral inhibition: in each layer, a spike inhibits all other neurons in the next step, by fixed
weights; with excitation of the neuron itself, a soft winner-take-all."""

from snn_brian.declarations import Network, Projection

lateral_inhibition = Network(
    name="lateral_inhibition",
    reference="all-to-all inhibition as in Diehl, Cook 2015; soft winner-take-all as in Douglas, "
    "Martin 2004. The strength is our own choice",
    projections=[
        Projection(
            "inhibition_*",
            "layer_*",
            "layer_*",
            fixed="-inhibition/N_pre*int(i != j) + excitation*int(i == j)",
        )
    ],
    parameters=dict(
        inhibition=1.0,  # through all synapses of a neuron together
        excitation=0.0,  # of a neuron by its own spike
    ),
)
