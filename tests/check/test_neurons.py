"""A neuron with units, memory and local variables is accepted, and refused where a unit is
missing."""

from dataclasses import replace

import pytest
from brian2 import ms, mV

from snn_brian.base.errors import UserError
from snn_brian.check.check import check
from snn_brian.declarations import Neuron

LEAKY = Neuron(
    name="leaky",
    reference="",
    equations="dU/dt = -U/tau : volt",
    start_of_step="",
    start_of_presentation="U = 0*mV",
    synaptic_input="U_post += w*strength_post",
    threshold="U > theta",
    reset="over = U - theta; U = over",
    derivative="int(abs(U - theta) < width)",
    parameters=dict(tau=10 * ms, strength=1 * mV, theta=5 * mV, width=2 * mV),
)


def test_a_neuron_with_units_memory_and_local_variables_is_accepted():
    check(LEAKY, "here")


@pytest.mark.parametrize(
    "field, value",
    [
        ("equations", "dU/dt = -U : volt"),
        ("synaptic_input", "U_post += w"),
        ("reset", "U = 0"),
        ("threshold", "U > 5"),
    ],
)
def test_a_neuron_with_units_needs_them_everywhere(field, value):
    with pytest.raises(UserError, match=f"here: {field}="):
        check(replace(LEAKY, **{field: value}), "here")


@pytest.mark.parametrize("code", ["equations", "reset"])
def test_a_long_value_is_cut(code):
    with pytest.raises(UserError) as caught:
        check(replace(LEAKY, **{code: " + ".join(["U"] * 400)}), "here")
    assert len(str(caught.value)) < 600
