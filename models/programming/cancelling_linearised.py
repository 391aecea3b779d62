"""Nonlinearity cancellation with the law linearised for small changes, so that no logarithm has to
be computed.

| paper | here | |
| --- | --- | --- |
| Delta w | dw | requested change; each device of the pair takes half |
| Delta n = Delta G/(alpha_P (G_max - G)) | argument of the first SR | (13a) |
| Delta n = Delta G/(alpha_D (G - G_min)) | argument of the second SR | (13b) |
| SR | SR | (6): drawn for each device |

Valid where the change is small against the distance to the end of the range. Bounds, reads and
pulses as in `cancelling`.
"""

from dataclasses import replace

from snn_brian.models.programming.cancelling import cancelling

cancelling_linearised = replace(
    cancelling,
    name="cancelling_linearised",
    reference="Fouda et al. 2019, Eq. (13)",
    potentiation_pulses="clip(SR(abs(dw)/2/(alpha_P*(G_max - G))), 0, cap_P)*int(G_max - G > end)",
    depression_pulses="clip(SR(abs(dw)/2/(alpha_D*(G - G_min))), 0, cap_D)*int(G - G_min > end)",
    device_parameters=("alpha_P", "alpha_D"),  # an exponential law
)
