"""`G_plus` is a variable of every synapse."""
from dataclasses import replace

from snn_brian.models.programming.accumulator import accumulator

rule = replace(accumulator, name="broken", variables="chi : 1\nG_plus : 1")
