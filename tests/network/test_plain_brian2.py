"""Layers of neurons against plain Brian2, a NeuronGroup and Synapses with nothing of ours: shipped
neurons at several time steps, substeps, neurons that differ and state that lasts."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import (
    Clock,
    Equations,
    Network,
    NeuronGroup,
    SpikeMonitor,
    Synapses,
    TimedArray,
    get_dimensions,
    get_unit,
    ms,
    mV,
    second,
)

from snn_brian.base.session import own_session
from snn_brian.check.loading import declarations
from snn_brian.declarations import Neuron, normal
from snn_brian.network.heterogeneity import with_common_traces

SHIPPED = {name: neuron for name, (neuron, _) in declarations("neuron").items()}
# Numbers with which some spike for the few inputs here.
SENSITIVE = {
    "integrate_and_fire": dict(u_lo=-0.4, u_hi=0.7),
    "conductance_adaptive": dict(U_thresh=-64.99 * mV),
}
STEPS = 7  # of a presentation: no pixel is exactly at a threshold of the encoder
# A refractory time that is no number of steps; equations and threshold depend on the time.
REFRACTORY = Neuron(
    name="refractory",
    reference="",
    equations="dU/dt = (3 + sin(500*Hz*t) - U)/(7*ms) : 1 (unless refractory)",
    start_of_step="",
    synaptic_input="U_post += w",
    threshold="U > 1 + 10*Hz*t",
    reset="U = 0",
    derivative="1.0",
    refractory="1.3*ms",
    method="exponential_euler",
    substeps=10,
)
# From its threshold the membrane goes to infinity within a millisecond.
QUADRATIC = Neuron(
    name="quadratic",
    reference="Ermentrout and Kopell 1986",
    equations="dU/dt = (0.05*U**2/mV + 1*mV + I)/ms : volt\ndI/dt = -I/(5*ms) : volt",
    method="euler",
    substeps=20,
    start_of_presentation="U = -10*mV; I = 0*mV",
    start_of_step="",
    synaptic_input="I_post += w*strength_post",
    threshold="U > 30*mV",
    reset="U = -60*mV",
    derivative="int(U > -20*mV)",
    parameters=dict(strength=10 * mV),
)
LASTING = replace(SHIPPED["adaptive_threshold"], name="lasting", start_of_presentation="")
LEAKY = SHIPPED["leaky_integrate_and_fire"]
DIFFERENT = with_common_traces(
    replace(LEAKY, parameters=LEAKY.parameters | {"tau_m": normal(20 * ms, 5 * ms)})
)


def unit(dimensions):
    return repr(get_unit(dimensions)) if dimensions.is_dimensionless is False else "1"


def plain(neuron, values, spikes, w, dt):
    """{variable: values at the end} and the spikes (time steps, neurons) of neurons behind inputs
    that spike (time steps, inputs) through weights w; a time step is dt, with substeps.

    Spikes come at the end of a time step: after its last substep.
    """
    k, steps = neuron.substeps, len(spikes)
    fine = np.zeros((steps * k, spikes.shape[1]))
    fine[k - 1 :: k] = spikes
    with own_session(target="numpy", dtype=np.float32):
        clock = Clock(dt / k * second)
        shown = TimedArray(fine, dt=clock.dt)
        source = NeuronGroup(
            spikes.shape[1], "", threshold="shown(t, i) > 0", clock=clock,
            namespace={"shown": shown},
        )  # fmt: skip
        source.thresholder["spike"].when = "sources"
        model = Equations(neuron.equations)
        own = neuron.parameters
        given = "\n".join(f"{name} : {unit(get_dimensions(own[name]))}" for name in own)
        begins, steps_on = f"t_in_timesteps % {k * STEPS} == 0", f"t_in_timesteps % {k} == 0"
        group = NeuronGroup(
            w.shape[1],
            model + Equations(given),
            threshold=neuron.threshold,
            reset=neuron.reset,
            refractory=neuron.refractory or False,
            clock=clock,
            events={"begins": begins, "steps_on": steps_on},
            **({"method": neuron.method} if neuron.method else {}),
        )
        for name, value in values.items():
            group.variables[name].get_value()[:] = np.asarray(value)
        state = sorted(model.diff_eq_names | model.parameter_names)
        zeros = "\n".join(f"{name} = 0*{unit(model[name].dim)}" for name in state)
        begin = zeros if neuron.start_of_presentation is None else neuron.start_of_presentation
        if begin and neuron.refractory:
            begin += "\nlastspike = -1e4*second\nnot_refractory = True"
        for event, code, order in (("begins", begin, 0), ("steps_on", neuron.start_of_step, 1)):
            group.thresholder[event].when, group.thresholder[event].order = "start", -1
            if code.strip():
                group.run_on_event(event, code, when="start", order=order)
        synapses = Synapses(source, group, "w : 1", on_pre=neuron.synaptic_input, clock=clock)
        synapses.connect()
        synapses.w = w.ravel()
        monitor = SpikeMonitor(group, when="end")
        network = Network(source, group, synapses, monitor)
        network.schedule = "start groups sources synapses thresholds resets end".split()
        network.run(steps * dt * second, namespace={"learning": 0, "steps": STEPS})
        fired = np.zeros((steps, w.shape[1]), bool)
        fired[np.rint(np.asarray(monitor.t) * k / dt).astype(int) // k, monitor.i] = True
        return {name: np.array(group.variables[name].get_value()) for name in state}, fired


def check(small, neuron, dt, target="numpy", own={}, steps=20):
    """Two layers; `own` has values of parameters for each neuron of a layer of 9."""
    net = small(target, neuron=neuron, steps=STEPS, dt=dt, layers=(9, 9))
    spikes = np.array([net.spikes(step) for step in range(steps)])
    weights = {key: net.start[key] for key in ("synapses_1.w", "synapses_2.w")}
    changes = {f"layer_{l}.{name}": value for l in (1, 2) for name, value in own.items()}
    changes |= {f"layer_{l}.learning": 0 for l in (1, 2)}
    names = Equations(neuron.equations)
    names = sorted(names.diff_eq_names | names.parameter_names)
    wanted = [f"layer_{l}.{name}" for l in (1, 2) for name in names]
    found = net.run(steps, [*wanted, "classes_2.Y"], changes)
    values, total = dict(neuron.parameters) | own, 0
    for l in (1, 2):
        state, spikes = plain(neuron, values, spikes, weights[f"synapses_{l}.w"], dt)
        total += spikes.sum()
        for name in names:
            scale = np.abs(state[name]).max()
            np.testing.assert_allclose(
                found[f"layer_{l}.{name}"], state[name], rtol=1e-3, atol=1e-4 * scale + 1e-12
            )
    last = spikes[steps - steps % STEPS :]
    J = net.start["classifier_2.J"]
    np.testing.assert_allclose(found["classes_2.Y"], last.sum(axis=0) @ J.T, rtol=1e-4, atol=1e-5)
    assert 0 < total < 2 * spikes.size


@pytest.mark.parametrize("dt", [1e-4, 5e-4, 1e-3])
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_neuron_is_that_of_plain_brian2(small, name, dt):
    neuron = SHIPPED[name]
    check(small, replace(neuron, parameters=neuron.parameters | SENSITIVE.get(name, {})), dt)


@pytest.mark.parametrize(
    "neuron, dt", [(REFRACTORY, 1e-4), (REFRACTORY, 1e-3), (QUADRATIC, 5e-4), (QUADRATIC, 1e-3)]
)
def test_substeps_are_shorter_time_steps(small, neuron, dt):
    check(small, neuron, dt)


def test_state_that_lasts(small):
    check(small, LASTING, 1e-3)


def test_neurons_that_differ(small):
    check(small, DIFFERENT, 1e-3, own={"tau_m": np.linspace(5e-3, 40e-3, 9)})


def test_compiled_neurons_that_differ_and_have_substeps(small):
    adaptive = SHIPPED["adaptive_exponential"]
    own = {"b": np.linspace(0, 200e-12, 9)}
    b = normal(adaptive.parameters["b"], 0.2 * adaptive.parameters["b"])
    neuron = replace(adaptive, parameters=adaptive.parameters | {"b": b})
    check(small, neuron, 1e-3, "cpp_standalone", own)
