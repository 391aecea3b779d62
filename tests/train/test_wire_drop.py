"""Training through wires: what neurons see is what `fast_column_currents` gives, pulses count at
once, and no cut of an epoch changes a bit."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import ohm, second, siemens, volt
from test_digests import images
from test_lasting import training

from snn_brian.check.loading import load
from snn_brian.crossbar.line_resistance import attenuation
from snn_brian.declarations import Network, Projection, Reliability
from snn_brian.device.wires import Wires, column_currents, fast_column_currents
from snn_brian.network import projections
from snn_brian.network.layers import Conv
from snn_brian.network.pair import SIDES
from snn_brian.train.wire_drop import wire_drop

TIOX = load("device", "TiOx")
NEURON = load("neuron", "integrate_and_fire")
# enough for 20 % in arrays as small as these
WIRES = Wires(20e3 * ohm, (8, 7))
AGAIN = Network("again", "", [Projection("again", "layer_1", "layer_1")])


def through(own=NEURON, target="numpy", wires=WIRES, **changes):
    return training(own, target, **dict(weights=TIOX, wires=wires) | changes)


def arrays(own, **kwds):
    *_, last = own.epochs(**kwds)
    return last.arrays


def seen(own, p, wires=WIRES):
    """What is seen of w by the fast form, one driven row after another."""
    G = [own.state[f"synapses_{p}.G_{side}"].astype(float) for side in SIDES]
    rows = np.eye(len(G[0])) * volt
    plus, minus = (
        np.asarray(fast_column_currents(g * TIOX.G_max, rows, wires.resistance, wires.tile)).T
        for g in G
    )
    return (plus - minus) / float(TIOX.G_max)


def shown():
    """Spikes of the inputs for the test images, (images, inputs)."""
    return images().test_images > 127.5


@pytest.mark.parametrize("target", ["numpy", "cpp_standalone"])
def test_neurons_see_what_comes_through_the_wires(target, private_builds):
    patch = private_builds()
    try:
        own = through(target=target, steps=1, encoder=load("encoder", "threshold"))
        arrays(own)
        spikes = own.predict().spikes
    finally:
        patch.undo()
    into = shown()
    for p, found in zip("12", spikes):
        U = into @ seen(own, p)
        assert np.all((U > 0) == found.reshape(U.shape), where=abs(U) > 1e-4)
        w = own.state[f"synapses_{p}.w"].astype(float)
        assert p == "2" or abs(into @ w - U).max() > 0.01  # so that wires matter here
        into = found.reshape(U.shape)


def test_a_convolution_is_an_array_of_its_kernel():
    """Rows are those of a patch, columns the maps; each place of the image is a read of it."""
    encoder = load("encoder", "threshold")
    own = through(layers=(Conv(3, kernel=3, stride=2), 8), steps=1, encoder=encoder, epochs=1)
    arrays(own)
    kernel = own.structure.graph.learned[0].kernel
    i, j, weight = kernel.unrolled()
    w = np.zeros((kernel.source, kernel.target))
    w[i, j] = seen(own, "1").ravel()[weight]
    U, found = shown() @ w, own.predict().spikes[0]
    assert np.all((U > 0) == found.reshape(U.shape), where=abs(U) > 1e-4)


@pytest.mark.parametrize(
    "changes",
    [
        dict(),
        dict(batch=4),
        dict(optimizer=load("optimizer", "adam"), batch=4),
        dict(programming=load("programming", "accumulator")),
        dict(weights=replace(TIOX, reliability=Reliability(retention=5 * second), relaxes_every=3)),
        dict(network=AGAIN),
        dict(layers=(Conv(3, kernel=3, stride=2), 8)),
    ],
)
def test_pulses_count_at_once(changes, monkeypatch):
    """Looked at once, at the start: what is seen then moves with each conductance."""
    monkeypatch.setattr(projections, "WIRES_EVERY", 10**6)
    own = through(epochs=1, **changes)
    before = dict(own.state)
    arrays(own)
    for p in own.plastic.shapes:
        expected = np.zeros(own.plastic.shapes[p])
        for sign, side in zip((1, -1), SIDES):
            first, last = (s[f"synapses_{p}.G_{side}"].astype(float) for s in (before, own.state))
            share, stray = attenuation(first, float(20e3 * TIOX.G_max), WIRES.tile)
            np.testing.assert_allclose(own.state[f"synapses_{p}.reach_{side}"], share, atol=1e-6)
            expected += sign * (share * last + stray)
            assert not np.array_equal(first, last)
        np.testing.assert_allclose(own.state[f"synapses_{p}.w_wired"], expected, atol=1e-5)


@pytest.mark.parametrize("changes", [dict(), dict(batch=4, network=AGAIN)])
def test_pieces_and_resuming_change_no_bit(changes, monkeypatch):
    """Looked at every third presentation, and cut after every eighth."""
    monkeypatch.setattr(projections, "WIRES_EVERY", 3)
    whole, pieces = arrays(through(**changes)), []
    cut = through(piece=8, **changes)
    found = arrays(cut, keep=lambda number, kept: pieces.append(kept))
    resumed = through(piece=8, **changes)
    resumed.resume(pieces[-2])
    for other in (found, arrays(resumed)):
        for key in whole:
            if "seconds" not in key:
                np.testing.assert_array_equal(whole[key], other[key], err_msg=key)
    assert whole["reach_plus_1"].max() < 1


def test_noise_of_reading_is_that_of_what_is_seen():
    """Of each device, in proportion to the current that reaches the end of its column."""
    noisy = replace(TIOX, read_noise=0.05)
    read = through(weights=noisy).synapse.carrier.read("U_post += w")
    assert read.splitlines() == [
        "w_read = w_wired + device_read_noise*sqrt((reach_plus*G_plus)*(reach_plus*G_plus) + "
        "(reach_minus*G_minus)*(reach_minus*G_minus))*randn()",
        "U_post += w_read",
    ]


def test_ideal_weights_have_no_wires():
    """Both arms may be given the same wires."""
    ideal = dict(weights=load("device", "ideal"), programming=None)
    plain, wired = (arrays(through(wires=w, **ideal)) for w in (None, WIRES))
    assert plain.keys() == wired.keys()
    np.testing.assert_array_equal(plain["w_1"], wired["w_1"])


def test_the_drop_of_each_layer():
    assert wire_drop(through(wires=None)) is None
    own = through()
    found = wire_drop(own)
    for p, drop in zip("12", found):
        worst = 0
        for side in SIDES:
            G = own.state[f"synapses_{p}.G_{side}"] * float(TIOX.G_max)
            voltages = np.ones(len(G)) * volt
            currents = column_currents(G * siemens, voltages, 20e3 * ohm, (8, 7))
            worst = max(worst, np.max(1 - np.asarray(currents) / G.sum(axis=0)))
        assert drop == pytest.approx(worst, rel=0.03)
    assert found[0] > 0.05
