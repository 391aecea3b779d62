"""`e` is Euler's number in Brian2."""
from dataclasses import replace

from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

neuron = replace(integrate_and_fire, name="broken", parameters=dict(u_lo=-1.0, u_hi=1.0, e=1.0))
