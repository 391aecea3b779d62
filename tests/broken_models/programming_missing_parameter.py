"""`gama_P` is declared nowhere; `gamma_P` is."""
from dataclasses import replace

from snn_brian.models.programming.ternary import ternary

rule = replace(ternary, name="broken", potentiation_pulses="gama_P*abs(n)")
