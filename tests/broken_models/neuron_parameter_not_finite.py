"""A parameter must be finite."""
from dataclasses import replace

from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

neuron = replace(integrate_and_fire, name="broken", parameters=dict(u_lo=float("-inf"), u_hi=1.0))
