"""Stochastic rounding with one device of the pair, drawn at random, instead of both.

| paper | here | |
| --- | --- | --- |
| Delta n = Delta w N/(1 - K) | number, before SR | (7); a pulse moves w by (1 - K)/N |

The other reading of the paper, which does not say which device is pulsed. The sign of n is that of
Delta w, as in all rules. Reads of the device: none. Pulses per event: 1.
"""

from dataclasses import replace

from snn_brian.models.programming.stochastic_rounding import stochastic_rounding

stochastic_rounding_single = replace(
    stochastic_rounding,
    name="stochastic_rounding_single",
    number="SR(dw*N/(G_max - G_min))",
    devices="one at random",
)
