"""Substeps of a neuron: their times, and the spikes that come in them."""

import numpy as np
import pytest
from brian2 import Clock, Network, NeuronGroup, SpikeMonitor, ms, second
from standalone import numpy_target

from snn_brian.check.loading import load
from snn_brian.declarations import Neuron
from snn_brian.network import substeps

COUNT, STEPS = 4, 40
RISING = Neuron(
    name="rising",
    reference="rises by a quarter in each substep of 0.25 ms, where it is not refractory",
    equations="dU/dt = 1/ms : 1 (unless refractory)",
    start_of_step="",
    synaptic_input="",
    threshold="U > 1.9",
    reset="U = 0",
    derivative="",
    method="euler",
    refractory="2*ms",
    substeps=COUNT,
)


def spikes(begins):
    """Time steps of the spikes in a run that begins at this time."""
    clock = Clock(1 * ms)
    with numpy_target(np.float32):
        group = NeuronGroup(
            1, RISING.equations + "\n" + substeps.equations(RISING), clock=clock,
            threshold=RISING.threshold, reset=substeps.reset(RISING), method=RISING.method,
            refractory=RISING.refractory, **substeps.types(RISING),
        )  # fmt: skip
        group.run_regularly(substeps.start_of_step(RISING), when="start")
        substeps.spike(group, RISING, "thresholds")
        found = SpikeMonitor(group, when="end")
        network = Network(group, found)
        network.t_ = begins
        network.run(STEPS * clock.dt, namespace={})
        return np.rint((found.t / second - begins) * 1000).astype(int)


@pytest.mark.parametrize("begins", [0, 2000])
def test_the_time_is_that_of_the_substep_however_late_it_is(begins):
    """From the start, and when single precision tells substeps no longer apart."""
    U, last, expected = 0.0, -100, []
    for substep in range(STEPS * COUNT):
        free = substep - last >= 8
        U += 0.25 * free
        if free and U > 1.9:
            U, last = 0.0, substep
            expected.append(substep // COUNT)
    np.testing.assert_array_equal(spikes(begins), expected)
    assert len(expected) > 5


def test_one_substep_is_the_time_step_itself():
    plain = load("neuron", "leaky_integrate_and_fire")
    assert plain.substeps == 1 and substeps.equations(plain) == "" and substeps.types(plain) == {}
    assert substeps.reset(plain) == plain.reset
    assert substeps.start_of_step(plain) == plain.start_of_step
