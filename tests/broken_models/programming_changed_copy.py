"""What is kept is not what was there before the change, which comes in another field."""
from dataclasses import replace

from snn_brian.models.programming.accumulator import accumulator

rule = replace(
    accumulator,
    name="broken",
    variables="chi : 1\nbefore : 1",
    prepare="chi += dw; before = chi",
    number="int(chi*(1/theta) + 0*before)",
)
