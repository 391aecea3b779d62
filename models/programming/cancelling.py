"""Nonlinearity cancellation: both devices are read, and each gets the pulses that its law needs for
half of the request.

| paper | here | |
| --- | --- | --- |
| Delta w | dw | requested change; each device of the pair takes half |
| Delta n of (11), (12) | needed(x) | the inverse of the law, at the conductance that was read |
| SR | SR | (6): drawn for each device |

(11) and (12) hold while the change is smaller than the distance to the end of the range. Near it a
device would need thousands of futile pulses: cap_P and cap_D bound them, and a device found at its
`end` gets none (the paper has neither). Reads of the device: 2 per request. Pulses per request: up
to cap_P + cap_D.
"""

from snn_brian.declarations import Learning, Programming

cancelling = Programming(
    name="cancelling",
    reference="Fouda et al. 2019, Eq. (11), (12)",
    number="sign(dw)",
    potentiation_pulses="clip(SR(needed(abs(dw)/2)), 0, cap_P)*int(G_max - G > end)",
    depression_pulses="clip(SR(needed(abs(dw)/2)), 0, cap_D)*int(G - G_min > end)",
    reads="2",
    parameters=dict(
        cap_P=30.0,
        cap_D=5.0,
        end=0.001,  # of G_max
    ),
    learning=dict(
        adam=Learning(eta=1e-3, decay=0.8, layer_factors=(1.0,), initial=(0.0, 0.21)),
        sgd=Learning(eta=0.12, decay=0.8, layer_factors=(1.0, 0.3, 0.1), initial=(0.0, 0.21)),
    ),
)
