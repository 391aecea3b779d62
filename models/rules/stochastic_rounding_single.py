"""Stochastic rounding with one device of the pair, drawn at random, instead of both.

| paper | here | |
| --- | --- | --- |
| Delta n = Delta w N/(1 - K) | number, before SR | (7); a pulse moves w by (1 - K)/N |
| direction of Delta w | below or from 1000 | up to 999 pulses potentiate one device, thousands depress the other |

The other reading of the paper, which does not say which device is pulsed. Reads of the device: none. Pulses per event: 1.
"""
from dataclasses import replace

from snn_brian.models.rules.stochastic_rounding import stochastic_rounding


def on_one_device(rule, rounded):
    """The rule with its pulses, `rounded`, on one device of the pair."""
    return replace(
        rule,
        name=f"{rule.name}_single",
        number=f"clip({rounded}, -999, 999)*(1 + 999*int(rand() < 0.5))",
        potentiation_pulses="abs(n)*int(abs(n) < 1000)",
        depression_pulses="floor(abs(n)/1000)",
    )


stochastic_rounding_single = on_one_device(stochastic_rounding, "SR(dw*N/(G_max - G_min))")
