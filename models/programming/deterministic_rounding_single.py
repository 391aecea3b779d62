"""Rounding to the nearest whole number of pulses with one device of the pair, drawn at random,
instead of both.

| paper | here | |
| --- | --- | --- |
| Delta n = Delta w N/(1 - K) | number, before rounding | (7); a pulse moves w by (1 - K)/N |

As in `stochastic_rounding_single`, the other reading of the paper. Reads of the device: none.
Pulses per event: 1.
"""

from dataclasses import replace

from snn_brian.models.programming.deterministic_rounding import deterministic_rounding

deterministic_rounding_single = replace(
    deterministic_rounding,
    name="deterministic_rounding_single",
    number="sign(dw)*floor(abs(dw)*N/(G_max - G_min) + 0.5)",
    devices="one at random",
)
