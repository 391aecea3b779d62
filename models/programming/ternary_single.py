"""The ternary rule with one device of the pair, drawn at random, instead of both.

| paper | here | |
| --- | --- | --- |
| SR(Delta w) in {-1, 0, 1} | sign of n | (14); abs(n) is 1: one goes up, 2: one goes down |
| gamma_P, gamma_D | gamma_P, gamma_D | pulses per event |

The other reading of the paper, which does not say which device is pulsed. Reads of the device:
none. Pulses per event: gamma_P or gamma_D.
"""

from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

ternary_single = replace(
    ternary,
    name="ternary_single",
    number="clip(SR(dw), -1, 1)*(1 + int(rand() < 0.5))",
    potentiation_pulses="gamma_P*int(abs(n) == 1)",
    depression_pulses="gamma_D*int(abs(n) == 2)",
)
