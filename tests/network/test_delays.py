"""Delays against NumPy: when a spike drives the target and moves the trace, and what is learned.

The oracle holds all that a source has fired, and looks back.
"""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, SpikeMonitor, TimedArray, ms, second
from conftest import PIXELS
from two_layers import structure

from snn_brian.base.session import own_session
from snn_brian.declarations import Neuron, Projection, Synapse
from snn_brian.network.delays import lasting, line, lines
from snn_brian.network.network import build

STEPS, LENGTH = 18, 6  # of a run, and of a presentation
SIZES = {"inputs": PIXELS, "layer_1": 9, "layer_2": 7}
SOME = (
    Projection("skip", "inputs", "layer_2", delay=2),
    Projection("ahead", "layer_1", "layer_2", delay="j % 3"),
    Projection("again", "layer_1", "layer_1", delay=(1, 2, 3, 4, 5, 1, 2, 3, 4), delay_of="source"),
    Projection("back", "layer_2", "layer_1", delay=2 * ms, fixed="0.1*int(i == j)"),
    Projection("echo", "layer_2", "layer_1"),
)
LOOK_BACK = {
    "1": lambda j: 0 * j,
    "2": lambda j: 0 * j,
    "skip": lambda j: 0 * j + 2,
    "ahead": lambda j: j % 3,
    "again": lambda j: j % 5 + 1,
    "back": lambda j: 0 * j + 2,
    "echo": lambda j: 0 * j + 1,
}


def numpy_simulation(net, neuron, dt, steps, eta):
    """Membranes after each step, and the weights at the end; on-line, mean-squared error."""
    projections = net.structure.graph.projections
    w = {each.name: net.start[f"{each.synapses}.w"].astype(float) for each in projections}
    fired = {name: np.zeros((STEPS, size)) for name, size in SIZES.items()}
    leaky, membranes = neuron == "leaky_integrate_and_fire", []
    U, I = ({name: np.zeros(SIZES[name]) for name in ("layer_1", "layer_2")} for _ in "UI")
    p, q = ({each.name: np.zeros(SIZES[each.source]) for each in projections} for _ in "pq")
    tau_m, tau_s = np.exp(-dt / 10e-3), np.exp(-dt / 4e-3)
    for step in range(steps):
        first = step - step % LENGTH  # of the presentation
        fired["inputs"][step] = net.spikes(step)
        label = net.labels[net.order[step // LENGTH]]
        for state in (U, I, p, q):
            for name in state:
                state[name] = state[name] * (step != first)
        if leaky:
            for slow, fast in ((U, I), (p, q)):
                for name in slow:
                    slow[name] = fast[name] + (slow[name] - fast[name]) * tau_m
                    fast[name] = fast[name] * tau_s
        else:
            U = {name: 0 * value for name, value in U.items()}
        for number in (1, 2):
            name, eligible = f"layer_{number}", {}
            for each in projections:
                if each.target == name:
                    j = np.arange(SIZES[each.source])
                    when = step - LOOK_BACK[each.name](j)
                    S = np.where(when >= first, fired[each.source][when, j], 0)
                    if leaky:
                        I[name] = I[name] + 8 * S @ w[each.name]
                        q[each.name] = q[each.name] + 8 * S
                        eligible[each.name] = p[each.name] * (np.abs(p[each.name]) > 1e-3)
                    else:
                        U[name] = U[name] + S @ w[each.name]
                        eligible[each.name] = S
            spikes = (U[name] > (1 if leaky else 0)).astype(float)
            fired[name][step] = spikes
            J = net.start[f"classifier_{number}.J"]
            box = 0.02 * (abs(U[name] - 1) < 1.5) if leaky else (U[name] > -0.4) & (U[name] < 0.7)
            delta = J.T @ (J @ spikes - np.eye(5)[label]) * box
            for each in projections:
                if each.target == name and not each.fixed:
                    change = eta * np.outer(eligible[each.name], delta)
                    w[each.name] = w[each.name] - change
        membranes.append({name: value.copy() for name, value in U.items()})
        if leaky:
            for number in (1, 2):
                U[f"layer_{number}"] -= fired[f"layer_{number}"][step]
    return membranes, w


@pytest.mark.parametrize("neuron", ["integrate_and_fire", "leaky_integrate_and_fire"])
@pytest.mark.parametrize("target", ["numpy", "cpp_standalone"])
def test_membranes_and_learned_weights_are_those_of_numpy(small, target, neuron):
    if (target, neuron) == ("cpp_standalone", "integrate_and_fire"):
        pytest.skip("one program is enough")
    net = small(target, projections=SOME, steps=LENGTH, neuron=neuron, loss="mse")
    wanted = ["layer_1.U", "layer_2.U", *(f"synapses_{name}.w" for name in LOOK_BACK)]
    eta = 0.5 if neuron == "leaky_integrate_and_fire" else 0.02
    for steps in (4, STEPS):
        membranes, w = numpy_simulation(net, neuron, 1e-3, steps, eta)
        found = net.run(steps, wanted, {f"layer_{l}.eta": eta for l in (1, 2)})
        for name, U in membranes[-1].items():
            reset = (U > 1) if neuron[0] == "l" else 0
            np.testing.assert_allclose(found[f"{name}.U"], U - reset, rtol=2e-4, atol=2e-5)
        for name in LOOK_BACK:
            np.testing.assert_allclose(found[f"synapses_{name}.w"], w[name], atol=5e-6)
    for name in ("skip", "ahead", "again", "echo"):
        moved = np.abs(w[name] - net.start[f"synapses_{name}.w"]).max()
        assert moved > (1e-4 if name == "echo" else 1e-3)


@pytest.mark.parametrize("source", ["inputs", "layer_1"])
@pytest.mark.parametrize("most", [1, 29, 30, 31, 75])
def test_a_line_fires_as_many_steps_later_as_its_delay(most, source):
    """Random spikes, delays of all lengths, over the ends of the whole numbers that hold them; on
    the way back to a layer, at least a step."""
    back = source == "layer_1"
    count, duration = most + 1 - back, 3 * most + 20
    spikes = np.random.default_rng(4).random((duration, count)) < 0.4
    neuron = Neuron(
        name="", reference="", equations="U : 1", start_of_step="", synaptic_input="U_post += w",
        threshold="U > 1", reset="", derivative="1", start_of_presentation="",
    )  # fmt: skip
    own = SimpleNamespace(
        neuron=neuron, synapse=Synapse(name="", reference=""), steps=duration, dt=1e-3,
        encoder=SimpleNamespace(signal=""), programming=None,
        shapes={"x": (count, 1)}, pixels=count,
        graph=SimpleNamespace(
            projections=(Projection("x", source, "layer_1", delay="j + 1" if back else "j"),),
            parameters={}, sizes=lambda pixels: {source: count},
        ),
    )  # fmt: skip
    with own_session(target="numpy", dtype=np.float64, dt=1e-3):
        given = TimedArray(spikes.astype(float), dt=1 * ms)
        fires = NeuronGroup(count, "fired : 1", threshold="fired > 0")
        fires.run_regularly("fired = given(t, i)", when="fire_1" if back else "start", order=2)
        delayed = line(own, fires, own.graph.projections[0])
        for key, values in lines(own).items():
            getattr(delayed, key.split(".")[1])[:] = values
        kept = {key.split(".")[1]: values for key, values in lasting(own).items()}
        assert {name: values.tolist() for name, values in kept.items()} == {
            name: [0] * count for name in delayed.variables if name.startswith("past_")
        }
        seen = SpikeMonitor(delayed)
        network = Network(fires, delayed, seen)
        network.schedule = [
            "start",
            "groups",
            "encode",
            "forward_1",
            "fire_1",
            "thresholds",
            "synapses",
            "resets",
            "end",
        ]
        network.run(duration * 1e-3 * second, namespace={"given": given, "steps": duration})
        found = np.zeros_like(spikes)
        found[np.rint(seen.t / ms).astype(int), seen.i] = True
    for j, late in enumerate(range(back, count + back)):
        np.testing.assert_array_equal(found[late:, j], spikes[: duration - late, j])
        assert not found[:late, j].any()


def test_what_brings_spikes_later_keeps_traces_in_the_steps_of_its_neuron():
    """Of neurons that advance several times in a step, an echo and a line do as well."""
    own = structure(
        Projection("late", "layer_1", "layer_1"), Projection("slow", "inputs", "layer_2", delay=2)
    )
    for substeps in (1, 4):
        neuron = replace(own.neuron, substeps=substeps)
        with own_session(target="numpy", dtype=np.float32, dt=own.dt):
            net = build(replace(own, neuron=neuron))
        found = {each.name: each for each in net.network.objects}
        for name in ("inputs", "layer_1_before", "delayed_slow"):
            assert ("substep" in found[name].variables) == (substeps > 1)
            assert "crossed" not in found[name].variables
