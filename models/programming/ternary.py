"""At most one event per request: a request is the probability of a pulse on each device of the
pair.

| paper | here | |
| --- | --- | --- |
| SR(Delta w) in {-1, 0, 1} | n | (14) |
| gamma_P, gamma_D | gamma_P, gamma_D | pulses per event on the device that goes up, and down |

Reads of the device: none. Pulses per event: gamma_P + gamma_D. The paper does not say which device
of the pair is pulsed; both are.
"""

from snn_brian.declarations import Learning, Programming

ternary = Programming(
    name="ternary",
    reference="Fouda et al. 2019, Eq. (14)",
    number="clip(SR(dw), -1, 1)",
    potentiation_pulses="gamma_P",
    depression_pulses="gamma_D",
    parameters=dict(
        gamma_P=1.0,
        gamma_D=1.0,
    ),
    learning=dict(
        adam=Learning(eta=0.03, decay=0.85, layer_factors=(1.0,), initial=(0.0, 0.21)),
        # The pair starts around the point where a potentiating and a depressing pulse move TiOx
        # equally far.
        sgd=Learning(eta=0.12, decay=0.8, layer_factors=(1.0, 0.3, 0.1), initial=(0.04, 0.144)),
    ),
)
