"""Code of the synapses uses `up` for itself."""
from dataclasses import replace

from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

neuron = replace(integrate_and_fire, name="broken", equations="U : 1\nup : 1")
