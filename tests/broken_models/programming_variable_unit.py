"""`chi` is a voltage, the request is none."""
from dataclasses import replace

from snn_brian.models.programming.accumulator import accumulator

rule = replace(accumulator, name="broken", variables="chi : volt")
