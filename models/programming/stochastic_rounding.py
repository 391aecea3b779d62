"""Stochastic rounding of the request to a whole number of equal pulses, for a linear device.

| paper | here | |
| --- | --- | --- |
| Delta w | dw | requested change |
| Delta n = Delta w N/(1 - K) | number, before SR | (7) |
| SR | SR | (6): rounds up with the probability of the fraction, so that the mean is the request |

The paper writes (7) for a single conductance and does not say which device of the pair is pulsed.
Here both are, in opposite directions: one pulse on each moves w by 2 (1 - K)/N, and the request is
divided by that. `stochastic_rounding_single` is the other reading. Reads of the device: none.
Pulses per event: 2.
"""

from snn_brian.declarations import Learning, Programming

stochastic_rounding = Programming(
    name="stochastic_rounding",
    reference="Fouda et al. 2019, Eq. (6), (7), Fig. 3",
    number="SR(dw*N/(2*(G_max - G_min)))",
    device_parameters=("N",),  # pulses from G_min to G_max: a linear device
    learning=dict(
        adam=Learning(eta=1e-3, decay=0.8, layer_factors=(1.0,), initial=(0.437, 0.51)),
        sgd=Learning(eta=0.12, decay=0.8, layer_factors=(1.0, 0.3, 0.1), initial=(0.463, 0.537)),
    ),
)
