"""Every shipped synapse with state against a script of plain Brian2 Synapses.

The scripts are written out here, with numbers of their own: state of every connection for itself,
solved from event to event.
"""

import numpy as np
import pytest
from brian2 import (
    Clock,
    Network,
    NeuronGroup,
    SpikeGeneratorGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    ms,
    second,
)
from conftest import PIXELS, Small
from standalone import numpy_target

from snn_brian.check.loading import declarations
from snn_brian.network.structure import Projection

STEPS, PRESENTATIONS = 12, 2
PROJECTIONS = (
    Projection("skip", "inputs", "layer_2"),
    Projection("again", "layer_1", "layer_1"),
    Projection("lateral", "layer_2", "layer_2", fixed="-0.3*int(i != j)"),
)
LEAKY = dict(threshold="U > 1", reset="U -= 1", method="exponential_euler")
# Name: equations of a neuron, of a connection, what a spike does (where `here` is 1), where a
# connection starts.
REFERENCES = {
    "tsodyks_markram": (
        """
        dU/dt = (I - U)/(10*ms) : 1
        dI/dt = -I/(4*ms) : 1
        """,
        """
        w : 1
        du/dt = -u/(1*ms) : 1 (event-driven)
        dx/dt = (1 - x)/(800*ms) : 1 (event-driven)
        """,
        """
        u += here*0.5*(1 - u)
        I_post += here*8*w*u*x
        x -= here*u*x
        """,
        dict(u=0, x=1),
    ),
    "conductance": (
        """
        dU/dt = (g_e*(0 - V)/15 + g_i*(-80 - V)/15 - U)/(10*ms) : 1
        V = -65 + 15*U : 1
        dg_e/dt = -g_e/(5*ms) : 1
        dg_i/dt = -g_i/(10*ms) : 1
        """,
        "w : 1",
        """
        g_e_post += here*2*w*int(w > 0)
        g_i_post -= here*4*w*int(w < 0)
        """,
        {},
    ),
    "nmda": (
        """
        dU/dt = (g_s*(0 - V)/15 + g_i*(-70 - V)/15 - U)/(10*ms) : 1
        V = -65 + 15*U : 1
        dg_s/dt = -g_s/(100*ms) : 1
        dg_i/dt = -g_i/(5*ms) : 1
        """,
        """
        w : 1
        ds/dt = -s/(100*ms) : 1 (event-driven)
        """,
        """
        g_s_post += here*0.63*(1 - s)*w*int(w > 0)
        g_i_post -= here*4*w*int(w < 0)
        s += here*0.63*(1 - s)
        """,
        dict(s=0),
    ),
}


def made(target, name, dt):
    return Small(
        target,
        synapse=name,
        neuron="leaky_integrate_and_fire",
        projections=PROJECTIONS,
        steps=STEPS,
        dt=dt,
    )


def test_every_shipped_synapse_with_state_has_a_reference():
    assert set(declarations("synapse")) - {"static"} == set(REFERENCES)


def plain(net, name, dt):
    """U of both layers after each step and their numbers of spikes, of Brian2's own objects."""
    model, connection, spike, start = REFERENCES[name]
    clock, total, begins = Clock(dt * second), PRESENTATIONS * STEPS, f"t_in_timesteps % {STEPS}"
    k, i = np.nonzero(np.array([net.spikes(step) for step in range(total)]))
    times = k * dt * second
    groups = {"inputs": SpikeGeneratorGroup(PIXELS, i, times, clock=clock, name="plain_inputs")}
    connections, monitors = [], []
    for number, size in ((1, 9), (2, 7)):
        group = NeuronGroup(size, model, clock=clock, name=f"plain_{number}", **LEAKY)
        group.thresholder["spike"].when = f"fire_{number}"
        group.resetter["spike"].when = f"program_{number}"
        anew = [f"{each} = {each}*int({begins} > 0)" for each in group.equations.diff_eq_names]
        group.run_regularly("\n".join(anew), when="start")
        groups[f"layer_{number}"] = group
        monitors.append(StateMonitor(group, "U", record=True, when="late", clock=clock))
        monitors.append(SpikeMonitor(group))
    for each in net.structure.graph.projections:
        here = f"int({begins} > 0)" if each.is_late else "1"
        synapses = Synapses(
            groups[each.source], groups[each.target], connection, delay=0 * ms, clock=clock,
            on_pre=f"here = {here}\n{spike}", name=f"plain_{each.name}_synapses",
        )  # fmt: skip
        synapses.connect()
        synapses.pre.when = f"forward_{each.layer}"
        synapses.w = weights(net, name)[f"{each.synapses}.w"].ravel()
        anew = [f"{x} = {value} + ({x} - {value})*int({begins} > 0)" for x, value in start.items()]
        if anew:
            synapses.run_regularly("\n".join(anew), when="start")
        connections.append(synapses)
    network = Network(*groups.values(), *connections, *monitors)
    network.schedule = (
        ["start", "groups", "thresholds", "synapses", "resets"]
        + [f"{slot}_{l}" for l in (1, 2) for slot in ("forward", "fire", "program")]
        + ["late", "end"]
    )
    network.run(total * dt * second, namespace={"ms": ms})
    courses = {f"layer_{l}": np.array(monitors[2 * l - 2].U).T for l in (1, 2)}
    return courses, [each.num_spikes for each in monitors[1::2]]


def weights(net, name):
    """So that both layers spike, in however short a time."""
    scale, offset = {"tsodyks_markram": (3, 0.1), "conductance": (2, 0.1), "nmda": (2, 0.15)}[name]
    found = {}
    for each in net.structure.graph.projections:
        own = net.start[f"{each.synapses}.w"]
        learned = np.float32(1e-3 / net.structure.dt) ** 0.7 * (scale * own + np.float32(offset))
        found[f"{each.synapses}.w"] = own if each.fixed else learned
    return found


def course(net, changes):
    """U of both layers after each step, in one run."""
    simulation, monitors = net.simulation, {}
    with simulation._session():
        for layer in ("layer_1", "layer_2"):
            group = simulation.groups[layer]
            monitors[layer] = StateMonitor(group, "U", record=True, when="end", order=1)
        simulation.net.network.add(monitors.values())
        simulation.net.network.store()
    net.run(PRESENTATIONS * STEPS, [], changes)
    return {layer: np.array(monitor.U).T for layer, monitor in monitors.items()}


def compare(found, expected, steps, spikes):
    for layer, U in expected.items():
        np.testing.assert_allclose(found[layer], U[steps], rtol=2e-5, atol=2e-5)
    assert min(spikes) > 5, spikes


@pytest.mark.parametrize("dt", [1e-3, 0.5e-3, 0.1e-3])
@pytest.mark.parametrize("name", REFERENCES)
def test_membranes_are_those_of_plain_synapses(name, dt):
    net = made("numpy", name, dt)
    with numpy_target():
        expected, spikes = plain(net, name, dt)
    found = course(net, {f"layer_{l}.learning": 0 for l in (1, 2)} | weights(net, name))
    compare(found, expected, slice(None), spikes)


@pytest.mark.parametrize("name", REFERENCES)
def test_compiled_membranes_are_those_of_plain_synapses(name, private_builds):
    patch = private_builds()
    try:
        net = made("cpp_standalone", name, 0.5e-3)
    finally:
        patch.undo()
    with numpy_target():
        expected, spikes = plain(net, name, 0.5e-3)
    still = {f"layer_{l}.learning": 0 for l in (1, 2)} | weights(net, name)
    for step in (1, 7, STEPS, 2 * STEPS - 1):
        found = net.run(step + 1, ["layer_1.U", "layer_2.U"], still)
        found = {name.removesuffix(".U"): U for name, U in found.items()}
        compare(found, expected, step, spikes)
