"""`u_lo` is a voltage, U is none."""
from dataclasses import replace

from brian2 import volt

from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

neuron = replace(integrate_and_fire, name="broken", parameters=dict(u_lo=-1 * volt, u_hi=1.0))
