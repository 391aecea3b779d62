"""The ternary rule with one device of the pair, drawn at random, instead of both.

| paper | here | |
| --- | --- | --- |
| SR(Delta w) in {-1, 0, 1} | n | (14) |
| gamma_P, gamma_D | gamma_P, gamma_D | pulses per event |

The other reading of the paper, which does not say which device is pulsed. Reads of the device:
none. Pulses per event: gamma_P or gamma_D.
"""

from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

ternary_single = replace(
    ternary,
    name="ternary_single",
    devices="one at random",
)
