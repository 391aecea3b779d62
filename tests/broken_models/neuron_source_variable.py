"""Synaptic input that looks at the source's membrane."""
from dataclasses import replace
from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

broken = replace(integrate_and_fire, name="broken", synaptic_input="U_post += w*u_pre")
