"""The variables of a rule are plain."""
from dataclasses import replace

from snn_brian.models.programming.accumulator import accumulator

rule = replace(accumulator, name="broken", variables="dchi/dt = -chi/second : 1")
