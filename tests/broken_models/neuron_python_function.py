"""A threshold by a function of Python."""
from dataclasses import replace
from snn_brian.models.neurons.integrate_and_fire import integrate_and_fire

broken = replace(integrate_and_fire, name="broken", threshold="sum(U) > 0")
