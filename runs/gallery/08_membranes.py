# %% [markdown]
# # Recordings of membranes
#
# Any variable of chosen neurons can be kept while a network is shown chosen images, or while an
# epoch learns from its own. Recording is a run of its own, in Brian2's monitors, and changes no
# bit of the training. On the command line it is `--record 'layer_1.U[0:5]@0:3'`, with `@epoch:1`
# after it while epoch 1 learns.

# %%
import matplotlib.pyplot as plt
import numpy as np

from snn_brian import Arm, Training, load
from snn_brian.data.images import load_images
from snn_brian.train.recording import Recording, recorded

arm = Arm(
    layers=(40,),
    neuron=load("neuron", "leaky_integrate_and_fire"),
    encoder=load("encoder", "rate"),
    weights=load("device", "TiOx"),
    programming=load("programming", "ternary"),
    optimizer=load("optimizer", "adam"),
    loss=load("loss", "cross-entropy"),
    batch=10,
    steps=20,
    eta=None,
    epochs=1,
    seed=0,
    target="numpy",
)
training = Training(arm, load_images(train=200, test=50))
for epoch in training.epochs():
    print(f"epoch {epoch.number}: test accuracy {100 * epoch.test_accuracy[0]:.0f} %")

# %% [markdown]
# ## What is kept
#
# The membranes of five neurons and the spikes of all, while the trained network sees the first
# three test images. Arrays have the shape (images, time steps, neurons). A membrane is read
# before its reset.

# %%
kept = recorded(
    training,
    [
        Recording("layer_1.U", (0, 5), (0, 3)),
        Recording("layer_1.spikes", (0, 40), (0, 3)),
        Recording("inputs.spikes", (0, 784), (0, 3)),
    ],
)
for name, array in kept.items():
    print(name, array.shape)

# %%
figure, panels = plt.subplots(2, 3, sharex=True, figsize=(9, 5), layout="constrained")
for image in range(3):
    above, below = panels[:, image]
    above.plot(kept["layer_1.U"][image])
    steps, neurons = np.nonzero(kept["layer_1.spikes"][image])
    below.plot(steps, neurons, "|", color="k")
    above.set_title(f"test image {image}")
    below.set_xlabel("time step (1 ms)")
panels[0, 0].set_ylabel("U of five neurons")
panels[1, 0].set_ylabel("spikes of neuron")
plt.show()

# %% [markdown]
# ## What the inputs showed
#
# The spikes of the rate code, summed over the presentation, are a noisy image.

# %%
figure, panels = plt.subplots(1, 3, figsize=(6, 2), layout="constrained")
for axes, spikes in zip(panels, kept["inputs.spikes"]):
    axes.imshow(spikes.sum(axis=0).reshape(28, 28), cmap="gray")
    axes.axis("off")
plt.show()
