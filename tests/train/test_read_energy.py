"""The energy of reads in a training: V^2 t G of both devices in each row that spikes."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import nsecond, ohm, volt
from test_digests import images
from test_lasting import training

from snn_brian.base.errors import UserError
from snn_brian.check.loading import load
from snn_brian.device.wires import Wires
from snn_brian.network.layers import Conv

TIOX = load("device", "TiOx")
READ = replace(TIOX, read_voltage=0.2 * volt, read_time=5 * nsecond)
JOULES = 0.2**2 * 5e-9 * 674e-9  # of a read of a device at G_max
NEURON = load("neuron", "integrate_and_fire")


def still(**changes):
    """One epoch in which nothing is learned."""
    own = dict(weights=READ, eta=1e-30, epochs=1, steps=1, encoder=load("encoder", "threshold"))
    return training(NEURON, **own | changes)


def sums(own, p):
    """Of the conductances of each row."""
    plus, minus = (own.state[f"synapses_{p}.G_{side}"].astype(float) for side in ("plus", "minus"))
    return (plus + minus).sum(axis=1)


@pytest.mark.parametrize("wires", [None, Wires(2e4 * ohm)])
def test_rows_that_spike_are_read(wires):
    """By counting; wires are not seen by it."""
    own = still(wires=wires)
    *_, last = own.epochs()
    pixels, before = images().train_images, own.history.epochs[0]
    expected = ((pixels > 127.5) @ sums(own, 1)).sum() * JOULES
    assert last.read_energy[0] == pytest.approx(expected, rel=1e-6)
    assert not before.read_energy.any() and last.read_energy[1] > 0


def test_an_analog_signal_is_a_part_of_the_voltage():
    own = still(encoder=load("encoder", "current"), steps=2)
    *_, last = own.epochs()
    squares = np.square(images().train_images / 255.0).sum(axis=0)
    expected = 2 * squares @ sums(own, 1) * JOULES
    assert last.read_energy[0] == pytest.approx(expected, rel=1e-5)


def test_pieces_and_resuming_change_no_bit():
    def arrays(own, **kwds):
        *_, last = own.epochs(**kwds)
        return last.arrays

    whole, pieces = arrays(training(NEURON, weights=READ)), []
    cut = training(NEURON, weights=READ, piece=8)
    found = arrays(cut, keep=lambda number, kept: pieces.append(kept))
    resumed = training(NEURON, weights=READ, piece=8)
    resumed.resume(pieces[-2])
    for other in (found, arrays(resumed)):
        for key in whole:
            if "seconds" not in key:
                np.testing.assert_array_equal(whole[key], other[key], err_msg=key)
    assert whole["measured_read_energy"].shape == (3, 2)
    plain = arrays(training(NEURON))
    for key in plain:
        if "seconds" not in key and key != "counts":
            np.testing.assert_array_equal(whole[key], plain[key], err_msg=key)


def test_reads_of_a_convolution_are_refused():
    with pytest.raises(UserError, match="^device.read_voltage: reads of the convolution '1' are"):
        training(NEURON, weights=READ, layers=(Conv(3, kernel=3, stride=2), 8))
