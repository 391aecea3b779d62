"""Rounding of the request to the nearest whole number of equal pulses, for a linear device.

| paper | here | |
| --- | --- | --- |
| Delta w | dw | requested change |
| Delta n = Delta w N/(1 - K) | number, before rounding | (7) |

Both devices of the pair move, as in `stochastic_rounding`. Requests below half a pulse are lost:
with on-line learning nearly all of them, and the network does not learn. Reads of the device: none.
Pulses per event: 2.
"""

from snn_brian.declarations import Programming
from snn_brian.models.programming.stochastic_rounding import stochastic_rounding

deterministic_rounding = Programming(
    name="deterministic_rounding",
    reference="Fouda et al. 2019, Eq. (7), Fig. 3",
    number="sign(dw)*floor(abs(dw)*N/(2*(G_max - G_min)) + 0.5)",
    device_parameters=("N",),  # pulses from G_min to G_max: a linear device
    learning=stochastic_rounding.learning,
)
