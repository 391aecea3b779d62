"""Substeps, a synapse with state, delays, recurrence, a convolution and neurons that differ, all in
one network, against NumPy."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import Equations, ms
from conftest import PIXELS, declared

from snn_brian.check.symbols import NEURON_SYMBOLS
from snn_brian.crossbar.kernel import Kernel
from snn_brian.declarations import Projection, normal
from snn_brian.network.heterogeneity import with_common_traces
from snn_brian.network.lasting import lasting_state

LENGTH, STEPS = 6, 18  # time steps of a presentation, and of a run
KERNEL = Kernel(height=6, width=10, channels=1, size=3, stride=2, maps=2)
SIZES = {"inputs": PIXELS, "layer_1": KERNEL.target, "layer_2": 7}
DELAYED = (
    Projection("skip", "inputs", "layer_2", delay=2),
    Projection("ahead", "layer_1", "layer_2", delay="j % 3"),
    Projection("again", "layer_1", "layer_1"),
    Projection("slow", "layer_2", "layer_2", delay="1 + j % 4"),
    Projection("back", "layer_2", "layer_1", delay=2, fixed="0.1*int(i % 7 == j)"),
)
LOOK_BACK = {
    "1": lambda j: 0 * j,
    "2": lambda j: 0 * j,
    "skip": lambda j: 0 * j + 2,
    "ahead": lambda j: j % 3,
    "again": lambda j: 0 * j + 1,
    "slow": lambda j: 1 + j % 4,
    "back": lambda j: 0 * j + 2,
}
RESERVING = (
    Projection("again", "layer_1", "layer_1"),
    Projection("slow", "layer_1", "layer_2", delay="j % 6"),
)
LEAKY = declared("neuron", "leaky_integrate_and_fire")
OWN = {f"layer_{l}": np.linspace(6e-3, 15e-3, SIZES[f"layer_{l}"]) for l in (1, 2)}


def neuron(substeps, lasts):
    """Leaky neurons that differ; those that last go on from one presentation to the next."""
    differ = LEAKY.parameters | {"tau_m": normal(10 * ms, 3 * ms)}
    start = "" if lasts else None
    own = replace(LEAKY, parameters=differ, substeps=substeps, start_of_presentation=start)
    return with_common_traces(own)


class Source:
    """What a source, its echo or its line keeps for the synapses behind it."""

    def __init__(self, size):
        self.p, self.q, self.u, self.released = np.zeros((4, size))
        self.x = np.ones(size)

    def advance(self, substeps):
        for _ in range(substeps):
            self.p = self.q + (self.p - self.q) * np.exp(-1 / (10 * substeps))
            self.q = self.q * np.exp(-1 / (4 * substeps))
        self.u, self.x = self.u * np.exp(-1), 1 + (self.x - 1) * np.exp(-1 / 800)

    def arrive(self, S):
        self.u = self.u + 0.5 * (1 - self.u) * S
        self.released = np.where(S > 0, self.u * self.x, self.released)
        self.x = self.x - self.released * S
        self.q = self.q + 8 * self.released * S
        return self.released * S


def oracle(net, start, steps, substeps, eta, has_kernel, lasts):
    """U of both layers, the weights and the spikes after so many steps, from weights at the start;
    on-line, mean-squared error."""
    projections, w = net.structure.graph.projections, dict(start)
    fired = {name: np.zeros((STEPS, size)) for name, size in SIZES.items()}
    layers = ("layer_1", "layer_2")
    pre, post, shared = KERNEL.unrolled()

    def dense(name):
        if not (has_kernel and name == "1"):
            return w[name]
        whole = np.zeros((KERNEL.source, KERNEL.target))
        whole[pre, post] = w[name].ravel()[shared]
        return whole

    for step in range(steps):
        first = 0 if lasts else step - step % LENGTH
        if step == first:
            U, I = ({name: np.zeros(SIZES[name]) for name in layers} for _ in "UI")
            sources = {each.name: Source(SIZES[each.source]) for each in projections}
        fired["inputs"][step] = net.spikes(step)
        crossed = {name: np.zeros(SIZES[name], bool) for name in layers}
        for name in layers:
            for k in range(substeps):
                decay = np.exp(-1e-3 / substeps / OWN[name])
                U[name] = I[name] + (U[name] - I[name]) * decay
                I[name] = I[name] * np.exp(-1 / (4 * substeps))
                if k < substeps - 1:
                    over = U[name] > 1
                    crossed[name] |= over
                    U[name] = U[name] - over
        for each in projections:
            sources[each.name].advance(substeps)
        for number, name in enumerate(layers, 1):
            arriving = [each for each in projections if each.target == name]
            for each in arriving:
                j = np.arange(SIZES[each.source])
                when = step - LOOK_BACK[each.name](j)
                S = np.where(when >= first, fired[each.source][when, j], 0)
                I[name] = I[name] + 8 * sources[each.name].arrive(S) @ dense(each.name)
            over = U[name] > 1
            before = U[name]
            U[name] = U[name] - over
            spikes = (over | crossed[name]).astype(float)
            fired[name][step] = spikes
            J = net.start[f"classifier_{number}.J"]
            err = J @ spikes - np.eye(5)[net.labels[net.order[step // LENGTH]]]
            seen = U[name] if substeps > 1 else before
            delta = J.T @ err * 0.02 * (abs(seen - 1) < 1.5)
            for each in arriving:
                if each.fixed:
                    continue
                p = sources[each.name].p
                change = eta * np.outer(p * (np.abs(p) > 1e-3), delta)
                if has_kernel and each.name == "1":
                    summed = np.bincount(shared, change[pre, post], minlength=w["1"].size)
                    change = summed.reshape(w["1"].shape)
                w[each.name] = w[each.name] - change
    return U, w, {name: found.sum() for name, found in fired.items()}


@pytest.mark.parametrize(
    "target, substeps, has_kernel, lasts",
    [
        ("numpy", 1, False, False),
        ("numpy", 3, False, False),
        ("numpy", 3, True, False),
        ("numpy", 1, True, True),
        ("cpp_standalone", 3, True, True),
    ],
)
def test_all_of_it_together_is_as_in_the_oracle(small, target, substeps, has_kernel, lasts):
    depressing = replace(declared("synapse", "tsodyks_markram"), goes_on=lasts)
    net = small(
        target,
        layers=(SIZES["layer_1"], SIZES["layer_2"]),
        kernels=(KERNEL, None) if has_kernel else (),
        projections=DELAYED,
        steps=LENGTH,
        neuron=neuron(substeps, lasts),
        synapse=depressing,
        loss="mse",
    )
    eta = 0.1
    wanted = ["layer_1.U", "layer_2.U", *(f"synapses_{name}.w" for name in LOOK_BACK)]
    changes = {f"{name}.tau_m": value for name, value in OWN.items()}
    changes |= {f"layer_{l}.eta": eta for l in (1, 2)}
    changes |= lasting_state(net.structure)
    start = {each.name: net.start[f"{each.synapses}.w"] for each in net.structure.graph.projections}
    start |= {each.name: 4.0 * start[each.name] for each in net.structure.graph.learned}
    if has_kernel:
        start["1"] = np.abs(start["1"])  # few inputs
    changes |= {f"synapses_{name}.w": value for name, value in start.items()}
    for steps in (5, STEPS):
        U, w, spikes = oracle(net, start, steps, substeps, eta, has_kernel, lasts)
        found = net.run(steps, wanted, changes)
        for name, value in U.items():
            np.testing.assert_allclose(found[f"{name}.U"], value, rtol=1e-3, atol=1e-4)
        for name in LOOK_BACK:
            np.testing.assert_allclose(found[f"synapses_{name}.w"], w[name], atol=2e-5)
    assert all(count > 5 for count in spikes.values()), spikes
    for each in net.structure.graph.learned:
        assert np.abs(w[each.name] - start[each.name]).max() > 1e-3, each.name


def test_names_that_groups_get_are_refused_in_declarations(small):
    """Those of a user would be the network's, or two of one name."""
    own = replace(LEAKY, substeps=2, refractory="2*ms")
    nmda = declared("synapse", "nmda")
    net = small("numpy", layers=(9, 7), projections=RESERVING, steps=6, neuron=own, synapse=nmda)
    neuron, groups = net.structure.neuron, net.simulation.groups
    declared_there = {*neuron.parameters, *Equations(neuron.equations + neuron.trace).names}
    declared_there |= set(Equations(nmda.source).names)
    for name in ("inputs", "layer_1", "layer_2", "layer_1_before", "delayed_slow"):
        given = {each for each in groups[name].equations.names if each not in declared_there}
        assert given - {"encoder_theta"} <= set(NEURON_SYMBOLS), name
        assert "silent_steps" in given or name == "layer_2"
