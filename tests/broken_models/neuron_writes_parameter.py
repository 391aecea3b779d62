"""Parameters are constant in a run."""
from dataclasses import replace

from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

neuron = replace(integrate_and_fire, name="broken", reset="u_hi = 0")
