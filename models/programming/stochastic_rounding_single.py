"""Stochastic rounding with one device of the pair, drawn at random, instead of both.

| paper | here | |
| --- | --- | --- |
| Delta n = Delta w N/(1 - K) | number, before SR | (7); a pulse moves w by (1 - K)/N |
| which device | size of n | below 1000: n potentiating pulses; from 1000: n/1000 depressing ones |

The other reading of the paper, which does not say which device is pulsed. The sign of n is that of
Delta w, as in all rules. Reads of the device: none. Pulses per event: 1.
"""

from dataclasses import replace

from snn_brian.models.programming.stochastic_rounding import stochastic_rounding


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
