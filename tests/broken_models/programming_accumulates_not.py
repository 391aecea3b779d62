"""A memory that leaks, said to accumulate."""
from dataclasses import replace
from snn_brian.models.programming.accumulator import accumulator

broken = replace(accumulator, name="broken", prepare="chi = 0.9*chi + dw")
