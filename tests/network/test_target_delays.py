"""Delays for each neuron of the target against a script of plain Brian2 Synapses, whose delays and
traces are of each synapse: membranes, and what is learned."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import (
    Clock,
    Network,
    NeuronGroup,
    SpikeGeneratorGroup,
    Synapses,
    ms,
    network_operation,
    us,
    volt,
)
from conftest import PIXELS, declared
from standalone import numpy_target
from two_layers import structure

from snn_brian.base.errors import UserError
from snn_brian.declarations import Projection
from snn_brian.network.delays import lines
from snn_brian.network.target_delays import gated

LENGTH, SIZES = 6, {"inputs": PIXELS, "layer_1": 9, "layer_2": 7}
SOME = (
    Projection("skip", "inputs", "layer_2", delay=[2, 0, 1, 2, 3, 0, 1]),
    Projection("ahead", "layer_1", "layer_2", delay="i % 3"),
    Projection("again", "layer_1", "layer_1", delay=(1, 2, 3, 4, 5) + (1, 2, 3, 4),
               delay_of="target"),
    Projection("back", "layer_2", "layer_1", delay="(1 + i % 4)*ms", fixed="0.4*int(i % 7 == j)"),
)  # fmt: skip
LONG = (
    Projection("skip", "inputs", "layer_2", delay="13*i"),  # over the ends of 30 bits
    Projection("back", "layer_2", "layer_1", delay="1 + 4*i", fixed="0.4*int(i % 7 == j)"),
)
LATE = {
    "some": {
        "skip": lambda i: np.array([2, 0, 1, 2, 3, 0, 1])[i],
        "ahead": lambda i: i % 3,
        "again": lambda i: 1 + i % 5,
        "back": lambda i: 1 + i % 4,
    },
    "long": {"skip": lambda i: 13 * i, "back": lambda i: 1 + 4 * i},
}
LEAKY = """
dU/dt = (I - U)/(10*ms) : 1
dI/dt = -I/(4*ms) : 1
"""
KEPT = """
dp/dt = (q - p)/(10*ms) : 1 (clock-driven)
dq/dt = -q/(4*ms) : 1 (clock-driven)
"""
GOING_ON = replace(
    declared("neuron", "leaky_integrate_and_fire"), name="going_on", start_of_presentation=""
)


def plain(net, neuron, late, steps, eta):
    """{layer: its membranes after each step}, and the weights at the end; on-line, mean-squared
    error."""
    leaky, goes_on = neuron != "integrate_and_fire", neuron == "going_on"
    clock, anew = Clock(1 * ms), f"int(t_in_timesteps % {LENGTH} > 0)"
    k, i = np.nonzero(np.array([net.spikes(step) for step in range(steps)]))
    groups = {"inputs": SpikeGeneratorGroup(PIXELS, i, k * ms, clock=clock, name="plain_inputs")}
    synapses, course = {}, {"layer_1": [], "layer_2": []}
    for number in (1, 2):
        model = LEAKY if leaky else "U : 1"
        group = NeuronGroup(
            SIZES[f"layer_{number}"], model, threshold=f"U > {int(leaky)}", clock=clock,
            reset="U -= 1" if leaky else "", name=f"plain_{number}", method="exponential_euler",
        )  # fmt: skip
        groups[f"layer_{number}"] = group
        group.thresholder["spike"].when = f"fire_{number}"
        if leaky:
            group.resetter["spike"].when = f"program_{number}"
        if not goes_on:
            names = "UI" if leaky else "U"
            code = "\n".join(f"{name} *= {anew if leaky else 0}" for name in names)
            group.run_regularly(code, when="start")
    for each in net.structure.graph.projections:
        arrives = "1" if goes_on else f"int(t_in_timesteps % {LENGTH} >= late)"
        drive = "I_post += 8*w*" if leaky else "U_post += w*"
        made = Synapses(
            groups[each.source], groups[each.target],
            f"w : 1\nlate : 1\n{KEPT if leaky else 'p : 1'}", method="exponential_euler",
            on_pre=f"{drive}{arrives}\n{'q += 8*' if leaky else 'p = '}{arrives}",
            clock=clock, name=f"plain_{each.name}_synapses",
        )  # fmt: skip
        made.connect()
        made.pre.when, made.w = f"forward_{each.layer}", net.start[f"{each.synapses}.w"].ravel()
        wait = late.get(each.name, lambda i: 0 * i)(np.array(made.j))
        made.late, made.delay = wait, (wait - each.is_back) * ms
        if not leaky:
            made.run_regularly("p = 0", when="start")
        elif not goes_on:
            made.run_regularly(f"p *= {anew}\nq *= {anew}", when="start")
        synapses[each.name] = made

    def learning(number):
        name, J = f"layer_{number}", net.start[f"classifier_{number}.J"]

        @network_operation(clock=clock, when=f"request_{number}")
        def learn(t):
            step, U = int(np.rint(t / ms)), np.array(groups[name].U)
            spikes, label = (U > int(leaky)).astype(float), net.labels[net.order[step // LENGTH]]
            box = 0.02 * (abs(U - 1) < 1.5) if leaky else (U > -0.4) & (U < 0.7)
            delta = J.T @ (J @ spikes - np.eye(5)[label]) * box
            for each in net.structure.graph.projections:
                if each.layer == number and not each.fixed:
                    made = synapses[each.name]
                    p = np.array(made.p) * (np.abs(made.p) > 1e-3)
                    made.w = np.array(made.w) - eta * delta[np.array(made.j)] * p
            course[name].append(U - (spikes if leaky else 0))

        return learn

    network = Network(*groups.values(), *synapses.values(), learning(1), learning(2))
    own_slots = [
        f"{slot}_{l}" for l in (1, 2) for slot in ("forward", "fire", "request", "program")
    ]
    network.schedule = ["start", "groups", "thresholds", "synapses", "resets", *own_slots, "end"]
    network.run(steps * ms, namespace={"ms": ms})
    return course, {name: np.array(made.w) for name, made in synapses.items()}


@pytest.mark.parametrize(
    "target, neuron, kind",
    [
        ("numpy", "integrate_and_fire", "some"),
        ("numpy", "leaky_integrate_and_fire", "some"),
        ("numpy", "going_on", "some"),
        ("numpy", "going_on", "long"),
        ("cpp_standalone", "going_on", "some"),  # one program is enough
    ],
)
def test_membranes_and_learned_weights_are_those_of_plain_brian2(small, target, neuron, kind):
    own = GOING_ON if neuron == "going_on" else neuron
    steps = 100 if kind == "long" else 18
    projections = SOME if kind == "some" else LONG
    net = small(target, projections=projections, steps=LENGTH, neuron=own, loss="mse")
    eta = 0.02 if neuron == "integrate_and_fire" else 0.5
    rates = {f"layer_{l}.eta": eta for l in (1, 2)}
    with numpy_target():
        course, weights = plain(net, neuron, LATE[kind], steps, eta)
    names = [each.name for each in net.structure.graph.projections]
    wanted = ["layer_1.U", "layer_2.U", *(f"synapses_{name}.w" for name in names)]
    for until in (3, 7, steps):
        found = net.run(until, wanted, rates)
        for name, membranes in course.items():
            U = membranes[until - 1]
            np.testing.assert_allclose(found[f"{name}.U"], U, rtol=2e-4, atol=2e-5)
    for name in names:
        np.testing.assert_allclose(found[f"synapses_{name}.w"].ravel(), weights[name], atol=1e-5)
        if name != "back":
            moved = np.abs(weights[name] - net.start[f"synapses_{name}.w"].ravel())
            assert moved.max() > 1e-3


def test_a_batch_collects_what_is_learned_on_line(small):
    """With a small rate, which changes no spike, both ask for the same change of a presentation."""
    names = [each.name for each in SOME if not each.fixed]
    wanted, rates = (
        [f"synapses_{name}.w" for name in names],
        {f"layer_{l}.eta": 1e-4 for l in (1, 2)},
    )
    changes = []
    for batched in (False, True):
        net = small("numpy", projections=SOME, steps=LENGTH, loss="mse", batched=batched)
        found = net.run(LENGTH, wanted, rates)
        changes.append([(found[key] - net.start[key]) / 1e-4 for key in wanted])
    for one, other in zip(*changes):
        np.testing.assert_allclose(one, other, atol=1e-3)
        assert np.abs(one).max() > 1


@pytest.mark.parametrize("gate", [0, 1])
def test_a_gate_lets_statements_change_the_target_only_where_it_is_1(gate):
    code = (
        "half = w/2\nx_post += half\ny_post = w\nz_post *= 3\nu_post -= 1 + w; v_post = v_post - w"
    )
    start = dict(w=4.0, x_post=1.0, y_post=2.0, z_post=5.0, u_post=7.0, v_post=8.0)
    found, expected = dict(start), dict(start)
    exec(gated(code, str(gate)), found)
    exec(code if gate else "", expected)
    assert {name: found[name] for name in start} == {name: expected[name] for name in start}


def test_reads_are_counted_where_and_when_a_spike_arrives(small):
    """The energy of a read, without learning: every device whose column sees the spike is read."""
    device = replace(declared("device", "TiOx"), read_voltage=0.1 * volt, read_time=1 * us)
    own = dict(weights=device, programming="accumulator", projections=SOME, steps=LENGTH)
    net = small("numpy", **own)
    still = {f"layer_{l}.{name}": 0 for l in (1, 2) for name in ("eta", "learning")}
    found = net.run(18, ["synapses_skip.load_R", "synapses_skip.w"], still)
    pair = sum(net.start[f"synapses_skip.G_{side}"].astype(float) for side in ("plus", "minus"))
    expected = np.zeros(7)
    for step in range(18):
        for i, late in enumerate(LATE["some"]["skip"](np.arange(7))):
            if step % LENGTH >= late:
                expected[i] += net.spikes(step - late) @ pair[:, i]
    np.testing.assert_allclose(found["synapses_skip.load_R"], expected, rtol=1e-5)


def test_what_a_line_cannot_keep_for_each_neuron_of_the_target_is_refused():
    many = Projection("x", "inputs", "layer_1", delay="i")
    own = structure(many, steps=600, layers=(40, 7))
    with pytest.raises(UserError, match="delay='i' differs .* 40 different .* can be 30; round"):
        lines(own)
    assert lines(structure(replace(many, fixed="1"), steps=600, layers=(40, 7)))
    assert lines(structure(replace(many, delay="i % 30"), steps=600, layers=(40, 7)))
    with pytest.raises(UserError, match="31 different values"):
        lines(structure(replace(many, delay="i % 31"), steps=600, layers=(40, 7)))
    own = replace(structure(many, steps=600), synapse=declared("synapse", "tsodyks_markram"))
    with pytest.raises(UserError, match="the synapse 'tsodyks_markram' keeps a state .* static"):
        lines(own)
