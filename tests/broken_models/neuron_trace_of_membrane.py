from dataclasses import replace

from snn_brian.models.neurons.leaky_integrate_and_fire import leaky_integrate_and_fire as lif

declared = replace(lif, trace="dp/dt = (q - U)/tau_m : 1\ndq/dt = -q/tau_s : 1")
