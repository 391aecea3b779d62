from dataclasses import replace

from snn_brian.models.neurons.leaky_integrate_and_fire import leaky_integrate_and_fire

neuron = replace(leaky_integrate_and_fire, name="deaf", threshold="U > 1e9")
