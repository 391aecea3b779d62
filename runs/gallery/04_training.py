# %% [markdown]
# # Training from Python
#
# An arm says what a network is made of, and `Training` has its epochs. This page trains the same
# network twice, on simulated TiOx devices and on ideal weights, and draws how both learn. It
# takes Brian2's NumPy target, so that nothing is compiled; `target="cpp_standalone"` is what one
# takes for larger networks, and is some hundred times faster.

# %%
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

from snn_brian import Arm, Training, load
from snn_brian.data.images import load_images

memristive = Arm(
    layers=(60, 40),
    neuron=load("neuron", "integrate_and_fire"),
    encoder=load("encoder", "threshold"),
    weights=load("device", "TiOx"),
    programming=load("programming", "ternary"),
    optimizer=load("optimizer", "adam"),
    loss=load("loss", "cross-entropy"),
    batch=10,
    steps=1,
    eta=None,  # the programming rule's own
    epochs=3,
    seed=0,
    target="numpy",
)
baseline = replace(memristive, weights=load("device", "ideal"), programming=None)

# %% [markdown]
# Both see the same images in the same order. Epoch 0 is before training. Each epoch tells the
# accuracy of every layer's own classifier, and the pulses that the devices were given.

# %%
images = load_images(train=500, test=200)
courses = {}
for name, arm in dict(memristive=memristive, baseline=baseline).items():
    epochs = list(Training(arm, images).epochs())
    courses[name] = np.array([epoch.test_accuracy for epoch in epochs])
    pulses = sum(int(np.sum(epoch.potentiation_pulses)) for epoch in epochs)
    print(f"{name}: {100 * courses[name][-1]} % after training, {pulses} potentiating pulses")

# %%
figure, axes = plt.subplots(layout="constrained")
for colour, (name, course) in zip(("C0", "C1"), courses.items()):
    axes.plot(100 * course[:, 0], "-", color=colour, label=f"{name}, layer 1")
    axes.plot(100 * course[:, 1], "--", color=colour, label=f"{name}, layer 2")
axes.set(xlabel="epoch", ylabel="test accuracy (%)")
axes.legend()
plt.show()
