# %% [markdown]
# # The crossbar in a Brian2 script of one's own
#
# `Crossbar` takes what `brian2.Synapses` takes, and connects all to all unless `connect` says
# otherwise. In C++ standalone mode it compiles to loops along the rows of spiking inputs; here,
# in a runtime target, it is Synapses itself. Nothing of this page knows of images, layers or
# classifiers.

# %%
import matplotlib.pyplot as plt
import numpy as np
from brian2 import (
    NeuronGroup,
    SpikeMonitor,
    StateMonitor,
    defaultclock,
    ms,
    prefs,
    run,
    seed,
    start_scope,
)

from snn_brian import Crossbar, MemristivePair, load

prefs.codegen.target = "numpy"
defaultclock.dt = 1 * ms

# %% [markdown]
# ## Weights that are numbers
#
# Forty inputs that spike at random drive ten leaky neurons. The weights differ, so that some
# neurons fire often.

# %%
seed(0)
inputs = NeuronGroup(40, "", threshold="rand() < 0.05")
neurons = NeuronGroup(
    10, "dv/dt = -v/(20*ms) : 1", threshold="v > 1", reset="v = 0", method="exact"
)
crossbar = Crossbar(inputs, neurons, "w : 1", on_pre="v_post += w")
crossbar.w = "0.06*j/10"
spikes = SpikeMonitor(neurons)
run(500 * ms)
plt.figure(layout="constrained")
plt.plot(spikes.t / ms, spikes.i, "|")
plt.xlabel("time (ms)")
plt.ylabel("neuron")
plt.show()

# %% [markdown]
# ## Weights that are pairs of devices
#
# A `MemristivePair` is a crossbar whose weights are pairs of a declared device. At each spike of
# an input, a declared programming rule makes pulses of the request, any expression; here a delta
# rule that wants the sum U of each neuron to be a number of its own.

# %%
start_scope()  # what the next run has is made below
inputs = NeuronGroup(20, "", threshold="rand() < 0.5")
neurons = NeuronGroup(3, "U : 1\nwanted : 1")
neurons.run_regularly("U = 0", when="start")
neurons.wanted = [-1, 0, 1]
pairs = MemristivePair(
    inputs,
    neurons,
    load("device", "TiOx"),
    load("programming", "accumulator"),
    request="0.01*(wanted_post - U_post)",
    on_pre={"forward": "U_post += w"},
)
pairs.program.when = "end"
course = StateMonitor(neurons, "U", record=True, when="end")
run(300 * ms)

# %%
plt.figure(layout="constrained")
lines = plt.plot(course.t / ms, course.U.T)
for line, wanted in zip(lines, neurons.wanted[:]):
    plt.axhline(wanted, color=line.get_color(), linestyle="--")
plt.xlabel("time (ms)")
plt.ylabel("sum of the weights of spiking inputs")
plt.show()

# %% [markdown]
# The devices have their conductances in siemens, and have counted their pulses and the energy of
# writing.

# %%
G_plus, G_minus = pairs.conductances()
counts = pairs.counts()
print("G_plus from", np.min(G_plus), "to", np.max(G_plus))
print("potentiating pulses of each neuron's pairs:", counts.potentiation_pulses)
print("write energy:", np.sum(counts.write_energy))
