"""Spikes, local errors and gradients of a network, against autograd and NumPy, in two targets; what
its groups have, and when what happens."""

from dataclasses import replace

import numpy as np
import pytest
from conftest import declared
from two_layers import structure

from snn_brian.base.session import own_session
from snn_brian.crossbar.evaluate import evaluate
from snn_brian.crossbar.kernel import Kernel
from snn_brian.crossbar.statements import written
from snn_brian.declarations import Projection, Reliability
from snn_brian.network.network import BATCH_ENDS, LAYER, REFRESHES, REST, RESTS, build
from snn_brian.network.plasticity import with_traces
from snn_brian.network.structure import chain

BOX = (-0.4, 0.7)
LOSSES = ["cross-entropy", "mse"]


def check_gradients(net, gradient, steps):
    """Compare spikes, delta and the accumulated gradient after each time step with autograd's on
    the same spikes."""
    layers = range(1, len(net.structure.graph.layers) + 1)
    still = {f"layer_{l}.learning": 0 for l in layers}
    wanted = [f"layer_{l}.{name}" for l in layers for name in ("U", "delta")]
    wanted += [f"synapses_{l}.grad" for l in layers if net.structure.batched]
    sums, inside, gated = {l: 0.0 for l in layers}, 0, 0
    for step, found in enumerate(net.trajectory(steps, wanted, still)):
        S, label = net.spikes(step), net.labels[net.order[step // net.structure.steps]]
        for l in layers:
            w, J = net.start[f"synapses_{l}.w"], net.start[f"classifier_{l}.J"]
            U, delta, grad = gradient(S, w, J, label, net.structure.loss.name, BOX)
            np.testing.assert_allclose(found[f"layer_{l}.U"], U, rtol=1e-5, atol=1e-6)
            np.testing.assert_allclose(found[f"layer_{l}.delta"], delta, rtol=1e-5, atol=1e-6)
            sums[l] = sums[l] + grad
            if net.structure.batched:
                np.testing.assert_allclose(
                    found[f"synapses_{l}.grad"], sums[l], rtol=1e-5, atol=2e-6
                )
            inside, gated, S = inside + (delta != 0).sum(), gated + (delta == 0).sum(), U > 0
    assert inside > 5 and gated > 5


@pytest.mark.parametrize("steps", [1, 3])
@pytest.mark.parametrize("loss", LOSSES)
def test_errors_and_gradients_are_those_of_autograd(small, gradient, loss, steps):
    check_gradients(small("numpy", loss=loss, steps=steps, batched=True), gradient, steps=3)


@pytest.mark.parametrize("compiled", ["sampled", "dense"])
def test_compiled_errors_and_gradients_are_those_of_autograd(request, gradient, compiled):
    check_gradients(request.getfixturevalue(compiled), gradient, steps=12)


@pytest.mark.parametrize("loss", LOSSES)
def test_on_line_each_step_carries_out_the_gradient_at_the_weights_before_it(small, gradient, loss):
    net = small("numpy", loss=loss, steps=3)
    before = net.start
    wanted = ["synapses_1.w", "synapses_2.w", "layer_1.request", "layer_2.request"]
    for step, found in enumerate(net.trajectory(4, wanted)):
        S, label = net.spikes(step), net.labels[step // 3]
        for l in (1, 2):
            w, eta = before[f"synapses_{l}.w"], net.start[f"layer_{l}.eta"]
            U, delta, grad = gradient(S, w, net.start[f"classifier_{l}.J"], label, loss, BOX)
            np.testing.assert_allclose(
                found[f"layer_{l}.request"], -eta * delta, rtol=1e-5, atol=1e-7
            )
            np.testing.assert_allclose(
                found[f"synapses_{l}.w"] - w, -eta * grad, rtol=1e-4, atol=1e-7
            )
            S = U > 0
        before = found
    assert np.abs(before["synapses_2.w"] - net.start["synapses_2.w"]).max() > 1e-3


def test_rate_code_spikes_as_often_as_pixels_are_bright(small):
    net = small("numpy", layers=(2,), encoder="rate", steps=3, batched=True, loss="mse")
    grad = silent(net, 3 * 64, ["synapses_1.grad"])["synapses_1.grad"][:, 0]
    brightness = net.images[net.order].sum(axis=0) / 255
    variance = (net.images[net.order] / 255 * (1 - net.images[net.order] / 255)).sum(axis=0)
    assert np.all(np.abs(-grad - 3 * brightness) < 4 * np.sqrt(3 * variance))


def silent(net, steps, wanted):
    """A run in which no neuron fires and delta is always -1."""
    still = {
        "layer_1.learning": 0,
        "synapses_1.w": 0 * net.start["synapses_1.w"],
        "classifier_1.J": np.ones((5, 2)),
    }
    return net.run(steps, wanted, still)


def test_latency_code_spikes_once_and_earlier_for_brighter_pixels(small):
    net = small("numpy", layers=(2,), encoder="latency", steps=6, batched=True, loss="mse")
    brightness = net.images[net.order[0]] / 255
    counts = np.array(
        [-silent(net, step, ["synapses_1.grad"])["synapses_1.grad"][:, 0] for step in range(1, 7)]
    )
    expected = np.where(brightness > 0.1, np.floor((1 - brightness) * 5 + 1e-6), 6)
    np.testing.assert_array_equal(6 - counts.sum(axis=0), expected)
    assert set(np.unique(counts)) == {0, 1} and len(set(expected)) > 4


@pytest.mark.parametrize("batched", [False, True])
def test_a_constant_current_is_the_brightness_times_the_weight_in_every_step(small, batched):
    net = small("numpy", layers=(2,), encoder="current", steps=3, batched=batched, loss="mse")
    brightness = net.images[net.order[0]] / 255
    U = net.run(2, ["layer_1.U"], {"layer_1.learning": 0})["layer_1.U"]
    np.testing.assert_allclose(U, brightness @ net.start["synapses_1.w"], rtol=1e-5)
    if batched:
        grad = silent(net, 3, ["synapses_1.grad"])["synapses_1.grad"][:, 0]
    else:  # a single step: the request is eta
        zero = {
            "synapses_1.w": 0 * net.start["synapses_1.w"],
            "classifier_1.J": np.ones((5, 2)),
            "layer_1.eta": 1.0,
        }
        grad = -3 * net.run(1, ["synapses_1.w"], zero)["synapses_1.w"][:, 0]
    np.testing.assert_allclose(-grad, 3 * brightness, rtol=1e-5)


@pytest.mark.parametrize("compiled", ["sampled", "dense"])
def test_without_learning_nothing_changes(request, compiled):
    net = request.getfixturevalue(compiled)
    state = [f"synapses_1.{name}" for name in net.state]
    for learning in (0, 1):
        found = net.run(
            30,
            state,
            {"layer_1.learning": learning, "layer_1.eta": 1.0, "layer_1.presentations": 10},
        )
        assert all(np.array_equal(found[key], net.start[key]) == (not learning) for key in state)


def test_a_value_of_the_wrong_size_is_refused(sampled):
    with pytest.raises(ValueError, match="synapses_1.w: 15 values were given for 960."):
        sampled.run(1, [], {"synapses_1.w": np.zeros(15)})


def test_compiled_and_interpreted_baselines_are_equal(training, mnist):
    images = mnist(6, 6)
    compiled, interpreted = (
        list(training("baseline", images, target=target, epochs=1).epochs())
        for target in ("cpp_standalone", "numpy")
    )
    for one, other in zip(compiled, interpreted):
        for key in ("w_1", "w_2"):
            np.testing.assert_allclose(one.arrays[key], other.arrays[key], rtol=1e-5, atol=1e-7)
        np.testing.assert_array_equal(one.test_accuracy, other.test_accuracy)
    np.testing.assert_array_equal(compiled[1].train_accuracy, interpreted[1].train_accuracy)
    assert all(
        np.abs(compiled[1].arrays[key] - compiled[0].arrays[key]).max() > 1e-3
        for key in ("w_1", "w_2")
    )


def equation(equations, name):
    """What a variable of some equations is."""
    (found,) = (each for each in equations.splitlines() if each.startswith(f"{name} = "))
    return found.partition(" = ")[2].partition(" : ")[0]


@pytest.mark.parametrize("steps, every, count", [(1, 1, 4), (1, 3, 12), (3, 2, 8), (2, 5, 7)])
def test_batches_rest_and_refresh_come_as_presentations_are_counted(steps, every, count):
    """In the last time step of each so many presentations, and of the last one, but for a refresh,
    which is counted on from epoch to epoch."""
    given = dict(steps=steps, batch=every, relaxes_every=every, refresh_every=every, learning=1)
    given |= dict(presentations=count, batches_before=9, presented_before=4, dt=2e-3, second=1)
    t = np.arange(steps * count)
    shown, last = t // steps, t % steps == steps - 1
    every_so_many = last & (shown % every == every - 1)
    found = {
        code: evaluate(code, given | {"t_in_timesteps": t})
        for code in (BATCH_ENDS, RESTS, REFRESHES)
    }
    np.testing.assert_array_equal(found[BATCH_ENDS], every_so_many | (t == t[-1]))
    np.testing.assert_array_equal(found[RESTS], every_so_many | (t == t[-1]))
    np.testing.assert_array_equal(found[REFRESHES], last & ((shown + 4) % every == every - 1))
    for code in found:
        assert not np.any(evaluate(code, given | {"t_in_timesteps": t, "learning": 0}))
    given["t_in_timesteps"] = t
    size, number = (evaluate(equation(LAYER, name), given) for name in ("batch_size", "batches"))
    np.testing.assert_array_equal(size, shown % every + 1)
    np.testing.assert_array_equal(number, 10 + shown // every)
    rest = evaluate(equation(REST, "rest"), given)
    np.testing.assert_allclose(rest, (shown % every + 1) * steps * 2e-3)


MEMORYLESS = replace(structure(), neuron=declared("neuron", "integrate_and_fire"))
PAIRS = dict(weights=declared("device", "TiOx"), programming=declared("programming", "ternary"))
COUNTS = PAIRS | dict(programming=declared("programming", "accumulator"))
DRIFTING = replace(PAIRS["weights"], reliability=Reliability(drift=0.05))
REFRESHED = dict(
    weights=declared("device", "PCM"), programming=declared("programming", "potentiation_only")
)
LEAKY, SUBSTEPS = (
    declared("neuron", name) for name in ("leaky_integrate_and_fire", "hodgkin_huxley")
)
DOPAMINE, STDP = (declared("plasticity", name) for name in ("dopamine_stdp", "stdp"))
TRACED = {"begins", "active", "eligibility"}
# (what differs from a memoryless chain of ideal weights, further events and variables of inputs and
# both layers)
OWN = {
    "nothing": ({}, (), (), ()),
    "batches": (dict(batched=True), (), {"batch_ends"}, {"batch_ends"}),
    "pairs": (PAIRS, (), (), ()),
    "rules that look at neurons": (COUNTS, (), {"eligibility"}, {"asks"}),
    "the same in batches": (COUNTS | dict(batched=True), (), {"batch_ends"}, {"batch_ends"}),
    "drift": (PAIRS | dict(weights=DRIFTING), (), *[{"rests", "rest", "relaxes_every"}] * 2),
    "refresh": (
        REFRESHED, (), *({"refreshes", "refresh_every", "presented_before", own}
                         for own in ("eligibility", "asks")),
    ),
    "transfer": (
        PAIRS | dict(programming=declared("programming", "tiki_taka")),
        *[{"transfers", "transferring", "transfer_every", "shown_before"}] * 2, (),
    ),
    "traces": (dict(neuron=LEAKY), TRACED | {"p", "q"}, TRACED | {"p", "q", "I"}, {"begins", "I"}),
    "traces of neurons that go on": (
        dict(neuron=replace(LEAKY, start_of_presentation="")),
        {"active", "eligibility", "p", "q"}, {"active", "eligibility", "p", "q", "I"}, {"I"},
    ),
    "substeps": (
        dict(neuron=replace(SUBSTEPS, trace="", source_spike="", eligibility="")),
        (), *[{"begins", "crossed", "substep", "I", "n_K", "lastspike"}] * 2,
    ),
    "substeps with traces": (
        dict(neuron=SUBSTEPS), TRACED | {"p", "q", "substep"},
        TRACED | {"p", "q", "spiked", "crossed", "substep", "I", "n_K", "lastspike"},
        {"begins", "crossed", "substep", "I", "n_K", "lastspike"},
    ),
    "spike times": (
        dict(neuron=with_traces(LEAKY, STDP), rule=STDP), {"begins", "x"},
        {"begins", "x", "y", "I", "reward", "total", "gain"},
        {"begins", "y", "I", "reward", "total", "gain"},
    ),
    "a reward": (
        dict(neuron=with_traces(LEAKY, DOPAMINE), rule=DOPAMINE), {"begins", "x"},
        {"begins", "rewarded", "x", "y", "I", "reward", "total", "gain"},
        {"begins", "rewarded", "y", "I", "reward", "total", "gain"},
    ),
}  # fmt: skip
ANEW = {"p", "q", "x", "I", "reward", "total"}  # with a presentation, if anything is
KNOWN = {name for _, *own in OWN.values() for each in own for name in each}


def groups(made):
    with own_session(target="numpy", dtype=np.float32, dt=made.dt):
        return build(made)


def has(group):
    """Events and variables of a group that others may not have."""
    return {name for name in (*group.events, *group.variables) if name in KNOWN}


@pytest.mark.parametrize("what", OWN)
def test_a_group_has_what_its_synapses_and_neurons_need_and_nothing_else(what):
    changes, *expected = OWN[what]
    net = groups(replace(MEMORYLESS, **changes))
    assert [has(net.groups[name]) for name in ("inputs", "layer_1", "layer_2")] == [
        set(each) for each in expected
    ]
    assert ("fired" in net.inputs.variables) == ("fired" in net.groups["layer_1"].variables)
    for group in net.groups.values():
        does = {each.name: each for each in group.contained_objects}
        assert (f"eligibility_{group.name}" in does) == ("eligibility" in group.variables)
        begins = written(group.event_codes.get("begins", ""))
        assert begins & ANEW == (has(group) & ANEW if "begins" in group.events else set())
    for name, synapses in net.synapses.items():
        assert synapses.forward.when == f"forward_{name}"
        if "rule" in changes:
            program = synapses.program_reward if what == "a reward" else synapses.program_pre
            place = (f"program_{name}", 3 if what == "a reward" else -1)
            assert (program.when, program.order) == place
        else:
            assert synapses.program.when == f"program_{name}" and synapses.program.order in (-1, 1)
    for number, name in ((1, "layer_1"), (2, "layer_2")):
        events = net.groups[name].thresholder
        slots = {event: each.when for event, each in events.items()}
        for event in {"batch_ends", "asks", "rests", "refreshes", "rewarded"} & slots.keys():
            assert slots[event] == f"batch_{number}"
        assert slots.get("active", f"request_{number + 1}") == f"request_{number + 1}"
        substeps = "crossed" in net.groups[name].variables
        assert slots["spike"] == f"fire_{number}" and slots.get("begins", "start") == "start"
        assert (events["spike"].order < 0) == substeps
        if "spike" in net.groups[name].resetter:
            when = net.groups[name].resetter["spike"].when
            assert when == f"{'fire' if substeps else 'program'}_{number}"
        asks = [each for each in net.groups[name].contained_objects if "request_" in each.name]
        assert len(asks) == ("rule" not in changes)


def test_neurons_ask_for_something_whatever_its_sign():
    asks = groups(replace(MEMORYLESS, **COUNTS)).groups["layer_2"].events["asks"]
    np.testing.assert_array_equal(
        evaluate(asks, {"request": np.array([-1e-9, 0, 2])}), [True, False, True]
    )


def test_what_goes_back_or_is_delayed_is_kept_by_its_source():
    for projection, kept in (
        (Projection("x", "inputs", "layer_2"), (False, False, False)),
        (Projection("x", "inputs", "layer_2", delay=2), (True, False, False)),
        (Projection("x", "layer_1", "layer_1"), (False, True, False)),
        (Projection("x", "layer_2", "layer_1", delay=3), (False, False, True)),
    ):
        net = groups(replace(structure(projection), neuron=MEMORYLESS.neuron))
        found = ["fired" in net.groups[name].variables for name in ("inputs", "layer_1", "layer_2")]
        assert tuple(found) == kept
        for number in (1, 2):
            own = net.groups[f"layer_{number}"].contained_objects
            assert (f"fired_{number}" in [each.name for each in own]) == kept[number]
        names = {each.name for each in net.inputs.contained_objects}
        assert ("fired_0" in names) == kept[0]
        if kept[0]:
            assert net.inputs.event_codes["spike"] == "fired = 1"


@pytest.mark.parametrize("batched", [False, True])
def test_shared_weights_are_programmed_in_each_step_or_as_batches_end(batched):
    """And devices drift and are refreshed as those of other layers."""
    kernel = Kernel(10, 6, 1, size=3, stride=1, maps=2)
    graph = chain((64, 7), (kernel, None))
    drifting = replace(REFRESHED["weights"], reliability=Reliability(drift=0.05))
    own = REFRESHED | dict(weights=drifting, batched=batched, graph=graph)
    (columns,) = (
        each
        for each in groups(replace(MEMORYLESS, **own)).network.objects
        if each.name == "columns_1"
    )
    t = np.arange(12)
    given = dict(t_in_timesteps=t, steps=2, batch=2, presentations=6, learning=1)
    expected = t % 4 == 3 if batched else np.full(12, True)
    found = evaluate(columns.events["ends"], given)
    np.testing.assert_array_equal(np.broadcast_to(found, 12), expected)
    assert not np.any(evaluate(columns.events["ends"], given | {"learning": 0}))
    assert (columns.events["rests"], columns.events["refreshes"]) == (RESTS, REFRESHES)


@pytest.mark.parametrize("what", ["nothing", "pairs", "transfer"])
def test_the_crossbar_of_shared_weights_is_strict_and_waits_for_its_values(what):
    """And rows have a turn where they are read in turn."""
    kernel = Kernel(10, 6, 1, size=3, stride=1, maps=2)
    graph = chain((64, 7), (kernel, None))
    net = groups(replace(MEMORYLESS, **OWN[what][0], graph=graph))
    own = {each.name: each for each in net.network.objects}
    made, rows = own["synapses_1"], own["rows_1"]
    assert made.strict and not made.index_arrays and not np.any(made.w[:])
    if what != "nothing":
        assert not np.any(made.G_plus[:]) and not np.any(made.G_minus[:])
    turn = {"transferring", "transfer_every", "shown_before"}
    assert turn & rows.variables.keys() == (turn if what == "transfer" else set())
    assert ("transfers" in rows.events) == hasattr(made, "transfer") == (what == "transfer")
    if what == "transfer":
        assert made.transfer.when == "transfer_1"


def test_an_encoder_with_a_signal_gives_spikes_of_its_size():
    current = groups(replace(MEMORYLESS, encoder=declared("encoder", "current")))
    assert "S" in current.inputs.variables and "S" not in groups(MEMORYLESS).inputs.variables


def test_a_network_of_images_has_their_tables_and_one_of_events_those():
    net = groups(MEMORYLESS)
    assert {name: (table.shape, table.dtype) for name, table in net.tables.items()} == {
        "image": ((8, 60), np.int8), "label": ((8,), np.int32), "order": ((64,), np.int32)
    }  # fmt: skip
    assert net.namespace.keys() == {"image", "label", "order", "steps", "classes"}
    assert (net.namespace["steps"], net.namespace["classes"]) == (6, 5)
    own = groups(replace(MEMORYLESS, events=30, encoder=declared("encoder", "events")))
    assert "image" not in own.tables and "presented" in own.inputs.variables
    assert "presented" not in net.inputs.variables
