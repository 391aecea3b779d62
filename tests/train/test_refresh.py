"""Refresh in a training: when it comes, and that pieces, resuming and epochs change no bit."""

from dataclasses import replace

import numpy as np
import pytest
from test_lasting import training

from snn_brian.check.loading import load
from snn_brian.network.layers import Conv

PCM = load("device", "PCM")
RULE = replace(
    load("programming", "potentiation_only"),
    refresh_every=7,
    parameters=dict(theta=0.02, full=0.3, most=0.9),
)
NEURON = load("neuron", "integrate_and_fire")


def refreshing(target="numpy", **changes):
    return training(NEURON, target, **(dict(weights=PCM, programming=RULE, eta=0.3) | changes))


def arrays(own, **kwds):
    *_, last = own.epochs(**kwds)
    return last.arrays


@pytest.mark.parametrize("changes", [dict(), dict(batch=4, optimizer=load("optimizer", "adam"))])
def test_pieces_and_resuming_change_no_bit(changes):
    whole, pieces = arrays(refreshing(**changes)), []
    found = arrays(refreshing(piece=8, **changes), keep=lambda number, kept: pieces.append(kept))
    resumed = refreshing(piece=8, **changes)
    resumed.resume(pieces[-2])
    for other in (found, arrays(resumed)):
        for key in whole:
            if "seconds" not in key:
                np.testing.assert_array_equal(whole[key], other[key], err_msg=key)
    assert whole["measured_erasing_pulses"].sum() > 0
    assert whole["measured_refresh_pulses"].sum() > 0


@pytest.mark.parametrize("layers", [(12, 8), (Conv(3, kernel=3, stride=2), 8)])
def test_it_comes_every_so_many_presentations_of_the_whole_training(layers):
    """20 presentations an epoch: after 7 and 14, then 1, 8 and 15, then 2, 9 and 16 of them."""
    own = refreshing(layers=layers, epochs=3)
    *_, last = own.epochs()
    pairs = [own.state[f"synapses_{p}.G_plus"].size for p in (1, 2)]
    for epoch, times in zip(own.history.epochs, (0, 2, 3, 3)):
        np.testing.assert_array_equal(epoch.refresh_reads, 2 * times * np.array(pairs))
        assert not epoch.reads.any() and not epoch.depression_pulses.any()


def test_without_one_devices_only_rise():
    plain = replace(RULE, refresh="")
    own = refreshing(programming=plain, weights=replace(PCM, cycle_to_cycle=0.0))
    before = {key: values.copy() for key, values in own.state.items()}
    arrays(own)
    for key, values in own.state.items():
        if ".G_" in key:
            assert np.all(values >= before[key]) and (values > before[key]).any()
    assert all(epoch.refresh_reads is None for epoch in own.history.epochs)


def test_a_compiled_program_does_the_same(private_builds):
    """Without noise nothing is drawn: both targets go the same way."""
    patch = private_builds()
    quiet = dict(weights=replace(PCM, cycle_to_cycle=0.0), encoder=load("encoder", "threshold"))
    quiet |= dict(steps=1, epochs=1)
    try:
        compiled = refreshing("cpp_standalone", **quiet)
        found = arrays(compiled)
    finally:
        patch.undo()
    expected = arrays(refreshing(**quiet))
    for key in expected:
        if key.startswith(("G_", "measured_")) and "seconds" not in key:
            np.testing.assert_allclose(found[key], expected[key], rtol=1e-4, err_msg=key)
    assert expected["measured_erasing_pulses"].sum() > 0
