# %% [markdown]
# # What wear does
#
# A device endures so many pulses, and is stuck from then on where it is. `Device.reliability`
# says how many, as the median over the devices; it also knows devices that are stuck from the
# start, that drift and that relax. All of it is off unless it is asked for. For a whole network,
# the number of this page is `snn-brian train --set device.reliability.endurance=1e4`.

# %%
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
from brian2 import NeuronGroup, StateMonitor, defaultclock, ms, prefs, run, seed, start_scope

from snn_brian import MemristivePair, load
from snn_brian.declarations import Reliability

prefs.codegen.target = "numpy"
defaultclock.dt = 1 * ms
TiOx = load("device", "TiOx")

# %% [markdown]
# ## A task that never ends
#
# Forty inputs spike at random. Each of twenty neurons wants the sum of its weights to follow a
# sine, and asks its pairs for the difference. So devices are programmed all the time, and the
# wear shows.


# %%
def followed(endurance):
    """What the neurons want and what they get, (neurons, steps), and their pairs."""
    start_scope()
    seed(0)
    device = replace(TiOx, reliability=Reliability(endurance=endurance))
    inputs = NeuronGroup(40, "", threshold="rand() < 0.9")
    neurons = NeuronGroup(20, "U : 1\nwanted : 1")
    neurons.run_regularly("U = 0\nwanted = 1.5*sin(2*pi*(t/(400*ms) + i/20.0))", when="start")
    pairs = MemristivePair(
        inputs,
        neurons,
        device,
        load("programming", "accumulator"),
        request="0.02*(wanted_post - U_post)",
        on_pre={"forward": "U_post += w"},
    )
    pairs.program.when = "end"
    course = StateMonitor(neurons, ["U", "wanted"], record=True, when="end", order=-1)
    run(4000 * ms)
    return course.wanted, course.U, pairs


endurances = (0, 50, 20)
names = {0: "no wear", 50: "50 pulses", 20: "20 pulses"}
found = {endurance: followed(endurance) for endurance in endurances}

# %% [markdown]
# ## The neurons lose what they want
#
# The error of each 400 ms, relative to the size of what is wanted. An error of 1 is that of a
# neuron which does nothing. Devices that work make up for those that are stuck, until too few are
# left.

# %%
figure, axes = plt.subplots(layout="constrained")
for endurance, (wanted, U, _) in found.items():
    error, size = (
        np.square(x).reshape(20, -1, 400).mean(axis=(0, 2)) for x in (wanted - U, wanted)
    )
    axes.plot(0.4 * np.arange(1, len(error) + 1), np.sqrt(error / size), label=names[endurance])
axes.set(xlabel="time (s)", ylabel="error", ylim=(0, None))
axes.legend(title="median endurance")
plt.show()

# %% [markdown]
# ## Who is stuck
#
# Each device has an endurance of its own, here lognormal around the median, and counts its
# pulses.

# %%
for endurance in endurances[1:]:
    pairs = found[endurance][2]
    spent = np.mean(pairs.pulses_seen_plus[:] >= pairs.device_endurance_plus[:])
    print(f"{names[endurance]}: {100 * spent:.0f} % of the devices G_plus are stuck")

# %% [markdown]
# ## Where they are stuck
#
# The conductances at the end.

# %%
figure, axes = plt.subplots(layout="constrained")
for endurance, (_, _, pairs) in found.items():
    G_plus, G_minus = pairs.conductances()
    G = np.concatenate([np.ravel(G_plus), np.ravel(G_minus)]) / 1e-9
    axes.hist(G, np.linspace(0, 350, 71), histtype="step", label=names[endurance])
axes.set(xlabel="G (nS)", ylabel="devices")
axes.legend()
plt.show()
