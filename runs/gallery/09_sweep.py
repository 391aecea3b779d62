# %% [markdown]
# # Reading a sweep with pandas
#
# A sweep does the job of `snn-brian train` at every point of a grid, and writes one table. This
# page makes a small one, over the nonlinearity gamma of both ways, and reads it. It needs pandas
# (`pip install pandas`).

# %%
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

scratch = tempfile.TemporaryDirectory()
folder = Path(scratch.name)

# %% [markdown]
# ## The grid
#
# `[flags]` are the same for all points, and of the lists in `[grid]` all combinations are made.
# Names are flags of the job, and numbers of declarations as `--set` takes them.

# %%
(folder / "gamma.toml").write_text("""
[flags]
layers = "20"
train = 100
test = 100
epochs = 2
batch = 10
target = "numpy"
arm = "memristive"

[grid]
"programming.gamma_P" = [1, 3]
"programming.gamma_D" = [1, 3]
""")

# %% [markdown]
# In a shell this is `snn-brian sweep gamma.toml --out gamma`. Started again, it does only what is
# missing. A page cannot call it within its own process, because the points are processes of their
# own.

# %%
sweep = [sys.executable, "-c", "from snn_brian.command.main import main; main()", "sweep"]
sweep += [str(folder / "gamma.toml"), "--out", str(folder / "gamma"), "--workers", "2"]
done = subprocess.run(sweep, stdout=subprocess.PIPE, text=True, check=True)
print(done.stdout)

# %% [markdown]
# ## The table
#
# `results.csv` has a row for each point, arm, epoch and layer.

# %%
results = pd.read_csv(folder / "gamma" / "results.csv")
print(results.columns.to_list())

# %%
last = results[results.epoch == results.epoch.max()]
table = last.pivot(
    index="programming.gamma_P", columns="programming.gamma_D", values="test_accuracy"
)
print((100 * table).round(1))

# %% [markdown]
# ## Pulses over epochs

# %%
pulses = results.potentiation_pulses + results.depression_pulses
course = results.assign(pulses=pulses).pivot(
    index="epoch", columns=["programming.gamma_P", "programming.gamma_D"], values="pulses"
)
axes = course.loc[1:].plot.bar(rot=0, ylabel="pulses", figsize=(7, 4))
axes.legend(title="gamma_P, gamma_D", loc="upper left", bbox_to_anchor=(1, 1))
plt.tight_layout()
plt.show()

# %%
scratch.cleanup()
