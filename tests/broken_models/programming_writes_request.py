"""A rule may not change the request."""
from dataclasses import replace

from snn_brian.models.programming.accumulator import accumulator

rule = replace(accumulator, name="broken", prepare="chi += dw; dw = 0")
