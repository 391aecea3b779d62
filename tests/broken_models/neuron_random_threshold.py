"""The network evaluates the threshold more than once."""
from dataclasses import replace

from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

neuron = replace(integrate_and_fire, name="broken", threshold="U > rand()")
