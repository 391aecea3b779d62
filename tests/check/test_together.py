"""A synapse goes with a neuron or is refused in one sentence that names both."""

from dataclasses import replace

import pytest
from brian2 import ms

from snn_brian.base.errors import UserError
from snn_brian.check.loading import load, names
from snn_brian.check.together import check_shared, check_together
from snn_brian.declarations import Synapse
from snn_brian.network.layers import Conv

LEAKY = load("neuron", "leaky_integrate_and_fire")
TIRING = load("synapse", "tsodyks_markram")
DRIVEN = dict(name="mine", reference="", synaptic_input="I_post += strength_post*w")


@pytest.mark.parametrize("name", names("neuron"))
def test_short_term_plasticity_goes_with_every_shipped_neuron(name):
    check_together(load("neuron", name), TIRING, load("encoder", "rate"))


@pytest.mark.parametrize(
    "synapse, neuron, parts",
    [
        (load("synapse", "conductance"), "izhikevich", ["target='I = ", "units of V/s, not of 1"]),
        (load("synapse", "nmda"), "integrate_and_fire", ["U of the neuron does not follow from"]),
        (Synapse(**DRIVEN), "integrate_and_fire", ["'I_post += strength_post*w'", "strength_post"]),
        (Synapse(**DRIVEN | dict(synaptic_input="I_post += w*mV")), None, ["synaptic_input="]),
        (Synapse(**DRIVEN | dict(synaptic_input="Y_post = w; I_post += w")), None, ["'Y_post'"]),
        (Synapse(**DRIVEN, source="p : 1"), None, ["source='p : 1'", "the neuron has p"]),
        (Synapse(**DRIVEN, target="tau_m : 1"), None, ["target=", "the neuron has tau_m"]),
        (Synapse(**DRIVEN, target="k = I*missing : 1"), None, ["'missing' is not declared"]),
    ],
)
def test_what_does_not_fit_is_told_with_the_field_and_both_names(synapse, neuron, parts):
    neuron = load("neuron", neuron) if neuron else LEAKY
    with pytest.raises(UserError) as told:
        check_together(neuron, synapse)
    said = str(told.value)
    assert said.startswith(f"synapse '{synapse.name}' with neuron '{neuron.name}': ")
    for part in parts:
        assert part in said, said
    assert "\n" not in said


def test_a_variable_that_the_neuron_sets_cannot_become_an_expression():
    neuron = replace(LEAKY, reset="U -= 1; I = 0")
    with pytest.raises(UserError, match="the neuron's statements set I"):
        check_together(neuron, load("synapse", "conductance"))


def test_analog_inputs_go_with_static_synapses_alone():
    check_together(LEAKY, load("synapse", "static"), load("encoder", "current"))
    with pytest.raises(UserError, match="encoder 'current'.*choose an encoder of spikes"):
        check_together(LEAKY, TIRING, load("encoder", "current"))


def test_names_of_parameters_may_be_those_of_the_neuron():
    own = Synapse(
        name="mine",
        reference="",
        source="dq_own/dt = -q_own/tau_m : 1",
        source_spike="q_own += strength",
        size="q_own",
        parameters=dict(tau_m=3 * ms, strength=2.0),
    )
    check_together(LEAKY, own)


def test_state_of_connections_does_not_go_with_weights_that_are_shared():
    layers = (Conv(3, kernel=5, stride=2), 8)
    with pytest.raises(UserError, match="'nmda' with --layers conv.*choose a synapse that keeps"):
        check_shared(load("synapse", "nmda"), layers)
    check_shared(TIRING, layers)
    check_shared(load("synapse", "nmda"), (12, 8))
