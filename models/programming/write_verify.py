"""Write and verify, the expensive reference: every request programs the pair as near to its target
as whole pulses come.

The target is kept in digital memory, as what is still `owed` to the weight, so that requests below
a pulse add up. Each device is read before its pulses and after each of them; the loop stops at the
pulse that comes nearest to the target, which for the device's mean response is the inverse of its
law, rounded (Eq. 11, 12). What a noisy pulse misses stays owed. Reads of the device: 2 per request
and 1 per pulse. Pulses per request: up to cap_P + cap_D.
"""

from dataclasses import replace

from snn_brian.models.programming.cancelling import cancelling

write_verify = replace(
    cancelling,
    name="write_verify",
    reference="closed-loop programming as in Alibart, Gao, Hoskins, Strukov 2012; pulses by "
    "Fouda et al. 2019, Eq. (11), (12)",
    variables="owed : 1",
    prepare="owed += dw",
    number="sign(owed)*int(dw != 0)",
    potentiation_pulses="clip(floor(needed(abs(owed)/2) + 0.5), 0, cap_P)*int(G_max - G > end)",
    depression_pulses="clip(floor(needed(abs(owed)/2) + 0.5), 0, cap_D)*int(G - G_min > end)",
    reads="2 + n_P + n_D",
    finish="owed -= moved",
)
