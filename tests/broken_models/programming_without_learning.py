"""Settings are needed for one optimizer at least."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

rule = replace(ternary, name="broken", learning={})
