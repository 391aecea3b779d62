"""Tiki-Taka in a training: whose turn it is, and that pieces, resuming and tests change no bit."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import second
from test_lasting import AGAIN, training

from snn_brian.base.errors import UserError
from snn_brian.check.loading import load
from snn_brian.declarations import Network, Projection, Reliability
from snn_brian.device.symmetry import symmetry_point
from snn_brian.network.layers import Conv
from snn_brian.train.group_values import group_values

# every transfer moves the row that is read
RULE = replace(
    load("programming", "tiki_taka"), transfer="sign(A)*int(abs(A) > least)", transfer_every=3,
    parameters=dict(least=1e-4), learning=load("programming", "ternary").learning,
)  # fmt: skip
NEURON, NOISY = load("neuron", "integrate_and_fire"), load("device", "TiOx_varied")
NOISY = replace(NOISY, cycle_to_cycle=0.01, read_noise=0.01)


def transferring(target="numpy", **changes):
    return training(NEURON, target, **(dict(weights=NOISY, programming=RULE, eta=0.5) | changes))


def arrays(own, **kwds):
    *_, last = own.epochs(**kwds)
    return last.arrays


@pytest.mark.parametrize("changes", [dict(), dict(batch=4, optimizer=load("optimizer", "adam"))])
def test_pieces_and_resuming_change_no_bit(changes):
    whole, pieces = arrays(transferring(**changes)), []
    found = arrays(transferring(piece=8, **changes), keep=lambda number, kept: pieces.append(kept))
    resumed = transferring(piece=8, **changes)
    resumed.resume(pieces[-2])
    for other in (found, arrays(resumed)):
        assert whole.keys() == other.keys() and "G_A_2" in whole
        for key in whole:
            if "seconds" not in key:
                np.testing.assert_array_equal(whole[key], other[key], err_msg=key)
    assert whole["measured_reads"].sum() > 0


@pytest.mark.parametrize(
    "changes", [dict(), dict(layers=(Conv(3, kernel=3, stride=2), 8)), dict(network=AGAIN)]
)
def test_rows_have_their_turn_through_all_epochs(changes):
    """20 presentations an epoch, so that 3, 6, ..., 18 and 1, 4, ..., 19 of them end with a
    transfer; which rows those were is seen in what has moved of the pairs."""
    own = transferring(epochs=2, piece=8, **changes)
    shapes = {p: own.state[f"synapses_{p}.w"].shape for p in own.plastic.shapes}
    before = [own.state[f"synapses_{p}.w"].copy() for p in shapes]
    turns = {0: [], 1: range(6), 2: range(6, 13)}
    for epoch, count in zip(own.epochs(), (0, 6, 7)):
        reads = {p: 2 * count * shape[1] for p, shape in shapes.items()}
        for l in own.numbers:
            expected = sum(reads[each.name] for each in own.structure.graph.into(l))
            assert epoch.reads[l - 1] == expected
        after = [own.state[f"synapses_{p}.w"].copy() for p in shapes]
        for (p, (rows, _)), old, new in zip(shapes.items(), before, after):
            moved = set(np.flatnonzero((old != new).any(axis=1)))
            allowed = {turn % rows for turn in turns[epoch.number]}
            assert moved <= allowed, p
            assert bool(moved) == bool(count)
        before = after


def test_nothing_is_transferred_in_tests():
    own = transferring(network=AGAIN)
    for learning in (True, False):
        values = group_values(own.arm, own.structure, own.synapse, 2, learning, 20, own.n_train)
        for source in ("inputs", "layer_1", "layer_1_before"):
            assert values[f"{source}.transferring"] == learning
            assert values[f"{source}.shown_before"] == 20
    assert "layer_2.transferring" not in values


def test_each_A_starts_at_its_own_symmetry_point():
    own = transferring()
    for p in ("1", "2"):
        A, kept = own.state[f"synapses_{p}.G_A"], own.devices[f"synapses_{p}.reference_A"]
        np.testing.assert_array_equal(A, kept)
        values = {
            symbol: own.devices[f"synapses_{p}.{name}"]
            for symbol, name in (
                ("alpha_P", "device_alpha_P_A"), ("alpha_D", "device_alpha_D_A"),
                ("G_max", "G_max_A"), ("G_min", "G_min_A"),
            )
        }  # fmt: skip
        up, down = (-np.expm1(-values[name].astype(float)) for name in ("alpha_P", "alpha_D"))
        expected = (values["G_max"] * up + values["G_min"] * down) / (up + down)
        np.testing.assert_allclose(A, expected, rtol=1e-6)
        others = [own.devices[f"synapses_{p}.device_alpha_P_{side}"] for side in ("plus", "minus")]
        assert all(np.all(values["alpha_P"] != other) for other in others)
    alike = transferring(weights=load("device", "TiOx"))
    assert "synapses_1.reference_A" not in alike.devices
    assert alike.synapse.parameters["reference_A"] == float(symmetry_point(load("device", "TiOx")))
    assert np.ptp(alike.state["synapses_1.G_A"]) == 0


def test_a_new_start_sets_A_anew():
    first = transferring()
    kept = arrays(first)
    again = transferring(start={key: kept[key] for key in kept if key.startswith(("G_p", "G_m"))})
    np.testing.assert_array_equal(again.state["synapses_1.G_plus"], kept["G_plus_1"])
    np.testing.assert_array_equal(
        again.state["synapses_1.G_A"], transferring().state["synapses_1.G_A"]
    )


def test_delayed_sources_and_devices_that_forget_have_transfers():
    late = Network("late", "", [Projection("again", "layer_1", "layer_1", delay="1 + j % 2")])
    forgets = Reliability(retention=100 * second, endurance=50)
    device = replace(NOISY, reliability=forgets)
    own = transferring(network=late, weights=device, rest=5 * second)
    found = arrays(own)
    assert found["measured_reads"].sum() > 0
    assert found["pulses_seen_A_1"].sum() > 0 and np.isfinite(found["G_A_1"]).all()
    rested = own.plastic.rested(own.state, 1e9)["synapses_1.G_A"]
    worn = own.state["synapses_1.pulses_seen_A"] >= own.devices["synapses_1.device_endurance_A"]
    home = np.where(worn, own.state["synapses_1.G_A"], own.devices["synapses_1.G_min_A"])
    assert not worn.all()
    np.testing.assert_allclose(rested, home, rtol=1e-5)


def test_devices_without_a_symmetry_point_are_refused():
    with pytest.raises(UserError, match="the device 'linear' has no single symmetry point"):
        transferring(weights=load("device", "linear"))


def test_a_compiled_program_does_the_same(private_builds):
    """Without noise and chance nothing is drawn: both targets go the same way."""
    patch = private_builds()
    rule = replace(RULE, number="sign(dw)*int(abs(dw) > least)", transfer_every=1)
    quiet = dict(weights=load("device", "TiOx_varied"), encoder=load("encoder", "threshold"))
    quiet |= dict(steps=1, epochs=2, programming=rule)
    try:
        found = arrays(transferring("cpp_standalone", piece=8, **quiet))
    finally:
        patch.undo()
    expected = arrays(transferring(**quiet))
    for key in expected:
        if key.startswith(("G_", "measured_")) and "seconds" not in key:
            np.testing.assert_allclose(found[key], expected[key], rtol=1e-4, err_msg=key)
    assert expected["measured_reads"].sum() == 2 * 2 * 20 * (12 + 8)
