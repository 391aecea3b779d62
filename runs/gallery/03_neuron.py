# %% [markdown]
# # A neuron of one's own
#
# A neuron is a few strings of Brian2: what it keeps, what a spike does to it, when it fires and
# what happens then. This page declares one, looks at it alone, and lets a small network of it
# learn.

# %%
import matplotlib.pyplot as plt
from brian2 import ms

from snn_brian import Arm, Training, load
from snn_brian.check.check import check
from snn_brian.check.single_neuron import response
from snn_brian.data.images import load_images
from snn_brian.declarations import Neuron

# %% [markdown]
# ## The declaration
#
# The membrane U leaks, a spike through a synapse of weight w adds to it, and it is set to 0 after
# a spike of its own. `derivative` stands in for the derivative of the spike. The trace p follows
# the spikes of an input as U does, so that learning knows what came in earlier steps. Time
# constants are physical; a time step is 1 ms.

# %%
leaky = Neuron(
    name="leaky",
    reference="textbook leaky integrate-and-fire, hard reset",
    equations="dU/dt = -U/tau : 1",
    start_of_step="",
    synaptic_input="U_post += strength_post*w",
    threshold="U > 1",
    reset="U = 0",
    derivative="0.2*int(abs(U - 1) < 1.5)",
    trace="dp/dt = -p/tau : 1",
    source_spike="p += S*strength",
    eligibility="p",
    parameters=dict(tau=10 * ms, strength=1.5),
)
check(leaky, "this page")

# %% [markdown]
# ## Alone
#
# An input that spikes in every time step, through synapses of three weights.

# %%
answer = response(leaky, [0.05, 0.1, 0.3], steps=60)
figure, panels = plt.subplots(3, 1, sharex=True, layout="constrained")
for axes, weight, U, spikes in zip(panels, answer.drives, answer.U, answer.spikes):
    axes.plot(U)
    axes.vlines(spikes, 1, 2, color="C1")
    axes.set(ylabel=f"U for w = {weight:g}")
panels[-1].set_xlabel("time step (1 ms)")
plt.show()
print("spikes per time step:", answer.rates)

# %% [markdown]
# ## In a network
#
# One layer of sixty of them, on ideal weights, and a rate code of ten time steps for 300 images
# of MNIST. `load("device", "TiOx")`, with a programming rule, would make it memristive. With a
# file, `--neuron leaky.py` does this for a network of any size.

# %%
arm = Arm(
    layers=(60,),
    neuron=leaky,
    encoder=load("encoder", "rate"),
    weights=load("device", "ideal"),
    programming=None,
    optimizer=load("optimizer", "adam"),
    loss=load("loss", "cross-entropy"),
    batch=10,
    steps=10,
    eta=0.003,
    epochs=1,
    seed=0,
    target="numpy",
)
for epoch in Training(arm, load_images(train=300, test=100)).epochs():
    print(f"epoch {epoch.number}: test accuracy {100 * epoch.test_accuracy[0]:.0f} %")
