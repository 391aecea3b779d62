"""Pairs of devices in a script of anybody's, against the paper's equations in NumPy."""

from dataclasses import replace

import numpy as np
import pytest
from brian2 import (
    Clock,
    Network,
    NeuronGroup,
    SpikeGeneratorGroup,
    joule,
    ms,
    nS,
    nsecond,
    ohm,
    seed,
    volt,
)
from brian2.core.base import BrianObjectException
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.check.loading import load
from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.line_resistance import attenuation
from snn_brian.declarations import Programming, Pulse
from snn_brian.device.wires import Wires
from snn_brian.network.memristive_pair import MemristivePair
from snn_brian.physics import depressed, potentiated

TIOX, COUNTS = load("device", "TiOx"), [3, -2, 0, 1]
ERASED = replace(TIOX, depression_pulse=Pulse(voltage=-2 * volt, width=40 * nsecond))
ASKED = Programming(name="asked", reference="", number="dw", learning={})  # dw is the pulses
K = 32.95 / 674


def script(device, programming=ASKED, request="request_post", **more):
    """Two of three inputs spike once; four neurons ask for a change each."""
    inputs = SpikeGeneratorGroup(3, [0, 2], [0, 0] * ms)
    neurons = NeuronGroup(4, "request : 1\nU : 1")
    neurons.request = COUNTS
    pair = MemristivePair(
        inputs, neurons, device, programming, request, on_pre={"forward": "U_post += w"}, **more
    )
    pair.forward.order = -1
    return Network(inputs, neurons, pair), neurons, pair


def expected(G_plus, G_minus):
    """Both conductances after the pulses, rows 0 and 2 alone (Eq. 10), in units of G_max."""
    for row in (0, 2):
        for column, n in enumerate(COUNTS):
            up, down = (G_plus, G_minus) if n > 0 else (G_minus, G_plus)
            up[row, column] = potentiated(up[row, column], abs(n), 1, 0.03058)
            down[row, column] = depressed(down[row, column], abs(n), K, 0.3534)
    return G_plus, G_minus


@pytest.mark.parametrize("signal", ["", "0.5"])
def test_each_read_costs_energy(signal):
    """V^2 t G of the rows that spike, before and after their pulses; a signal is on the voltage."""
    device = replace(TIOX, read_voltage=-0.2 * volt, read_time=5 * nsecond)
    with numpy_target():
        plain = script(TIOX, initial=(0.2, 0.8))[2]
        assert plain.counts().read_energy is None
        clock = Clock(0.1 * ms)
        inputs = SpikeGeneratorGroup(3, [0, 2, 0], [0, 0, 0.1] * ms, clock=clock)
        neurons = NeuronGroup(4, "request : 1\nU : 1", clock=clock)
        neurons.request = COUNTS
        pair = MemristivePair(
            inputs, neurons, device, ASKED, on_pre={"forward": "U_post += w"}, signal=signal,
            initial=(0.2, 0.8), seed=5, clock=clock,
        )  # fmt: skip
        pair.forward.order = -1
        G = [sum(np.asarray(side) for side in pair.conductances())]
        network = Network(inputs, neurons, pair)
        for _ in range(2):
            network.run(0.1 * ms, namespace={})
            G.append(sum(np.asarray(side) for side in pair.conductances()))
        load = (G[0][0] + G[0][2] + G[1][0]) * float(signal or 1) ** 2
        energy = pair.counts().read_energy
        np.testing.assert_allclose(energy / joule, 0.2**2 * 5e-9 * load, rtol=1e-6)


@pytest.mark.parametrize("compiled", [False, True])
def test_pulses_follow_the_device_and_are_counted(tmp_path, compiled):
    with standalone(np.float64) if compiled else numpy_target():
        network, neurons, pair = script(ERASED, initial=(0.2, 0.8), seed=5)
        random = np.random.default_rng(5)
        before = [K + (1 - K) * random.uniform(0.2, 0.8, 12).reshape(3, 4) for _ in range(2)]
        network.run(0.3 * ms, namespace={})
        if compiled:
            compile_and_run(tmp_path / "program")
        found = [G / (674 * nS) for G in pair.conductances()]
        after = expected(*(G.copy() for G in before))
        np.testing.assert_allclose(found, after, rtol=1e-6)
        np.testing.assert_allclose(pair.matrix("w"), after[0] - after[1], rtol=1e-5)
        w = before[0] - before[1]
        np.testing.assert_allclose(neurons.U[:], w[0] + w[2], rtol=1e-5)
        counts = pair.counts()
        np.testing.assert_array_equal(counts.potentiation_pulses, 2 * np.abs(COUNTS))
        np.testing.assert_array_equal(counts.depression_pulses, 2 * np.abs(COUNTS))
        # V^2 t G, G the mean before and after, for every pulse (NeuroSim)
        cost = {True: 3**2 * 100e-9, False: 2**2 * 40e-9}  # of potentiation, of depression
        energy = sum(
            cost[(n > 0) == (side == 0)]
            * abs(n)
            * (before[side][row, column] + after[side][row, column])
            / 2
            for side in (0, 1)
            for row in (0, 2)
            for column, n in enumerate(COUNTS)
        )
        total = float(np.sum(counts.write_energy))
        assert total == pytest.approx(energy * 674e-9, rel=1e-5)


@pytest.mark.parametrize("compiled", [False, True])
def test_a_rule_may_begin_anew_at_a_pulse(tmp_path, compiled):
    """`finish` runs where a pair has a pulse and leaves the sums of the others."""
    rule = Programming(
        name="anew",
        reference="",
        variables="chi : 1",
        prepare="chi += dw",
        number="int(chi/2.5)",
        finish="chi = 0",
        accumulates=True,
        learning={},
    )
    with standalone(np.float64) if compiled else numpy_target():
        clock = Clock(0.1 * ms)
        inputs = NeuronGroup(3, "", threshold="i != 1", reset="", clock=clock)
        neurons = NeuronGroup(4, "request : 1", clock=clock)
        neurons.request = COUNTS
        pair = MemristivePair(
            inputs, neurons, TIOX, rule, "request_post", initial=(0.2, 0.8), clock=clock
        )
        Network(inputs, neurons, pair).run(0.4 * ms, namespace={})
        if compiled:
            compile_and_run(tmp_path / "program")
        # 3: a pulse each time; -2 and 1: at the second (and fourth), at the third
        np.testing.assert_array_equal(pair.counts().potentiation_pulses, [8, 4, 0, 2])
        chi = pair.matrix("chi")
        np.testing.assert_allclose(chi, [[0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 1]], atol=1e-9)


def test_the_target_needs_no_variables_of_the_pair():
    with numpy_target():
        clock = Clock(0.1 * ms)
        inputs = NeuronGroup(2, "", threshold="True", clock=clock)
        neurons = NeuronGroup(3, "v : 1", clock=clock)
        rule, request = load("programming", "ternary"), "0.5*(v_post - 1)"
        pair = MemristivePair(inputs, neurons, TIOX, rule, request, clock=clock)
        seed(0)
        Network(inputs, neurons, pair).run(1 * ms, namespace={})
        # v is 0: every synapse is asked for -0.5 ten times, and half of these are an event
        assert pair.counts().depression_pulses.sum() == pytest.approx(30, abs=16)
        assert set(neurons.variables) & {"pulses_P", "reads", "load_P"} == set()


def test_a_start_as_the_programming_rule_says_and_w_follows():
    with numpy_target():
        _, _, pair = script(TIOX, load("programming", "accumulator"))
        low, high = (K + (1 - K) * place for place in (0.0, 0.21))
        G = pair.G_plus[:]
        assert low <= G.min() < G.max() <= high and len(set(G)) == 12
        np.testing.assert_allclose(pair.w[:], pair.G_plus[:] - pair.G_minus[:])


@pytest.mark.parametrize(
    "given, said",
    [
        (dict(initial=(-1, 2)), r"^initial=\(-1, 2\): must be two places of the range, from 0"),
        (dict(initial=(0.8, 0.2)), r"^initial=\(0.8, 0.2\): must be"),
        (dict(initial=(float("nan"), 1)), r"^initial=\(nan, 1\): must be"),
        (dict(initial=0.5), "^initial=0.5: must be"),
        (dict(initial=None), "^initial: 'asked' has no learning settings"),
        (dict(initial=(0, 1), programmed_by="psot"), "^programmed_by='psot': must be 'pre' or"),
        (dict(initial=(0, 1), wires=Wires(2 * ohm), wires_every=0), "^wires_every=0: must be a"),
    ],
)
def test_what_is_no_pair_is_refused(given, said):
    with numpy_target(), pytest.raises(ValueError, match=said):
        script(TIOX, **given)


def test_devices_that_differ_stay_in_their_own_range():
    with numpy_target():
        network, _, pair = script(load("device", "TiOx_varied"), initial=(0, 1), seed=2)
        assert len(set(pair.G_max_plus[:])) == 12 and len(set(pair.device_alpha_P_minus[:])) == 12
        for end, place, spread in (("G_max", 1, 0.01), ("G_min", K, 0.05 * K)):  # cut at 3 spreads
            values = getattr(pair, f"{end}_plus")[:]
            assert abs(values - place).max() < 3.01 * spread < 30 * values.std()
        network.run(0.3 * ms, namespace={})
        for side in ("plus", "minus"):
            G, low, high = (getattr(pair, f"{name}_{side}")[:] for name in ("G", "G_min", "G_max"))
            assert np.all((low <= G) & (G <= high))


def test_a_spike_reads_a_pair_once_however_often_the_code_mentions_it():
    noisy = replace(TIOX, read_noise=0.3)
    with numpy_target():
        inputs = NeuronGroup(1, "", threshold="True")
        neurons = NeuronGroup(200, "request : 1\na : 1\nb : 1")
        pair = MemristivePair(
            inputs, neurons, noisy, ASKED, initial=(0.5, 0.5),
            on_pre={"forward": "a_post += w; b_post += w"},
        )  # fmt: skip
        seed(1)
        Network(inputs, neurons, pair).run(0.1 * ms, namespace={})
        np.testing.assert_array_equal(neurons.a[:], neurons.b[:])
        # both devices at G: noise of 0.3*G*sqrt(2) around w = 0
        G = K + (1 - K) / 2
        assert np.std(neurons.a[:]) == pytest.approx(0.3 * G * np.sqrt(2), rel=0.2)


def test_a_pair_is_a_crossbar_and_refuses_what_it_refuses():
    assert issubclass(MemristivePair, Crossbar)
    with numpy_target():
        network, _, _ = script(TIOX, request="wish_post", initial=(0, 1))
        with pytest.raises(BrianObjectException) as caught:
            network.run(0.1 * ms, namespace={})
    assert "wish_post" in str(caught.value.__cause__)


@pytest.mark.parametrize(
    "devices, least, most", [("one at random", 1, 9), ("the one that moves", 10, 10)]
)
def test_pulses_on_one_device_of_the_pair(devices, least, most):
    """Ten pairs at the middle of the range, where depression of TiOx moves further."""
    rule = replace(ASKED, devices=devices)
    with numpy_target():
        inputs = NeuronGroup(10, "", threshold="True")
        neurons = NeuronGroup(1, "request : 1")
        neurons.request = 1
        pair = MemristivePair(inputs, neurons, TIOX, rule, initial=(0.5, 0.5))
        seed(3)
        Network(inputs, neurons, pair).run(0.1 * ms, namespace={})
        counts = pair.counts()
        (up,), (down,) = counts.potentiation_pulses, counts.depression_pulses
        assert up + down == 10 and least <= down <= most
        assert np.all(pair.w[:] > 0)


@pytest.mark.parametrize("n", [1, -1])
def test_the_device_that_moves_further_gets_the_pulse(n):
    """Up or down: the one of each pair that has more of its way before it."""
    rule = replace(ASKED, devices="the one that moves")
    with numpy_target():
        inputs = NeuronGroup(200, "", threshold="True")
        neurons = NeuronGroup(1, "request : 1")
        neurons.request = n
        pair = MemristivePair(inputs, neurons, TIOX, rule, initial=(0, 0.3), seed=2)
        up, down = (getattr(pair, name)[:].copy() for name in ("G_plus", "G_minus")[::n])
        Network(inputs, neurons, pair).run(0.1 * ms, namespace={})
        found = [getattr(pair, name)[:] for name in ("G_plus", "G_minus")[::n]]
    higher, lower = potentiated(up, 1, 1, 0.03058), depressed(down, 1, K, 0.3534)
    rises = higher - up >= down - lower
    assert 20 < rises.sum() < 180
    expected = np.where(rises, higher, up), np.where(rises, down, lower)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize(
    "path, told",
    [({"program": "U_post += w"}, "rename yours"), ({"learn": "U_post += w; w += 0.1"}, "sets w")],
)
def test_further_pathways_neither_replace_the_programming_nor_set_the_weight(path, told):
    with numpy_target(), pytest.raises(ValueError, match=told):
        groups = NeuronGroup(2, "", threshold="True"), NeuronGroup(3, "request : 1\nU : 1")
        MemristivePair(*groups, TIOX, ASKED, initial=(0, 1), on_pre=path)


def test_a_pair_that_starts_later_starts_as_one_that_does_at_once():
    """With the seed 0 unless another is given, of places and devices."""
    device = load("device", "TiOx_varied")
    with numpy_target():
        found = []
        for given in (dict(), dict(seed=0), dict(seed=1), None):
            groups = NeuronGroup(2, "", threshold="True"), NeuronGroup(3, "request : 1")
            start = dict(start=False) if given is None else given
            pair = MemristivePair(*groups, device, ASKED, initial=(0.2, 0.8), **start)
            if given is None:
                pair.start((0.2, 0.8))
            found.append([pair.variables[name].get_value() for name in ("G_plus", "G_max_minus")])
        for other, same in ((found[1], True), (found[3], True), (found[2], False)):
            assert np.array_equal(found[0], other) == same


@pytest.mark.parametrize(
    "rule, other, told",
    [
        ("tiki_taka", "refresh", "reads its devices A: name the event of the source at which it"),
        ("potentiation_only", "transfer", "refreshes its pairs: name the event of the target at"),
    ],
)
@pytest.mark.parametrize("events", [None, "spike", {}])
def test_a_rule_that_reads_pairs_needs_an_event_for_it(rule, other, told, events):
    groups = NeuronGroup(2, "", threshold="True"), NeuronGroup(3, "request : 1")
    events = {other: "spike"} if events == {} else events
    with numpy_target(), pytest.raises(ValueError, match=f"^the rule '{rule}' {told}"):
        MemristivePair(*groups, TIOX, load("programming", rule), on_event=events or "spike")


@pytest.mark.parametrize("name", ["program", "relax", "refresh", "transfer"])
@pytest.mark.parametrize("side", ["on_pre", "on_post"])
def test_names_of_a_pair_s_own_pathways_are_taken(name, side):
    groups = NeuronGroup(2, "", threshold="True"), NeuronGroup(3, "request : 1\nU : 1")
    with numpy_target(), pytest.raises(ValueError, match=f"^'{name}' is a pathway of the pair"):
        MemristivePair(*groups, TIOX, ASKED, **{side: {name: "U_post += 1"}})


@pytest.mark.parametrize("name", ["w", "G_plus", "G_minus"])
def test_no_pathway_sets_what_follows_from_pulses(name):
    groups = NeuronGroup(2, "", threshold="True"), NeuronGroup(3, "request : 1\nU : 1")
    with numpy_target(), pytest.raises(ValueError, match="^the pathway 'other' sets w"):
        MemristivePair(*groups, TIOX, ASKED, on_post={"other": f"{name} = 0.1"})


def test_a_request_may_be_a_variable_that_is_called_as_the_request_of_a_pathway():
    """Where no pathway sets `dw` itself."""
    with numpy_target():
        clock = Clock(1 * ms)
        inputs = NeuronGroup(2, "", threshold="True", clock=clock)
        neurons = NeuronGroup(3, "dw : 1", clock=clock)
        neurons.dw = 2
        pair = MemristivePair(inputs, neurons, TIOX, ASKED, "dw_post", clock=clock, initial=(0, 1))
        Network(inputs, neurons, pair).run(1 * ms, namespace={})
        np.testing.assert_array_equal(pair.counts().potentiation_pulses, [4, 4, 4])


def test_devices_that_differ_do_so_around_what_is_declared():
    with numpy_target():
        groups = NeuronGroup(20, "", threshold="True"), NeuronGroup(20, "request : 1")
        pair = MemristivePair(*groups, load("device", "TiOx_varied"), ASKED, initial=(0, 1))
        for name, value, share in (
            ("device_alpha_P", 0.03058, 0.25), ("device_alpha_D", 0.3534, 0.25),
            ("G_max", 1, 0.01), ("G_min", K, 0.05),
        ):  # fmt: skip
            for side in ("plus", "minus"):  # of 400 devices: 5 deviations of their mean
                mean = getattr(pair, f"{name}_{side}")[:].mean()
                assert mean == pytest.approx(value, rel=5 * share / 20)


def test_through_wires_what_reaches_the_column_is_looked_at_in_each_step():
    """At its start, unless told otherwise; pulses count at once, by the share of that time."""
    wires = Wires(20e3 * ohm)
    with numpy_target():
        clock = Clock(1 * ms)
        inputs = NeuronGroup(3, "", threshold="True", clock=clock)
        neurons = NeuronGroup(4, "request : 1", clock=clock)
        neurons.request = COUNTS
        pair = MemristivePair(
            inputs, neurons, TIOX, ASKED, initial=(0.2, 0.8), clock=clock, wires=wires
        )
        network, resistance = Network(inputs, neurons, pair), float(wires.resistance * TIOX.G_max)
        for _ in range(3):
            before = pair.G_plus[:].reshape(3, 4).copy()
            network.run(1 * ms, namespace={})
            share, _ = attenuation(before, resistance)
            np.testing.assert_allclose(pair.reach_plus[:].reshape(3, 4), share, rtol=1e-6)
            assert not np.array_equal(pair.G_plus[:].reshape(3, 4), before)
