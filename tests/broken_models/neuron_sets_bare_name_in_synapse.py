"""Set would be a variable of its own, not the neuron's."""
from dataclasses import replace

from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

neuron = replace(integrate_and_fire, name="broken", synaptic_input="U = U_post + w")
