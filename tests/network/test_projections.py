"""Skips, recurrence and lateral inhibition against a script of plain Brian2 Synapses, and what
their weights learn against NumPy."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import (
    Clock,
    Network,
    NeuronGroup,
    SpikeGeneratorGroup,
    StateMonitor,
    Synapses,
    ms,
    ohm,
    second,
)
from conftest import PIXELS, Small, declared
from standalone import numpy_target
from two_layers import structure

from snn_brian.check.loading import declarations
from snn_brian.declarations import Projection
from snn_brian.device.wires import Wires
from snn_brian.network.joined import joined
from snn_brian.network.projections import connections
from snn_brian.network.topology import graph

STEPS = 24
KINDS = {
    "skip": (Projection("skip", "inputs", "layer_2"),),
    "recurrent": (Projection("again", "layer_1", "layer_1"),),
    "back": (Projection("back", "layer_2", "layer_1"),),
    "lateral": (Projection("lateral", "layer_1", "layer_1", fixed="-0.3*int(i != j)"),),
    "all": (
        Projection("skip", "inputs", "layer_2"),
        Projection("again", "layer_1", "layer_1"),
        Projection("lateral", "layer_2", "layer_2", fixed="-0.2*int(i != j)"),
    ),
}
SHIPPED = {
    name: graph(network, (9, 7)).projections[2:]
    for name, (network, _) in declarations("network").items()
}
KINDS |= SHIPPED
# of lateral_inhibition and winner_take_all
PARAMETERS = dict(inhibition=2.0, excitation=0.1, strength=0.3)
KINDS["delayed"] = (
    Projection("skip", "inputs", "layer_2", delay=2),
    Projection("again", "layer_1", "layer_1", delay=3),
    Projection("by_source", "layer_2", "layer_1", delay="1 + j % 4"),
)
LIF = """
dU/dt = (I - U)/tau_m : 1
dI/dt = -I/tau_s : 1
"""
EVERY = [(kind, neuron) for kind in KINDS for neuron in ("memoryless", "leaky")]
NEURONS = {"memoryless": "integrate_and_fire", "leaky": "leaky_integrate_and_fire"}


def made(small, target, kind, neuron, **more):
    return small(
        target,
        projections=KINDS[kind],
        parameters=PARAMETERS,
        neuron=NEURONS[neuron],
        steps=6,
        **more,
    )


def strength(dt):
    """Of a leaky neuron's input: membranes of few and short steps have to move, too."""
    return 8.0 if dt > 0.2e-3 else 400.0


def delay_of(projection, j):
    """In steps, for the neurons `j` of the source."""
    delays = {"skip": 2 + 0 * j, "again": 3 + 0 * j, "by_source": 1 + j % 4}
    return delays[projection.name] if projection.is_delayed else 0 * j + projection.is_back


def plain(net, kind, neuron, dt):
    """Membranes of both layers after each step, by Brian2 alone; presentations begin in silence."""
    clock = Clock(dt * second)
    steps = net.structure.steps
    spikes = np.array([net.spikes(k) for k in range(STEPS)])
    k, i = np.nonzero(spikes)
    inputs = SpikeGeneratorGroup(PIXELS, i, k * dt * second, clock=clock, name="plain_inputs")
    layers = {}
    for number, size in ((1, 9), (2, 7)):
        if neuron == "leaky":
            own = dict(threshold="U > 1", reset="U -= 1", method="exponential_euler")
            model = LIF.replace("tau_m", "(10*ms)").replace("tau_s", "(4*ms)")
        else:
            own, model = dict(threshold="U > 0"), "U : 1"
        layers[f"layer_{number}"] = group = NeuronGroup(
            size, model, clock=clock, name=f"plain_{number}", **own
        )
        group.thresholder["spike"].when = f"fire_{number}"
        if neuron == "leaky":
            group.resetter["spike"].when = f"program_{number}"
            group.run_regularly(
                f"U = U*int(t_in_timesteps % {steps} > 0); I = I*int(t_in_timesteps % {steps} > 0)",
                when="start",
            )
        else:
            group.run_regularly("U = 0", when="start")
    groups, synapses = {"inputs": inputs} | layers, []
    for each in net.structure.graph.projections:
        # Synapses back are asked before their source has fired: what they get is a step old.
        first = f"int(t_in_timesteps % {steps} >= steps_late)"
        code = (
            f"I_post += {strength(dt)}*w*{first}" if neuron == "leaky" else f"U_post += w*{first}"
        )
        made = Synapses(
            groups[each.source], groups[each.target], "w : 1\nsteps_late : 1", on_pre=code,
            clock=clock, name=f"plain_{each.name}_synapses",
        )  # fmt: skip
        made.connect()
        made.pre.when, made.w = f"forward_{each.layer}", net.start[f"{each.synapses}.w"].ravel()
        late = delay_of(each, np.array(made.i))
        made.steps_late, made.delay = late, (late - each.is_back) * dt * second
        synapses.append(made)
    course = {
        name: StateMonitor(group, "U", record=True, when="late", clock=clock)
        for name, group in layers.items()
    }
    network = Network(inputs, *layers.values(), *synapses, *course.values())
    network.schedule = (
        ["start", "groups", "thresholds", "synapses", "resets"]
        + [f"{slot}_{l}" for l in (1, 2) for slot in ("forward", "fire", "program")]
        + ["late", "end"]
    )
    network.run(STEPS * dt * second, namespace={"ms": ms})
    return [{name: each.U[:, step] for name, each in course.items()} for step in range(STEPS)]


@pytest.mark.parametrize(
    "kind, neuron, dt",
    [
        (kind, neuron, dt)
        for kind, neuron in EVERY
        for dt in (1e-3, 0.5e-3, 0.1e-3)
        if dt == 1e-3 or neuron == "leaky"  # without memory, time has no scale
    ],
)
def test_membranes_are_those_of_plain_synapses(small, kind, neuron, dt):
    net = made(small, "numpy", kind, neuron, dt=dt)
    with numpy_target():
        expected = plain(net, kind, neuron, dt)
    still = {f"layer_{l}.learning": 0 for l in (1, 2)}
    if neuron == "leaky":
        still |= {f"layer_{l}.strength": strength(dt) for l in (1, 2)}
    for step in (0, 5, 6, 7, 13, STEPS - 1):
        found = net.run(step + 1, ["layer_1.U", "layer_2.U"], still)
        for name, U in expected[step].items():
            np.testing.assert_allclose(found[f"{name}.U"], U, rtol=2e-5, atol=2e-6)
    assert max(np.abs(each["layer_2"]).max() for each in expected) > 0.1


@pytest.mark.parametrize("kind", ["all"])  # delays: test_delays.py
def test_compiled_membranes_and_weights_are_those_of_numpy(small, kind):
    wanted = ["layer_1.U", "layer_2.U", "synapses_again.w", "synapses_skip.w", "synapses_2.w"]
    one, other = (
        made(small, target, kind, "leaky").run(STEPS, wanted)
        for target in ("numpy", "cpp_standalone")
    )
    for key in wanted:
        np.testing.assert_allclose(one[key], other[key], rtol=1e-4, atol=2e-5)


def test_recurrent_weights_learn_from_the_local_error_and_the_spikes_of_the_step_before():
    """The memoryless network, on-line, in NumPy: dR = -eta delta_i S_j(t - 1)."""
    again = (Projection("again", "layer_1", "layer_1"),)
    net = Small("numpy", projections=again, steps=6, loss="mse")
    W, R = (net.start[f"synapses_{name}.w"].astype(float) for name in ("1", "again"))
    J, eta, before = net.start["classifier_1.J"], net.start["layer_1.eta"], np.zeros(9)
    start = R.copy()
    for step in range(STEPS):
        S, label = net.spikes(step), net.labels[net.order[step // 6]]
        before = before * (step % 6 > 0)
        U = S @ W + before @ R
        fired = (U > 0).astype(float)
        err = J @ fired - np.eye(5)[label]
        delta = (J.T @ err) * ((U > -0.4) & (U < 0.7))
        W -= eta * np.outer(S, delta)
        R -= eta * np.outer(before, delta)
        before = fired
    found = net.run(STEPS, ["synapses_1.w", "synapses_again.w"])
    np.testing.assert_allclose(found["synapses_again.w"], R, atol=2e-5)
    np.testing.assert_allclose(found["synapses_1.w"], W, atol=2e-5)
    assert np.abs(R - start).max() > 0.01


def test_fixed_weights_stay_as_they_are(small):
    net = made(small, "numpy", "lateral", "memoryless")
    found = net.run(STEPS, ["synapses_lateral.w", "synapses_1.w"])
    np.testing.assert_array_equal(found["synapses_lateral.w"], net.start["synapses_lateral.w"])
    assert np.any(found["synapses_1.w"] != net.start["synapses_1.w"])


SIZED = declared("synapse", "tsodyks_markram")
SIZE = "(released_pre)"
MEMORYLESS = replace(structure(), neuron=declared("neuron", "integrate_and_fire"))
COUNTING = dict(
    weights=declared("device", "TiOx"), programming=declared("programming", "accumulator")
)
LOOKING = {"eligibility": "eligibility_pre", "by_neuron": True}
BY_TARGET = Projection("far", "inputs", "layer_2", delay="1 + i % 2")
# (what differs from a memoryless chain of ideal weights, which projection, which fields differ)
CONNECTED = {
    "a chain": ({}, "2", {}),
    "batches": (dict(batched=True), "1", {"batched": True}),
    "traces": (dict(neuron=declared("neuron", NEURONS["leaky"])), "2",
               {"eligibility": "eligibility_pre"}),
    "a signal": (dict(encoder=declared("encoder", "current")), "1",
                 {"eligibility": "S_pre", "signal": "S_pre"}),
    "behind a signal": (dict(encoder=declared("encoder", "current")), "2", {}),
    "sizes": (dict(synapse=SIZED), "2", {"eligibility": SIZE, "signal": SIZE}),
    "requests that are counted, from inputs": (COUNTING, "1", {}),
    "from a layer": (COUNTING, "2", LOOKING),
    "in sizes": (COUNTING | dict(synapse=SIZED), "2",
                 LOOKING | {"eligibility": f"eligibility_pre*{SIZE}", "signal": SIZE}),
    "in batches": (COUNTING | dict(batched=True), "2", {"batched": True}),
    "of the step before": (COUNTING, "again", {}),
    "rounded": (COUNTING | dict(programming=declared("programming", "ternary")), "2", {}),
    "by spike times": (COUNTING | dict(rule=declared("plasticity", "stdp")), "2",
                       {"requests": 2, "optimizer": None}),
}  # fmt: skip


@pytest.mark.parametrize("what", CONNECTED)
def test_how_a_projection_learns_follows_from_what_it_connects(what):
    changes, name, expected = CONNECTED[what]
    again = Projection("again", "layer_1", "layer_1")
    own = replace(MEMORYLESS, graph=structure(again).graph, **changes)
    own = replace(own, neuron=joined(own.neuron, own.synapse))
    (projection,) = (each for each in own.graph.projections if each.name == name)
    found = connections(own, projection)
    plain = dict(
        weights=own.weights, programming=own.programming, optimizer=own.optimizer, batched=False,
        eligibility="", by_neuron=False, requests=None, wires=None, signal="", variables="",
    )  # fmt: skip
    for field, value in (plain | expected).items():
        given = getattr(found, field)
        assert (given.layer if field == "requests" and given else given) == value, field
    assert found.wires_every == 200 * own.steps
    code = own.neuron.synaptic_input
    if what.endswith("a signal") and not what.startswith("behind"):
        code = code.replace("w", "(w*S_pre)")
    assert found.synaptic_input == code


def test_a_fixed_projection_has_weights_and_no_more():
    fixed = structure(Projection("x", "layer_1", "layer_2", fixed="1"))
    own = replace(fixed, wires=Wires(1 * ohm), rule=declared("plasticity", "stdp"))
    found = connections(own, own.graph.projections[-1])
    assert not found.learns and found.wires is None and found.requests is None
    assert found.synaptic_input == own.neuron.synaptic_input
    learned = connections(own, own.graph.projections[0])
    assert learned.learns and learned.wires == own.wires


def test_what_arrives_at_other_times_for_each_neuron_is_gated():
    for neuron, expected in (("leaky", "eligibility_after_"), ("memoryless", "now_0_pre//")):
        own = replace(structure(BY_TARGET), neuron=declared("neuron", NEURONS[neuron]))
        found = connections(own, own.graph.projections[-1])
        assert expected in found.eligibility and "now_0_pre//" in found.synaptic_input
        assert found.signal.startswith("((now_0_pre//") and not found.by_neuron
