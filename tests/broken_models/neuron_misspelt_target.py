"""`u` is set and never read; `U` was meant."""
from dataclasses import replace

from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

neuron = replace(integrate_and_fire, name="broken", start_of_step="u = 0")
