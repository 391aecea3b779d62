# %% [markdown]
# # One device and its pulses
#
# A memristive device has a conductance G between G_min and G_max. A potentiating pulse moves it
# up, a depressing one down, and how far depends on where it is: that is its law. This page looks
# at some of the devices that come with the package, without any network.

# %%
import matplotlib.pyplot as plt
import numpy as np

from snn_brian import load
from snn_brian.device.response import after, ramp

devices = [load("device", name) for name in ("linear", "TiOx", "Ag_aSi")]
for device in devices:
    print(f"{device.name}: {device.G_min} to {device.G_max}, {device.reference}")

# %% [markdown]
# ## Up and down
#
# Sixty potentiating pulses from G_min, then sixty depressing ones. The axis counts pulses, and
# the conductance is in nanosiemens.

# %%
pulses = np.repeat([1, -1], 60)
figure, panels = plt.subplots(1, 3, figsize=(9, 3), layout="constrained")
for axes, device in zip(panels, devices):
    G_min = float(device.G_min) / 1e-9
    axes.plot(ramp(device, G_min, pulses, unit=1e-9))
    axes.set(title=device.name, xlabel="pulse")
panels[0].set_ylabel("G (nS)")
plt.show()

# %% [markdown]
# ## The change by one pulse
#
# A linear device moves equally far anywhere. TiOx moves far where much of the range lies ahead,
# and depression moves it farther than potentiation does: this is the asymmetric nonlinearity of
# the paper's title.

# %%
figure, axes = plt.subplots(layout="constrained")
place = np.linspace(0, 1, 101)
for colour, device in zip(("C0", "C1"), devices):
    G = device.K + (1 - device.K) * place
    for n, style in ((1, "-"), (-1, "--")):
        change = np.abs(after(device, G, n) - G) / (1 - device.K)
        axes.plot(place, change, style, color=colour, label=f"{device.name}, {n:+d} pulse")
axes.set(xlabel="place in the range", ylabel="size of the change, share of the range")
axes.legend()
plt.show()

# %% [markdown]
# ## Where random pulses lead
#
# Two hundred devices of TiOx are given potentiating and depressing pulses at random, as often the
# one as the other. Wherever they began, they gather where both move a device equally far.

# %%
random = np.random.default_rng(0)
TiOx = devices[1]
start = np.repeat([TiOx.K, 1.0], 100)
course = ramp(TiOx, start, random.choice([-1, 1], (300, 200)))
plt.figure(layout="constrained")
plt.plot(course[:, :100].mean(axis=1), label="from G_min")
plt.plot(course[:, 100:].mean(axis=1), label="from G_max")
plt.xlabel("pulse")
plt.ylabel("mean G (G_max)")
plt.legend()
plt.show()
