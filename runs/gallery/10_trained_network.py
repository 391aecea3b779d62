# %% [markdown]
# # What a trained network sees, and what it takes for what
#
# A run is a folder, and `load_run` has what is in it as Python objects: metrics, checkpoints, and
# the trained arms themselves, which answer to any images. This page trains a small network as the
# command line would, and looks at it.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from snn_brian import load_run
from snn_brian.data.images import load_images
from snn_brian.job.job import flags, main

scratch = tempfile.TemporaryDirectory()
folder = Path(scratch.name) / "mine"

# %% [markdown]
# In a shell: `snn-brian train --arm memristive --layers 40 ... --out mine`.

# %%
given = "--arm memristive --layers 40 --train 1000 --test 300 --epochs 2 --batch 10 --target numpy"
main(flags().parse_args([*given.split(), "--out", str(folder)]))

# %%
run = load_run(folder)
trained = run.arms["memristive"]
print("epochs:", trained.epochs)
print("arrays of a checkpoint:", ", ".join(trained.checkpoint()))

# %% [markdown]
# ## Receptive fields
#
# What the neurons learned about each pixel, as pictures: their weights G_plus - G_minus less
# those at the beginning, blue where a pixel has come to excite a neuron, red where it inhibits.
# (In so short a training, the random beginning is still larger.)

# %%
weights = trained.weights(layer=1) - trained.weights(layer=1, epoch=0)
largest = np.abs(weights).max()
figure, panels = plt.subplots(4, 10, figsize=(9, 4), layout="constrained")
for axes, field in zip(panels.flat, weights.T):
    axes.imshow(field.reshape(28, 28), cmap="RdBu", vmin=-largest, vmax=largest)
    axes.axis("off")
plt.show()

# %% [markdown]
# ## The confusion matrix
#
# How many test images of each digit the layer takes for which, at the end of the run.

# %%
counts = trained.confusion[-1]
plt.figure(layout="constrained")
plt.imshow(counts, cmap="Blues")
for (label, answer), count in np.ndenumerate(counts):
    plt.text(answer, label, count, ha="center", va="center")
plt.xticks(range(10))
plt.yticks(range(10))
plt.xlabel("taken for")
plt.ylabel("digit")
plt.show()
shares = dict(zip(range(10), (100 * trained.accuracy_per_class[-1]).round().astype(int).tolist()))
print("accuracy of each digit (%):", shares)

# %% [markdown]
# ## Answers to images of one's own
#
# `predict` takes an array of images, here test images turned upside down, and gives the classes
# and the spikes of every layer.

# %%
images = load_images(train=1, test=300)
pictures = np.reshape(images.test_images, (-1, 28, 28))
upright, turned = (trained.predict(each) for each in (pictures, pictures[:, ::-1, ::-1].copy()))
for name, answers in dict(upright=upright, turned=turned).items():
    right = np.mean(answers.classes[-1] == images.test_labels)
    print(
        f"{name}: {100 * right:.0f} % right, {answers.spikes[0].sum(axis=(1, 2)).mean():.1f} spikes"
    )

# %%
scratch.cleanup()
