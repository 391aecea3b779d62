"""`n` is not known yet."""
from dataclasses import replace

from snn_brian.models.programming.accumulator import accumulator

rule = replace(accumulator, name="broken", prepare="chi += dw - n")
