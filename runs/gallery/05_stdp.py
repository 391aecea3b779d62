# %% [markdown]
# # Brian2's own example of STDP, and the same on pairs of memristors: three lines are others
#
# Song, Miller and Abbott (2000): a neuron hears 1000 Poisson inputs, which compete for its spikes;
# which of them win is chance. Everything runs in Brian2's NumPy target, in less than a minute.

# %% [markdown]
# The example as Brian2's documentation has it, with a step of 0.5 ms and faster learning

# %%
import numpy as np
from brian2 import Hz, Network, NeuronGroup, PoissonGroup, Synapses, ms, mV, prefs, second, seed
from brian2 import defaultclock as clock

from snn_brian import MemristivePair, load

prefs.codegen.target = "numpy"
clock.dt = 0.5 * ms
seed(0)

N, duration = 1000, 10 * second
taum, taupre, taupost, taue = 10 * ms, 20 * ms, 20 * ms, 5 * ms
Ee, vt, vr, El = 0 * mV, -54 * mV, -60 * mV, -74 * mV
F, gmax = 15 * Hz, 0.01
dApre = 0.1
dApost = -dApre * taupre / taupost * 1.05
neuron = """
dv/dt = (ge*(Ee - v) + El - v)/taum : volt
dge/dt = -ge/taue : 1
"""
traces = """
dApre/dt = -Apre/taupre : 1 (event-driven)
dApost/dt = -Apost/taupost : 1 (event-driven)
"""

inputs = PoissonGroup(N, rates=F)
neurons = NeuronGroup(1, neuron, threshold="v > vt", reset="v = vr", method="euler")
neurons.v = El
plain = Synapses(
    inputs,
    neurons,
    "w : 1" + traces,
    on_pre="ge += gmax*w; Apre += dApre; w = clip(w + Apost, 0, 1)",
    on_post="Apost += dApost; w = clip(w + Apre, 0, 1)",
)
plain.connect()
plain.w = "rand()"

# %% [markdown]
# Three lines are others: which synapses there are, and what each side asks of the devices, which
# have bounds of their own. The accumulator's pulses carry out what is asked

# %%
listeners = NeuronGroup(1, neuron, threshold="v > vt", reset="v = vr", method="euler")
listeners.v = El
pair = MemristivePair(
    inputs,
    listeners,
    load("device", "TiOx"),
    load("programming", "accumulator"),
    model=traces,
    on_pre="ge += gmax*clip(w, 0, 1); Apre += dApre; dw = Apost",
    on_post="Apost += dApost; dw = Apre",
)
pair.G_plus, pair.G_minus = "G_min + rand()*(G_max - G_min)", "G_min"
pair.w = "G_plus - G_minus"

# %% [markdown]
# Both hear the same spikes

# %%
Network(inputs, neurons, plain, listeners, pair).run(duration)

# %% [markdown]
# Inputs have won or lost: weights gather at the ends of their range

# %%
weights = {"Synapses": np.array(plain.w), "TiOx": np.array(pair.w)}
for name, w in weights.items():
    low, high = np.mean(w < 0.2), np.mean(w > 0.8)
    print(f"{name:>8}: {low:.0%} of the weights below 0.2, {high:.0%} above 0.8")
counts = pair.counts()
pulses = int(counts.potentiation_pulses.sum() + counts.depression_pulses.sum())
print(f"{pulses} pulses, which took {float(counts.write_energy.sum()):.2g} J")
