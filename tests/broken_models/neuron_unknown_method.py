from dataclasses import replace

from snn_brian.models.neurons.leaky_integrate_and_fire import leaky_integrate_and_fire as lif

declared = replace(lif, method="rk5")
