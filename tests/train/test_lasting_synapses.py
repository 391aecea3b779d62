"""State of synapses that goes on lasts from epoch to epoch, into tests and back out, in
checkpoints, and however an epoch is cut into pieces; other state changes nothing of that."""

from dataclasses import replace

import numpy as np
import pytest
from test_lasting import AGAIN, GOING_ON, training

from snn_brian.base.errors import UserError
from snn_brian.check.loading import load
from snn_brian.declarations import Synapse
from snn_brian.network.lasting import lasting_state

LEAKY = load("neuron", "leaky_integrate_and_fire")


def going_on(name):
    return replace(load("synapse", name), goes_on=True)


def last(arm):
    *_, epoch = arm.epochs()
    return epoch.arrays


def assert_same(one, other):
    assert one.keys() == other.keys()
    for key in one:
        if "seconds" not in key:
            np.testing.assert_array_equal(one[key], other[key], err_msg=key)


def test_what_lasts_is_the_state_of_sources_connections_and_targets():
    own = training(LEAKY, synapse=going_on("nmda"), network=AGAIN)
    found = lasting_state(own.structure)
    sources = ("inputs", "layer_1", "layer_1_before")
    wanted = {f"{name}.{key}" for name in sources for key in ("p", "q", "silent_steps")}
    wanted |= {f"layer_{l}.{key}" for l in (1, 2) for key in ("s_total", "g_i")}
    assert set(found) == wanted | {f"synapses_{p}.synapse_s" for p in ("1", "2", "again")}
    assert not lasting_state(training(LEAKY, synapse=load("synapse", "nmda")).structure)


def test_it_starts_where_it_says_before_the_first_presentation():
    own = training(LEAKY, synapse=going_on("tsodyks_markram"))
    state = lasting_state(own.structure)
    assert np.all(state["inputs.x"] == 1) and np.all(state["layer_1.u"] == 0)
    first, *_, after = own.epochs()
    np.testing.assert_array_equal(first.arrays["inputs.x"], 1)  # the test before training
    assert 0 < after.arrays["inputs.x"].min() < after.arrays["inputs.x"].max() < 0.9
    np.testing.assert_array_equal(own.lasting["inputs.x"], after.arrays["inputs.x"])


@pytest.mark.parametrize(
    "name, lasts", [("tsodyks_markram", False), ("conductance", True), ("nmda", True)]
)
def test_pieces_of_an_epoch_change_no_bit(name, lasts):
    synapse = replace(load("synapse", name), goes_on=lasts)
    changes = dict(synapse=synapse, network=AGAIN)
    whole, cut = (last(training(LEAKY, piece=piece, **changes)) for piece in (None, 7))
    assert_same(whole, cut)
    assert ("inputs.x" in whole or "layer_1.g_i" in whole) == lasts


@pytest.mark.parametrize("target", ["numpy", "cpp_standalone"])
def test_a_training_that_is_resumed_within_an_epoch_keeps_what_lasts(target, private_builds):
    patch = private_builds()
    try:
        pieces, changes = [], dict(synapse=going_on("nmda"), network=AGAIN, piece=7)
        one = training(LEAKY, target, **changes)
        *_, expected = one.epochs(keep=lambda number, arrays: pieces.append(arrays))
        other = training(LEAKY, target, **changes)
        other.resume(pieces[-2])  # 7 presentations into the second epoch
        *_, found = other.epochs()
        assert_same(expected.arrays, found.arrays)
        assert expected.arrays["synapses_1.synapse_s"].max() > 0.1
    finally:
        patch.undo()


def test_a_neuron_that_goes_on_has_synapses_that_go_on():
    with pytest.raises(UserError, match="let it say goes_on=True"):
        training(GOING_ON, synapse=load("synapse", "tsodyks_markram"))
    lasting = training(GOING_ON, synapse=going_on("tsodyks_markram")).lasting
    assert {"inputs.x", "inputs.p", "layer_1.U", "layer_1.x"} <= set(lasting)


def test_a_synapse_of_nothing_changes_no_bit():
    nothing = Synapse(name="nothing", reference="")
    assert_same(last(training(LEAKY)), last(training(LEAKY, synapse=nothing)))
