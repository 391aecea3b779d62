"""What a presentation begins with: zeros, the neuron's own statements, or what the one before has
left."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import ms

from snn_brian.declarations import Neuron

# Counts its time steps in U; where it fires is known from the step.
COUNTING = Neuron(
    name="counting",
    reference="",
    equations="U : 1\nk : integer\nflag : boolean",
    start_of_step="U += 1; k = k + 1; flag = True",
    synaptic_input="U_post += 0*w",
    threshold="U > 1.5",
    reset="",
    derivative="1.0",
)


def after(small, steps, **changes):
    net = small("numpy", layers=(3,), neuron=replace(COUNTING, **changes), steps=3, batched=True)
    return {
        name: net.run(steps, [f"layer_1.{name}"])[f"layer_1.{name}"][0]
        for name in ("U", "k", "flag")
    }


@pytest.mark.parametrize("start, U", [(None, 1), ("", 4), ("U = -k", -2)])
def test_presentation_starts_as_declared(small, start, U):
    found = after(small, 4, start_of_presentation=start)
    assert found["U"] == U and found["k"] == (1 if start is None else 4) and found["flag"]
    assert after(small, 3, start_of_presentation=start)["U"] == 3


def test_no_spike_while_refractory_and_a_new_presentation_starts_without(small):
    """A neuron that would always fire, with a refractory time of two steps, in presentations of
    three."""
    net = small(
        "numpy",
        layers=(2,),
        neuron=replace(
            COUNTING,
            threshold="U > 0.5",
            start_of_presentation="U = 0; k = 0",
            refractory="pause",
            parameters=dict(pause=2 * ms),
            reset="k = k - 10",
        ),
        steps=3,
        batched=True,
    )
    spikes = [net.run(step, ["layer_1.k"])["layer_1.k"][0] for step in (1, 2, 3, 4)]
    np.testing.assert_array_equal(spikes, [-9, -8, -17, -9])
    J = {"classifier_1.J": np.ones((5, 2))}
    assert [net.run(step, ["classes_1.y"], J)["classes_1.y"][0] for step in (1, 2, 3, 4)] == [
        2,
        0,
        2,
        2,
    ]
