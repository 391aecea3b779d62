# %% [markdown]
# # A device from one's own measurements
#
# Whoever has measured ramps of pulses can fit the exponential law to them and train on the
# result. This page makes up a measurement, as a file; with one of your own, begin where it is
# read.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from brian2 import nS, nsecond, volt

from snn_brian import load
from snn_brian.command.fit import flags, main
from snn_brian.declarations import Device, Pulse
from snn_brian.device.response import ramp
from snn_brian.device.table import table_law

random = np.random.default_rng(0)
scratch = tempfile.TemporaryDirectory()
folder = Path(scratch.name)

# %% [markdown]
# ## A measurement
#
# Three ramps of 100 potentiating pulses and three of 100 depressing ones. Each row is a pulse,
# the first row the state before any; the unit stands in the header.

# %%
n = np.arange(101)[:, np.newaxis]
up = 600 - 560 * np.exp(-0.03 * n)
down = 40 + 560 * np.exp(-0.06 * n)
for name, curve in dict(up=up, down=down).items():
    measured = curve + random.normal(0, 3, (101, 3))
    np.savetxt(folder / f"{name}.csv", measured, "%.2f", ",", header="G (nS)", comments="")
print((folder / "up.csv").read_text()[:60])

# %% [markdown]
# ## The fit
#
# In a shell this is `snn-brian fit up.csv down.csv --out mine`. It tells the parameters with
# their confidence intervals, how nonlinear the device is, and whether the law fits at all.

# %%
files = [str(folder / "up.csv"), str(folder / "down.csv")]
mine = main(flags().parse_args([*files, "--out", str(folder / "mine")]))

# %% [markdown]
# The folder has a declaration, which goes with `--device mine/device.py`, and loads like any
# other.

# %%
device = load("device", mine / "device.py")
figure, panels = plt.subplots(1, 2, sharey=True, layout="constrained")
for axes, name, start, sign in zip(panels, ("up", "down"), (up[0, 0], down[0, 0]), (1, -1)):
    axes.plot(np.loadtxt(folder / f"{name}.csv", delimiter=",", skiprows=1), "k.", ms=2)
    axes.plot(ramp(device, start, np.full(100, sign), unit=1e-9), "C1")
    axes.set(title=name, xlabel="pulse")
panels[0].set_ylabel("G (nS)")
plt.show()

# %% [markdown]
# ## A device that is no exponential
#
# Where the exponential law does not fit, a table may, and the fit then writes one: the change by
# one pulse at places of the range, as shares of the range. It can also be written by hand, here
# with five places from G_min to G_max. This device moves farthest in the middle.

# %%
bell = Device(
    name="bell",
    reference="an example, not a measured device",
    law=table_law(
        "bell_law",
        "an example, not a measured device",
        potentiation=[0.005, 0.02, 0.03, 0.02, 0.0],
        depression=[0.0, 0.03, 0.06, 0.03, 0.005],
    ),
    G_max=600 * nS,
    G_min=40 * nS,
    parameters={},
    potentiation_pulse=Pulse(voltage=2 * volt, width=50 * nsecond),
    depression_pulse=Pulse(voltage=-2 * volt, width=50 * nsecond),
)
figure, axes = plt.subplots(layout="constrained")
axes.plot(ramp(bell, 40, np.repeat([1, -1], 120), unit=1e-9))
axes.set(xlabel="pulse", ylabel="G (nS)")
plt.show()

# %%
scratch.cleanup()
