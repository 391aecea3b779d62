from dataclasses import replace

from snn_brian.models.neurons.exponential_integrate_and_fire import exponential_integrate_and_fire as eif

declared = replace(eif, start_of_presentation=None)
