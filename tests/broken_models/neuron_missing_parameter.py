"""`u_low` is declared nowhere; `u_lo` is."""
from dataclasses import replace

from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

neuron = replace(integrate_and_fire, name="broken", derivative="int(U > u_low and U < u_hi)")
