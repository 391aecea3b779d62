from dataclasses import replace

from snn_brian.models.neurons.leaky_integrate_and_fire import leaky_integrate_and_fire as lif

declared = replace(lif, trace="dU/dt = -U/tau_s : 1", source_spike="U += S*strength", eligibility="U")
