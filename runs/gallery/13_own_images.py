# %% [markdown]
# # Images of one's own: the digits of scikit-learn
#
# Any images of any size and number of classes make a data set: one `.npz` file with four arrays.
# Here they are the 1797 digits of 8 x 8 pixels that come with scikit-learn (a part of the UCI set
# Optdigits). The first half is learned and the second half tested, as in scikit-learn's own
# example "Recognizing hand-written digits", whose support vector machine gets 97 % of them right.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from snn_brian import load_run
from snn_brian.job.job import flags, main

scratch = tempfile.TemporaryDirectory()
file, folder = Path(scratch.name) / "digits.npz", Path(scratch.name) / "run"

# %% [markdown]
# Pixels are whole numbers from 0 to 16. A file holds whole numbers from 0 to 255, or numbers from 0
# to 1, and nothing is scaled unasked.

# %%
digits = load_digits()
images, half = digits.images / 16, len(digits.images) // 2
np.savez(
    file,
    x_train=images[:half],
    y_train=digits.target[:half],
    x_test=images[half:],
    y_test=digits.target[half:],
)
figure, panels = plt.subplots(1, 10, figsize=(9, 1.2), layout="constrained")
for axes, image in zip(panels, images):
    axes.imshow(image, cmap="gray_r")
    axes.axis("off")
plt.show()

# %% [markdown]
# ## Training
#
# In a shell: `snn-brian train --dataset digits.npz --encoding current --layers 120 ...`. So few
# pixels tell little if each is only dark or bright: here their brightness is the voltage on the
# rows of the crossbar. This is a short training with a small layer; `runs/README.md` has a longer
# one, with settings chosen on images held out, which gets 93 % right.

# %%
given = "--encoding current --layers 120 --epochs 6 --batch 10 --target numpy"
main(flags().parse_args([*given.split(), "--dataset", str(file), "--out", str(folder)]))

# %%
run = load_run(folder)
table = run.metrics.pivot_table("test_accuracy", "epoch", ["arm", "layer"])
(100 * table).plot(ylabel="test accuracy (%)", grid=True)
plt.show()
print((100 * table.iloc[-1]).round(2).to_string())

# %% [markdown]
# ## Which ones it gets wrong

# %%
arm = run.arms["memristive"]
answers = arm.predict(images[half:]).classes[-1]
wrong = np.flatnonzero(answers != digits.target[half:])[:10]
figure, panels = plt.subplots(1, 10, figsize=(9, 1.4), layout="constrained")
for axes, place in zip(panels, wrong):
    axes.imshow(images[half:][place], cmap="gray_r")
    axes.set_title(f"{digits.target[half:][place]} as {answers[place]}", fontsize=9)
for axes in panels:
    axes.axis("off")
plt.show()

# %%
scratch.cleanup()
