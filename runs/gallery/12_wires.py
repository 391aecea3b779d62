# %% [markdown]
# # What wires take
#
# In an array of devices, current runs through wires, and each piece of wire has a resistance. What
# reaches the end of a column is less than the sum over its devices. For a whole network, this is
# `snn-brian train --wire-resistance '2 ohm' --tile 128x128`.

# %%
import matplotlib.pyplot as plt
import numpy as np
from brian2 import amp, ohm, uS, volt

from snn_brian.device.wires import column_currents, fast_column_currents

random = np.random.default_rng(0)


def array(size):
    return random.uniform(0.05, 0.67, (size, size)) * uS


# %% [markdown]
# ## The share of a column's current that is lost
#
# All rows are driven. The nodal solution has a node on the row and one on the column of each
# device, and solves Kirchhoff's law for all of them. Columns far from the drivers lose more.

# %%
figure, axes = plt.subplots(layout="constrained")
G, voltages = array(64), 0.2 * np.ones(64) * volt
for resistance in (2, 10, 50) * ohm:
    lost = 1 - column_currents(G, voltages, resistance) / (np.asarray(voltages) @ G * volt)
    axes.plot(100 * np.asarray(lost), label=f"{float(resistance):g} ohm")
axes.set(xlabel="column", ylabel="lost (%)", ylim=(0, None))
axes.legend(title="a piece of wire")
plt.show()

# %% [markdown]
# ## The error of the fast form
#
# A network in training cannot solve thousands of equations for each image. It solves each line
# alone, as a ladder, and takes the product of what is left on the row and on the column, plus an
# average of what comes back from other rows. Here is the largest error of any column's current
# against its largest drop, for three sizes and three shares of driven rows, and resistances until
# 35 % are lost. The bound is 3 % up to a drop of 20 %. An array that is uneven, with low
# conductances in the half that is far from the ends of the columns, is the hard case.

# %%
figure, axes = plt.subplots(layout="constrained")
for size, marker, far in ((8, "o", 1), (64, "^", 1), (32, "s", 0.1)):
    G = array(size)
    G[: size // 2] *= far
    for activity, colour in ((0.05, "C0"), (0.2, "C1"), (1, "C2")):
        driven = random.uniform(size=size) < activity
        driven[random.integers(size)] = True
        voltages, points = 0.2 * driven * volt, []
        for resistance in np.geomspace(1e4, 1e7, 21) / size**2 * ohm:
            exact = column_currents(G, voltages, resistance) / amp
            error = np.max(np.abs(fast_column_currents(G, voltages, resistance) / amp / exact - 1))
            drop = np.max(1 - exact / (0.2 * driven @ np.asarray(G)))
            points += [(100 * drop, 100 * error)] if drop < 0.35 else []
        label = f"{size} x {size}, {driven.sum()} rows driven{', uneven' if far < 1 else ''}"
        axes.plot(*np.transpose(points), marker + "-", color=colour, label=label)
        worst = max(error for drop, error in points if drop < 20)
        print(f"{label}: error at most {worst:.2g} % where at most 20 % are lost")
axes.plot([0, 20, 20], [3, 3, 0], "k:", label="bound")
axes.set(xlabel="largest drop (%)", ylabel="largest error (%)", ylim=(0, 6))
axes.legend(fontsize="x-small")
plt.show()
