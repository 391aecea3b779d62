"""What each group is told for a run."""

from dataclasses import replace

import pytest
from brian2 import second
from test_lasting import AGAIN, training

from snn_brian.check.loading import load
from snn_brian.declarations import Reliability
from snn_brian.train.group_values import group_values

NEURON = load("neuron", "integrate_and_fire")


def told(own, epoch=3, learning=True, presentations=7):
    given = own.arm, own.structure, own.synapse
    return group_values(*given, epoch, learning, presentations, own.n_train)


def test_learning_rates_and_batches_follow_the_epoch():
    """20 training images in batches of 6: 4 in each epoch."""
    own = training(NEURON, "numpy", optimizer=load("optimizer", "adam"), batch=6, eta=0.5)
    factors, decay = own.arm.learning.layer_factors, own.arm.learning.decay
    for epoch, before in ((0, 0), (1, 0), (2, 4), (3, 8)):
        found = told(own, epoch)
        for l in own.numbers:
            factor = factors[min(l - 1, len(factors) - 1)]
            wanted = 0.5 * factor * decay ** max(epoch - 1, 0)
            assert found[f"layer_{l}.eta"] == pytest.approx(wanted)
            assert found[f"layer_{l}.batches_before"] == before
            assert found[f"layer_{l}.batch"] == 6


@pytest.mark.parametrize("learning", [True, False])
def test_learning_and_the_length_of_the_run_are_told_to_every_layer(learning):
    own = training(NEURON, "numpy", network=AGAIN)
    found = told(own, learning=learning)
    for l in own.numbers:
        assert found[f"layer_{l}.learning"] == learning
        assert found[f"layer_{l}.presentations"] == 7


def test_parameters_of_all_parts_keep_their_values():
    own = training(NEURON, "numpy")
    found, arm = told(own), own.arm
    for name, value in arm.encoder.parameters.items():
        assert found[f"inputs.encoder_{name}"] == value
    for l in own.numbers:
        for name, value in arm.own_neuron.parameters.items():
            assert found[f"layer_{l}.{name}"] == value
        for name, value in arm.loss.parameters.items():
            assert found[f"classes_{l}.loss_{name}"] == value
    for each in own.learned:
        for name, value in own.synapse.parameters.items():
            assert found[f"{each.synapses}.{name}"] == value


def test_a_loss_has_its_parameters_where_there_is_a_teacher():
    loss = replace(load("loss", "mse"), error="scale*(y - target)", parameters=dict(scale=3.0))
    found = told(training(NEURON, "numpy", loss=loss))
    assert found["classes_1.loss_scale"] == found["classes_2.loss_scale"] == 3.0
    ruled = training(
        load("neuron", "leaky_integrate_and_fire"),
        "numpy",
        loss=loss,
        plasticity=load("plasticity", "stdp"),
    )
    assert not [key for key in told(ruled) if "loss_" in key]


def test_a_refresh_goes_on_counting_through_epochs():
    """20 training images and a refresh every 6: after two epochs 4 have passed since the last."""
    rule = replace(load("programming", "potentiation_only"), refresh_every=6)
    own = training(NEURON, "numpy", weights=load("device", "PCM"), programming=rule)
    for epoch, before in ((0, 0), (1, 0), (2, 2), (3, 4), (4, 0)):
        found = told(own, epoch)
        for l in own.numbers:
            assert found[f"layer_{l}.presented_before"] == before
            assert found[f"layer_{l}.refresh_every"] == 6


def test_devices_that_relax_are_told_how_often():
    forgets = Reliability(retention=1e5 * second)
    device = replace(load("device", "TiOx"), reliability=forgets, relaxes_every=4)
    own = training(NEURON, "numpy", weights=device)
    assert {told(own)[f"layer_{l}.relaxes_every"] for l in own.numbers} == {4}


@pytest.mark.parametrize("learning", [True, False])
def test_rows_of_a_second_array_are_read_in_turn_through_epochs_of_learning(learning):
    """Of all groups that lead to something learned, and of no other rule."""
    rule = replace(load("programming", "tiki_taka"), transfer_every=3)
    own = training(NEURON, "numpy", programming=rule, network=AGAIN)
    found, plain = told(own, learning=learning), told(training(NEURON, "numpy", network=AGAIN))
    for source in ("inputs", "layer_1", "layer_1_before"):
        assert found[f"{source}.transferring"] == learning
        assert found[f"{source}.shown_before"] == 40 and found[f"{source}.transfer_every"] == 3
    assert not [key for key in found if key.startswith("layer_2.transfer")]
    assert not [key for key in plain if "transfer" in key or "shown_before" in key]
