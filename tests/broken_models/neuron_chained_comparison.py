"""Brian2 compares two values at a time."""
from dataclasses import replace

from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

neuron = replace(integrate_and_fire, name="broken", derivative="int(u_lo < U < u_hi)")
