"""Rates of the shipped neurons with substeps are right at time steps of 1 ms: against plain Brian2
at 10 us, a NeuronGroup of the same equations; and noise is that of its time."""

import re
from dataclasses import replace

import numpy as np
import pytest
from brian2 import Clock, Network, NeuronGroup, SpikeMonitor, ms, second

from snn_brian.base.session import own_session
from snn_brian.check.loading import load
from snn_brian.check.single_neuron import response

FINE, SECONDS = 1e-5, 0.2
DRIVES = {"hodgkin_huxley": [0.2, 0.4, 0.8], "adaptive_exponential": [0.1, 0.15, 0.25]}


def plain_spikes(neuron, drives):
    """Times in s of the spikes of each copy, which gets an input spike in every millisecond."""
    with own_session(target="numpy", dtype=np.float64):
        clock = Clock(FINE * second)
        group = NeuronGroup(
            len(drives),
            neuron.equations + "w : 1\n",
            threshold=neuron.threshold,
            reset=neuron.reset,
            refractory=neuron.refractory or False,
            method="euler",
            clock=clock,
            namespace=dict(neuron.parameters),
        )
        group.w = drives
        monitor = SpikeMonitor(group)
        begin = group.run_regularly(neuron.start_of_presentation, when="before_start")
        network = Network(group, monitor)
        network.run(0 * ms)
        begin.run()
        begin.active = False
        code = re.sub(r"_post\b", "", neuron.synaptic_input)
        network.add(group.run_regularly(code, dt=1 * ms, when="before_groups"))
        network.run(SECONDS * second)
        return [np.asarray(monitor.t)[np.asarray(monitor.i) == k] for k in range(len(drives))]


@pytest.mark.parametrize("name", DRIVES)
def test_rates_at_a_millisecond_are_those_at_ten_microseconds(name):
    neuron, drives = load("neuron", name), DRIVES[name]
    assert neuron.substeps > 1
    found = response(neuron, drives, round(SECONDS * 1e3), 1e-3, 1).spikes
    for steps, times in zip(found, plain_spikes(neuron, drives)):
        assert abs(len(steps) - len(times)) <= 1 and len(times) > 8
        count = min(len(steps), len(times)) - 1
        rate, expected = count / (steps[count] - steps[0]) * 1e3, count / (times[count] - times[0])
        # a spike is known to the step in which it comes
        assert rate == pytest.approx(expected, rel=0.01 + 1e-3 / SECONDS / 2)


def test_noise_is_as_strong_with_any_number_of_substeps():
    leaky = load("neuron", "leaky_integrate_and_fire")
    noisy = replace(
        leaky,
        equations="dU/dt = -U/tau_m + sigma*xi*(2/tau_m)**0.5 : 1\nI : 1",
        method="euler",
        threshold="U > 100",
        parameters=leaky.parameters | dict(sigma=0.3),
    )
    for substeps in (1, 5, 20):
        U = response(replace(noisy, substeps=substeps), np.zeros(2000), 60, 1e-3, 1).U[:, -1]
        # Ornstein and Uhlenbeck's process by Euler's method, in steps of 1/(10 substeps) of tau_m
        assert U.std() == pytest.approx(0.3 / (1 - 1 / (20 * substeps)) ** 0.5, rel=0.06)
