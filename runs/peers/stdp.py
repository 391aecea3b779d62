"""Networks that learn by spike timing, each declared twice: in plain Brian2, and with this
package's crossbars and neurons. Called as a program, it compiles one of them.

Both are C++ standalone programs in float32, compiled with the same flags.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
from brian2 import (
    NeuronGroup,
    Synapses,
    defaultclock,
    get_device,
    ms,
    prefs,
    run,
    seed,
    set_device,
)

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.neurons import Neurons
from snn_brian.simulate import build_cache
from snn_brian.simulate.units import prepare

PLAIN, CROSSBAR = "brian2.Synapses", "Crossbar"
KINDS = {PLAIN: (NeuronGroup, Synapses), CROSSBAR: (Neurons, Crossbar)}
# Spikes of an input in a step of 0.5 ms, 3.3 of all: the mean brightness of MNIST's training images
# is 0.1307, and an input of full brightness spikes at 63.75 Hz.
RATE = 0.1307 * 63.75 * 0.0005

EXCITATORY = """
dv/dt = ((-65 - v) + ge*(0 - v) + gi*(-100 - v))/(100*ms) : 1 (unless refractory)
dge/dt = -ge/(1*ms) : 1
dgi/dt = -gi/(2*ms) : 1
dtheta/dt = -theta/(1e7*ms) : 1
"""
INHIBITORY = """
dv/dt = ((-60 - v) + ge*(0 - v) + gi*(-85 - v))/(10*ms) : 1 (unless refractory)
dge/dt = -ge/(1*ms) : 1
dgi/dt = -gi/(2*ms) : 1
"""
FIRST = "dv/dt = -v/(20*ms) : 1"


def diehl_cook(neurons, synapses, steps, event_driven):
    """784 inputs, 400 excitatory and 400 inhibitory neurons, steps of 0.5 ms; traces in the neurons
    or event-driven in the synapses."""
    defaultclock.dt = 0.5 * ms
    x = "" if event_driven else "dx/dt = -x/(20*ms) : 1"
    y = "" if event_driven else "dy/dt = -y/(20*ms) : 1\ndz/dt = -z/(40*ms) : 1"
    at_input = None if event_driven else "x = 1"
    at_spike = "v = -65; theta += 0.05" + ("" if event_driven else "; y = 1; z = 1")
    inputs = neurons(784, x, threshold=f"rand() < {RATE}", reset=at_input, method="exact")
    excitatory = neurons(
        400, EXCITATORY + y, threshold="v > -52 + theta", reset=at_spike, refractory=5 * ms,
        method="exponential_euler",
    )  # fmt: skip
    inhibitory = neurons(
        400, INHIBITORY, threshold="v > -40", reset="v = -45", refractory=2 * ms,
        method="exponential_euler",
    )  # fmt: skip
    excitatory.v, inhibitory.v = -65, -60
    if event_driven:
        learning = synapses(
            inputs, excitatory,
            """w : 1
               dx/dt = -x/(20*ms) : 1 (event-driven)
               dy/dt = -y/(20*ms) : 1 (event-driven)
               dz/dt = -z/(40*ms) : 1 (event-driven)""",
            on_pre="ge_post += w; x = 1; w = clip(w - 0.0001*y, 0, 1)",
            on_post="w = clip(w + 0.01*x*z, 0, 1); y = 1; z = 1",
        )  # fmt: skip
    else:
        learning = synapses(
            inputs, excitatory, "w : 1",
            on_pre="ge_post += w; w = clip(w - 0.0001*y_post, 0, 1)",
            on_post="w = clip(w + 0.01*x_pre*z_post, 0, 1)",
        )  # fmt: skip
    learning.connect()
    learning.w = "0.3*rand()"
    parts = [inputs, excitatory, inhibitory, learning]
    if synapses is Synapses:
        up = synapses(excitatory, inhibitory, on_pre="ge_post += 10.4")
        up.connect(j="i")
        down = synapses(inhibitory, excitatory, on_pre="gi_post += 17.0")
        down.connect(condition="i != j")
    else:  # dense, with zeros: rows of spiking neurons are few
        up = synapses(excitatory, inhibitory, "w : 1", on_pre="ge_post += w")
        up.w = "10.4*int(i == j)"
        down = synapses(inhibitory, excitatory, "w : 1", on_pre="gi_post += w")
        down.w = "17.0*int(i != j)"
    run(steps * defaultclock.dt, namespace={"ms": ms})
    return parts, up, down


TRACES = """w : 1
dApre/dt = -Apre/(20*ms) : 1 (event-driven)
dApost/dt = -Apost/(20*ms) : 1 (event-driven)"""


def documentation(neurons, synapses, steps):
    """The example of Brian2's documentation: 1000 Poisson inputs at 15 Hz, one neuron."""
    defaultclock.dt = 0.1 * ms
    inputs = neurons(1000, "", threshold="rand() < 0.0015")
    one = neurons(
        1, "dv/dt = (ge*(0 - v) - 74 - v)/(10*ms) : 1\ndge/dt = -ge/(5*ms) : 1",
        threshold="v > -54", reset="v = -60", method="euler",
    )  # fmt: skip
    learning = synapses(
        inputs, one, TRACES,
        on_pre="ge += w; Apre += 0.0001; w = clip(w + Apost, 0, 0.01)",
        on_post="Apost -= 0.000105; w = clip(w + Apre, 0, 0.01)",
    )  # fmt: skip
    learning.connect()
    learning.w = "rand()*0.01"
    run(steps * defaultclock.dt, namespace={"ms": ms})
    return inputs, one, learning


def with_delays(neurons, synapses, steps):
    """1000 neurons to 1000 neurons, with a delay of 2 ms, event-driven. Each spikes at 10 Hz by a
    phase of its own: draws of a random number for each neuron would be most of what is measured."""
    defaultclock.dt = 0.1 * ms
    phase, random = "dphase/dt = 1/(100*ms) : 1", np.random.default_rng(1)
    spikes = dict(threshold="phase > 1", reset="phase -= 1", method="euler")
    source = neurons(1000, phase, **spikes)
    target = neurons(1000, f"{phase}\n{FIRST}", **spikes)
    source.phase, target.phase = random.random((2, 1000))
    learning = synapses(
        source, target, TRACES, delay=2 * ms,
        on_pre="v += w; Apre += 0.01; w = clip(w + Apost, 0, 1)",
        on_post="Apost -= 0.0105; w = clip(w + Apre, 0, 1)",
    )  # fmt: skip
    learning.connect()
    learning.w = "rand()"
    run(steps * defaultclock.dt, namespace={"ms": ms})
    return source, target, learning


# name: (what declares it, steps of a run of each kind, what is asked for)
CASES = {
    "Diehl and Cook, traces in neurons": (
        lambda n, s, steps: diehl_cook(n, s, steps, False), {PLAIN: 4000, CROSSBAR: 40_000}, 12),
    "Diehl and Cook, event-driven": (
        lambda n, s, steps: diehl_cook(n, s, steps, True), {PLAIN: 1500, CROSSBAR: 40_000}, 40),
    "documentation, 1000 to 1": (documentation, {PLAIN: 100_000, CROSSBAR: 100_000}, 1),
    "1000 to 1000, delayed": (with_delays, {PLAIN: 1000, CROSSBAR: 5000}, 10),
}  # fmt: skip


def build(case, kind, folder):
    """Write and compile the program of one kind."""
    prefs.core.default_float_dtype = np.float32
    set_device("cpp_standalone", build_on_run=False)
    seed(1)
    declare, steps, _ = CASES[case]
    kept = declare(*KINDS[kind], steps[kind])
    get_device().build(directory=str(folder), compile=False, run=False)
    del kept
    prepare(Path(folder), build_cache.FLAGS)
    subprocess.run(["make", "-j2", "main"], cwd=folder, check=True, capture_output=True)


def microseconds(case, kind, folder):
    """Run a compiled program once; microseconds of a step, without loading and saving."""
    subprocess.run(["./main"], cwd=folder, check=True, capture_output=True)
    told = (Path(folder) / "results" / "last_run_info.txt").read_text().split()
    return float(told[0]) * 1e6 / CASES[case][1][kind]


if __name__ == "__main__":
    build(*sys.argv[1:])
