"""Tiki-Taka against the same two arrays in NumPy, pulse by pulse, random draws included."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import (
    Clock,
    EventMonitor,
    Network,
    NeuronGroup,
    TimedArray,
    ms,
    nsecond,
    ohm,
    seed,
    volt,
)
from standalone import numpy_target

from snn_brian.base.errors import UserError
from snn_brian.check.loading import load
from snn_brian.crossbar.line_resistance import attenuation
from snn_brian.declarations import Network as Declared
from snn_brian.declarations import Projection, Pulse, Reliability
from snn_brian.device.wires import Wires
from snn_brian.network.layers import Conv
from snn_brian.network.memristive_pair import MemristivePair
from snn_brian.network.topology import graph
from snn_brian.network.transfer import EVENT, SOURCE, sources

TIKI = load("programming", "tiki_taka")
TIOX, VARIED = load("device", "TiOx"), load("device", "TiOx_varied")
# a request is a number of pulses, and a transfer draws nothing
PLAIN = replace(
    TIKI, number="dw", transfer="sign(A)*int(abs(A) > least)", parameters=dict(least=0.01)
)
NOISY = replace(
    VARIED,
    depression_pulse=Pulse(voltage=-2 * volt, width=40 * nsecond),
    cycle_to_cycle=0.02,
    read_noise=0.03,
    read_voltage=0.1 * volt,
    read_time=5 * nsecond,
)
EVERY, ROWS, COLUMNS, STEPS = 2, 3, 4, 40


def requests(scale):
    return scale * np.random.default_rng(5).normal(size=(STEPS, COLUMNS)) + 0.3 * scale


def transferred(device, rule, asked, **kwds):
    """A MemristivePair after requests (steps, columns) of all rows, a row of which is read in every
    second step."""
    clock = Clock(1 * ms)
    due = f"(t_in_timesteps + 1) % {EVERY} == 0 and i == ((t_in_timesteps + 1)//{EVERY} - 1) % N"
    inputs = NeuronGroup(ROWS, "", threshold="True", events={"turns": due}, clock=clock)
    neurons = NeuronGroup(COLUMNS, "request : 1\nU : 1", clock=clock)
    table = TimedArray(asked, clock.dt)
    neurons.run_regularly("request = table(t, i)", when="start")
    pair = MemristivePair(
        inputs, neurons, device, rule, clock=clock, initial=(0.1, 0.4), seed=3,
        on_event={"program": "spike", "transfer": "turns"}, **kwds,
    )  # fmt: skip
    begun = {name: pair.variables[name].get_value().copy() for name in ("G_plus", "G_minus", "G_A")}
    pair.program.when, pair.transfer.when = "resets", "end"
    seed(1)
    Network(inputs, neurons, pair).run(len(asked) * clock.dt, namespace={"table": table})
    return pair, begun


class Devices:
    """Devices of one kind in NumPy, (rows, columns), and what their pulses cost."""

    def __init__(self, pair, device, side, G):
        def own(name):
            key = f"{name}_{side}" if f"{name}_{side}" in pair.variables else name
            return np.broadcast_to(pair.variables[key].get_value(), G.size).reshape(ROWS, COLUMNS)

        self.G, self.top, self.bottom = G.reshape(ROWS, COLUMNS).copy(), own("G_max"), own("G_min")
        self.alphas = own("device_alpha_P"), own("device_alpha_D")
        self.noise, self.load, self.pulses = device.cycle_to_cycle, np.zeros(2), np.zeros(2)

    def give(self, n, row=slice(None)):
        """`n` pulses (...,), above 0 up, with a draw of noise for each device if there is any."""
        G, top, bottom = self.G[row], self.top[row], self.bottom[row]
        up, down = (alpha[row] for alpha in self.alphas)
        to = np.where(n > 0, top - (top - G) * np.exp(-up * n), G)
        to = np.where(n < 0, bottom + (G - bottom) * np.exp(down * n), to)
        if self.noise:
            drawn = np.random.randn(n.size).reshape(n.shape)
            to = to + self.noise * (top - bottom) * np.sqrt(abs(n)) * drawn
        new = np.clip(to, bottom, top)
        for k, way in enumerate((n > 0, n < 0)):
            self.pulses[k] += abs(n)[way].sum()
            self.load[k] += (abs(n) * (G + new) / 2)[way].sum()
        self.G[row] = new


def by_hand(pair, begun, device, rule, asked):
    """The devices A, G_plus, G_minus after all requests, reads, and what reads of A have cost."""
    A, plus, minus = (
        Devices(pair, device, side, begun[f"G_{side}"]) for side in ("A", "plus", "minus")
    )
    reference, reads, cost = A.G.copy(), 0, 0.0
    np.random.seed(1)
    for step, dw in enumerate(asked):
        dw = np.broadcast_to(dw, (ROWS, COLUMNS))
        if rule is PLAIN:
            n = dw
        else:
            n = np.clip(np.floor(dw + np.random.rand(dw.size).reshape(dw.shape)), -1, 1)
        A.give(n)
        if step % EVERY != EVERY - 1:
            continue
        row = (step // EVERY) % ROWS
        read, reads = A.G[row] - reference[row], reads + 2 * COLUMNS
        cost += (A.G[row] + reference[row]).sum()
        if device.read_noise:
            spread = np.hypot(A.G[row], reference[row])
            read = read + device.read_noise * spread * np.random.randn(COLUMNS)
        if rule is PLAIN:
            n = np.sign(read) * (abs(read) > rule.parameters["least"])
        else:
            n = np.floor(rule.parameters["rate"] * read + np.random.rand(COLUMNS))
            n = np.clip(n, -1, 1)
        plus.give(n, row)
        minus.give(-n, row)
    return A, plus, minus, reads, cost


@pytest.mark.parametrize("device", [TIOX, VARIED, NOISY], ids=["alike", "varied", "noisy"])
@pytest.mark.parametrize("rule", [PLAIN, replace(TIKI, parameters=dict(rate=8.0))])
def test_both_arrays_go_as_in_numpy(device, rule):
    asked = np.rint(requests(1.0)) if rule is PLAIN else requests(0.4)
    with numpy_target():
        pair, begun = transferred(device, rule, asked)
        *devices, reads, cost = by_hand(pair, begun, device, rule, asked)
        for side, own in zip(("A", "plus", "minus"), devices):
            found = pair.variables[f"G_{side}"].get_value().reshape(ROWS, COLUMNS)
            np.testing.assert_allclose(found, own.G, rtol=1e-9, err_msg=side)
            assert abs(own.G - begun[f"G_{side}"].reshape(ROWS, COLUMNS)).max() > 0.01
        np.testing.assert_allclose(pair.w[:], pair.G_plus[:] - pair.G_minus[:])
        counts = pair.counts()
        units = [
            float(TIOX.G_max * pulse.voltage**2 * pulse.width)
            for pulse in (device.potentiation_pulse, device.depression_pulse)
        ]
        given = sum(own.pulses for own in devices)
        assert counts.potentiation_pulses.sum() == given[0] > 0
        assert counts.depression_pulses.sum() == given[1] > 0
        assert counts.reads.sum() == reads == 2 * COLUMNS * STEPS // EVERY
        energy = float(counts.write_energy.sum())
        assert energy == pytest.approx(sum(own.load for own in devices) @ units)
        if device.counts_reads:
            read = float(counts.read_energy.sum())
            assert read == pytest.approx(float(TIOX.G_max) * 0.01 * 5e-9 * cost)


def test_requests_alone_do_not_move_the_weight():
    with numpy_target():
        pair, begun = transferred(
            VARIED, replace(PLAIN, transfer="0*A*least"), requests(1.0).round()
        )
        np.testing.assert_array_equal(pair.G_plus[:], begun["G_plus"])
        np.testing.assert_array_equal(pair.G_minus[:], begun["G_minus"])
        assert np.all(pair.G_A[:] != begun["G_A"])


def test_pulses_in_turn_keep_A_at_its_symmetry_point():
    """Each device at its own; elsewhere it is on its way there."""
    asked = np.tile([[1.0], [-1.0]], (200, COLUMNS))
    with numpy_target():
        pair, begun = transferred(VARIED, replace(PLAIN, transfer="0*A*least"), asked)
        place = begun["G_A"]
        np.testing.assert_array_equal(pair.reference_A[:], place)
        assert np.ptp(place) > 0.02
        up = (pair.G_max_A[:] - place) * (1 - np.exp(-pair.device_alpha_P_A[:]))
        down = (place - pair.G_min_A[:]) * (1 - np.exp(-pair.device_alpha_D_A[:]))
        np.testing.assert_allclose(up, down, rtol=1e-6)
        assert abs(pair.G_A[:] - place).max() < up.max()


def test_a_device_that_is_stuck_counts_as_nothing():
    """Its reference is where it is, so that it asks for no pulse of the pair."""
    stuck = Reliability(stuck=0.2, stuck_on=0.2, stuck_off=0.2)
    with numpy_target():
        pair, begun = transferred(replace(TIOX, reliability=stuck), PLAIN, requests(1.0).round())
        fate = pair.device_fate_A[:]
        assert set(fate) == {1, 0, -1, -2}
        for value, place in ((-1, 1.0), (-2, TIOX.K), (0, begun["G_A"][fate == 0])):
            np.testing.assert_array_equal(pair.G_A[:][fate == value], place)
        np.testing.assert_array_equal(pair.reference_A[:], begun["G_A"])
        moved = pair.G_plus[:] != begun["G_plus"]
        assert not moved[fate < 1].any() and moved[fate == 1].any()


def test_wear_is_that_of_each_device():
    worn = replace(TIOX, reliability=Reliability(endurance=1e6))
    with numpy_target():
        pair, _ = transferred(worn, PLAIN, requests(1.0).round())
        counts = pair.counts()
        on_A, on_pair = (
            sum(pair.variables[f"pulses_seen_{side}"].get_value().sum() for side in sides)
            for sides in (["A"], ["plus", "minus"])
        )
        assert on_A == ROWS * abs(requests(1.0).round()).sum() and on_pair > 0
        given = counts.potentiation_pulses + counts.depression_pulses
        assert on_A + on_pair == given.sum()


def test_what_is_read_through_wires_follows_a_transfer():
    wires = Wires(100 * ohm)
    with numpy_target():
        pair, begun = transferred(TIOX, PLAIN, requests(1.0).round(), wires=wires, wires_every=100)
        resistance = float(wires.resistance * TIOX.G_max)
        shares = (
            attenuation(begun[name].reshape(ROWS, COLUMNS), resistance)[0].ravel()
            for name in ("G_plus", "G_minus")
        )
        ends = (pair.G_plus_[:], pair.G_minus_[:])
        seen = np.subtract(*(share * G for share, G in zip(shares, ends)))
        np.testing.assert_allclose(pair.w_wired[:], seen, rtol=1e-5)


@pytest.mark.parametrize("steps, every, before", [(1, 1, 0), (3, 1, 0), (2, 3, 17), (1, 2, 100)])
def test_rows_are_read_in_turn_at_the_ends_of_presentations(steps, every, before):
    presentations, rows = 23, 5
    with numpy_target():
        clock = Clock(1 * ms)
        group = NeuronGroup(rows, SOURCE, events=EVENT, clock=clock)
        group.transferring, group.transfer_every, group.shown_before = 1, every, before
        turns = EventMonitor(group, "transfers")
        net = Network(group, turns)
        net.run(presentations * steps * clock.dt, namespace={"steps": steps})
        found = list(zip(np.rint(turns.t / clock.dt).astype(int), turns.i[:]))
        expected = [
            ((shown + 1) * steps - 1, ((before + shown + 1) // every - 1) % rows)
            for shown in range(presentations)
            if (before + shown + 1) % every == 0
        ]
        assert found == expected and found
        group.transferring = 0
        net.run(presentations * steps * clock.dt, namespace={"steps": steps})
        assert len(turns.i[:]) == len(expected)


def test_rows_are_those_of_the_groups_whose_spikes_learned_weights_see():
    """Once each; of a convolution, those of its kernel; of fixed weights, none."""
    projections = [
        Projection("skip", "inputs", "layer_2"),
        Projection("delayed", "inputs", "layer_2", delay=2),
        Projection("back", "layer_2", "layer_1"),
        Projection("fixed", "layer_2", "layer_2", fixed="0.1"),
    ]
    own = graph(Declared("own", "", projections), (Conv(2, kernel=3), 5), (6, 6))
    assert sources(own) == ["rows_1", "layer_1", "inputs", "delayed_delayed", "layer_2_before"]


@pytest.mark.parametrize("name", ["linear", "PCM"])
def test_devices_without_a_symmetry_point_are_refused(name):
    with numpy_target(), pytest.raises(UserError, match=f"the device '{name}' "):
        transferred(load("device", name), PLAIN, requests(1.0))


def test_a_script_must_name_the_event():
    with pytest.raises(ValueError, match="'tiki_taka' reads its devices A: name the event"):
        MemristivePair(
            NeuronGroup(1, "", threshold="True"), NeuronGroup(1, "request : 1"), TIOX, TIKI
        )
