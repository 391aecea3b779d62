"""The derivative has a unit."""
from dataclasses import replace

from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

neuron = replace(integrate_and_fire, name="broken", derivative="int(U > u_lo and U < u_hi)*mV")
