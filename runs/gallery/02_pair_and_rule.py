# %% [markdown]
# # A pair and a programming rule
#
# The weight of a synapse is the difference of two devices, w = G_plus - G_minus. Learning asks
# for a change dw, any real number; devices take whole pulses. A programming rule turns the one
# into the other. Here the requests are given, so that one can see what becomes of them.

# %%
import matplotlib.pyplot as plt
import numpy as np

from snn_brian import load
from snn_brian.check.check import check
from snn_brian.check.single_pair import programmed
from snn_brian.declarations import Learning, Programming

TiOx = load("device", "TiOx")

# %% [markdown]
# ## What is asked, and what is done
#
# The wanted weight goes up and down like a sine. Each step asks for its change, and twenty pairs
# of TiOx devices follow, in units of G_max. The accumulator waits until the sum of requests is
# worth a pulse. `cancelling` reads both devices, and gives as many pulses as the law says,
# rounded stochastically. The ternary rule takes the request for the probability of a pulse,
# whatever a pulse moves; so it asks for a learning rate of its own, and here for requests that
# are ten times larger. Nothing corrects what goes wrong: in learning, the next error does.

# %%
steps = 400
wanted = 0.3 * np.sin(2 * np.pi * np.arange(steps + 1) / steps)
requests = np.diff(wanted)[:, np.newaxis]
figure, panels = plt.subplots(1, 3, figsize=(9, 3), sharey=True, layout="constrained")
for axes, (name, factor) in zip(panels, dict(ternary=10, accumulator=1, cancelling=1).items()):
    rule = load("programming", name)
    G_plus, G_minus = programmed(TiOx, rule, factor * requests, (0.3, 0.3), pairs=20)
    axes.plot((G_plus - G_minus)[:, :, 0], color="C0", alpha=0.3)
    axes.plot(wanted, "k--")
    axes.set(title=name, xlabel="request")
panels[0].set_ylabel("w (G_max)")
plt.show()

# %% [markdown]
# ## A rule of one's own
#
# A rule is a line: from dw to a whole number of pulses. This one gives a pulse in the direction
# of the request wherever it is large enough. It knows directions alone, and overshoots. `check`
# refuses what cannot be, in a sentence that says how to mend it. As a file, it goes with
# `--programming manhattan.py`.

# %%
manhattan = Programming(
    name="manhattan",
    reference="the Manhattan rule, with a least request",
    number="sign(dw)*int(abs(dw) > least)",
    parameters=dict(least=0.0045),
    learning=dict(adam=Learning(eta=0.02, decay=0.8, layer_factors=(1.0,), initial=(0.3, 0.5))),
)
check(manhattan, "this page")
G_plus, G_minus = programmed(TiOx, manhattan, requests, (0.3, 0.3))
figure, axes = plt.subplots(layout="constrained")
axes.plot(G_plus[:, 0, 0], label="G_plus")
axes.plot(G_minus[:, 0, 0], label="G_minus")
axes.plot((G_plus - G_minus)[:, 0, 0], label="w")
axes.plot(wanted, "k--", label="wanted")
axes.set(xlabel="request", ylabel="G_max")
axes.legend()
plt.show()
