"""No string uses `theta`."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

rule = replace(ternary, name="broken", parameters=dict(gamma_P=1.0, gamma_D=1.0, theta=0.1))
