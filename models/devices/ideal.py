"""The baseline: a real-valued weight that takes every requested change as it is."""

from snn_brian.declarations import Learning, Weight

ideal = Weight(
    name="ideal",
    reference="Fouda et al. 2019, II.C: the network without memristors",
    learning=dict(
        adam=Learning(
            eta=1e-3,
            decay=0.8,
            layer_factors=(1.0,),
            initial=(-0.036, 0.036),
            neuron_parameters=dict(u_lo=-0.5, u_hi=0.5),
        ),
        sgd=Learning(
            eta=0.03,
            decay=0.8,
            layer_factors=(1.0, 0.5, 0.2),
            initial=(-0.036, 0.036),
            neuron_parameters=dict(u_lo=-0.5, u_hi=0.5),
        ),
    ),
)
