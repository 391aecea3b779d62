"""A refresh against the same pair in NumPy, pulse by pulse."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from brian2 import Clock, Network, NeuronGroup, TimedArray, ms, nsecond, ohm, seed, volt
from scipy import stats
from standalone import numpy_target

from snn_brian.check.loading import load
from snn_brian.crossbar.line_resistance import attenuation
from snn_brian.declarations import Pulse, Reliability
from snn_brian.device.table import table_law
from snn_brian.device.wires import Wires
from snn_brian.network.memristive_pair import MemristivePair

PCM, TIOX = load("device", "PCM"), load("device", "TiOx")
QUIET = replace(
    PCM, cycle_to_cycle=0.0, depression_pulse=Pulse(voltage=2 * volt, width=30 * nsecond)
)
K, ALPHA = PCM.K, PCM.parameters["alpha_P"]
RULE = replace(
    load("programming", "potentiation_only"),
    number="dw",  # a request is a number of pulses
    prepare="",
    variables="",
    finish="",
    accumulates=False,
    parameters=dict(full=0.6, most=0.5),
)
EVERY = 3


def refreshed(device, requests, start, rule=RULE, size=4, **kwds):
    """A MemristivePair after requests (steps, neurons), refreshed in every third time step."""
    clock = Clock(1 * ms)
    inputs = NeuronGroup(size, "", threshold="True", clock=clock)
    due = f"t_in_timesteps % {EVERY} == {EVERY - 1}"
    neurons = NeuronGroup(
        np.shape(requests)[1], "request : 1", events={"refreshes": due}, clock=clock
    )
    asked = TimedArray(np.asarray(requests, float), clock.dt)
    neurons.run_regularly("request = asked(t, i)", when="start")
    pair = MemristivePair(
        inputs, neurons, device, rule, clock=clock, initial=start,
        on_event={"program": "spike", "refresh": "refreshes"}, **kwds,
    )  # fmt: skip
    pair.program.when, pair.refresh.when = "resets", "end"
    seed(1)
    Network(inputs, neurons, pair).run(len(requests) * clock.dt, namespace={"asked": asked})
    return pair


def by_hand(requests, plus, minus, alphas=(ALPHA, ALPHA), full=0.6, most=0.5):
    """(G_plus, G_minus, erasing pulses, writing pulses, reads, their load) of one column."""
    up = [lambda G, n, a=a: 1 - (1 - G) * np.exp(-a * n) for a in alphas]
    erased = written = reads = 0
    load_D = load_P = 0.0
    for step, n in enumerate(requests):
        new = [up[0](plus, max(n, 0)), up[1](minus, max(-n, 0))]
        load_P += max(n, 0) * (plus + new[0]) / 2 + max(-n, 0) * (minus + new[1]) / 2
        plus, minus = new
        if step % EVERY == EVERY - 1:
            reads += 2
            if max(plus, minus) > full and abs(plus - minus) < most:
                w = plus - minus
                pulses = int(np.floor(-np.log(1 - abs(w) / (1 - K)) / ALPHA + 0.5))
                load_D += (plus + K) / 2 + (minus + K) / 2
                plus = up[0](K, pulses if w > 0 else 0)
                minus = up[1](K, pulses if w < 0 else 0)
                load_P += pulses * ((plus if w > 0 else minus) + K) / 2
                erased, written = erased + 2, written + pulses
    return plus, minus, erased, written, reads, load_P, load_D


@pytest.mark.parametrize("columns", [[[3, 4, 5, 2, 2, 1, 0], [-3, -3, 1, 1, -9, 2, 1]]])
def test_a_refresh_erases_both_and_writes_the_weight_anew(columns):
    requests = np.transpose([*columns, [0] * 7])
    start = (0.3, 0.3)
    with numpy_target():
        pair = refreshed(QUIET, requests, start)
        G = K + 0.3 * (1 - K)
        counts = pair.counts()
        for k, column in enumerate(requests.T):
            plus, minus, erased, written, reads, load_P, load_D = by_hand(column, G, G)
            np.testing.assert_allclose(pair.G_plus[:].reshape(4, 3)[:, k], plus, rtol=1e-6)
            np.testing.assert_allclose(pair.G_minus[:].reshape(4, 3)[:, k], minus, rtol=1e-6)
            assert counts.erasing_pulses[k] == 4 * erased
            assert counts.refresh_pulses[k] == 4 * written
            assert counts.refresh_reads[k] == 4 * reads and counts.reads[k] == 0
            assert counts.potentiation_pulses[k] == 4 * abs(column).sum()
            energy = float(PCM.G_max) * (50e-9 * load_P + 2**2 * 30e-9 * load_D)
            assert float(counts.write_energy[k]) == pytest.approx(4 * energy)
        np.testing.assert_allclose(pair.w[:], pair.G_plus[:] - pair.G_minus[:])
        assert counts.erasing_pulses[0] and counts.erasing_pulses[1]
        assert not counts.erasing_pulses[2] and not counts.depression_pulses.any()


def test_the_weight_stays_but_for_half_a_pulse():
    requests = np.zeros((3, 40))
    with numpy_target():
        pair = refreshed(QUIET, requests, (0.4, 0.8), size=10)
        first = refreshed(QUIET, requests[:1], (0.4, 0.8), size=10)
        before, after = first.w[:], pair.w[:]
        moved = pair.G_plus[:] != first.G_plus[:]
        np.testing.assert_array_equal(moved, np.maximum(first.G_plus[:], first.G_minus[:]) > 0.6)
        assert 0.3 < moved.mean() < 1
        assert abs(after - before).max() < 0.51 * (1 - np.exp(-ALPHA))
        assert np.all(np.minimum(pair.G_plus[:], pair.G_minus[:])[moved] == pytest.approx(K))


def test_devices_that_differ_are_written_by_the_declared_law():
    """What a device lacks of the declared one is missed, as where nobody knows it."""
    varied = replace(QUIET, device_to_device=dict(alpha_P=0.3))
    requests = np.zeros((3, 1))
    with numpy_target():
        pair = refreshed(varied, requests, (0.5, 0.9), size=60)
        first = refreshed(varied, requests[:1], (0.5, 0.9), size=60)
        alphas = pair.device_alpha_P_plus[:], pair.device_alpha_P_minus[:]
        for k in range(60):
            own = [a[k] for a in alphas]
            plus, minus, *_ = by_hand([0, 0, 0], first.G_plus[k], first.G_minus[k], own)
            np.testing.assert_allclose([pair.G_plus[k], pair.G_minus[k]], [plus, minus], rtol=1e-6)


def test_noise_of_writing_has_the_spread_of_its_pulses():
    requests = np.zeros((3, 1))
    rule = replace(RULE, parameters=dict(full=0.1, most=1.0))
    with numpy_target():
        pair = refreshed(PCM, requests, (0.0, 0.0), rule, size=4000)
        assert np.all(pair.G_plus[:] == K)  # not due, and no noise without a pulse
        quiet = replace(RULE, parameters=dict(full=0.0, most=1.0))
        still = refreshed(PCM, requests, (0.0, 0.0), quiet, size=20)
        np.testing.assert_allclose(still.G_plus[:], K)  # a RESET pulse has no spread
        even = refreshed(PCM, requests, (0.5, 0.5), rule, size=4000)
        np.testing.assert_allclose(even.G_minus[:], K)


def test_what_erasing_leaves_is_part_of_the_weight():
    """Three pulses of a device that goes down step by step: what is written is the rest."""
    device = replace(TIOX, depression_pulse=QUIET.depression_pulse)
    rule = replace(RULE, erase_pulses=3, parameters=dict(full=0.0, most=2.0))
    alpha, down = TIOX.parameters["alpha_P"], np.exp(-3 * TIOX.parameters["alpha_D"])
    with numpy_target():
        pair = refreshed(device, np.zeros((3, 1)), (0.2, 0.8), rule, size=60)
        before = refreshed(device, np.zeros((1, 1)), (0.2, 0.8), rule, size=60)
        G = np.array([before.G_plus[:], before.G_minus[:]])
        counts, found = pair.counts(), np.array([pair.G_plus[:], pair.G_minus[:]])
    erased = TIOX.K + (G - TIOX.K) * down
    missing = np.subtract(*G) - np.subtract(*erased)
    assert abs(np.subtract(*erased)).max() > 0.1
    to = np.array([missing, -missing]).clip(0)  # of each device
    pulses = np.floor(-np.log(1 - to / (1 - erased)) / alpha + 0.5)
    written = 1 - (1 - erased) * np.exp(-alpha * pulses)
    np.testing.assert_allclose(found, written, rtol=1e-6)
    assert counts.erasing_pulses.sum() == 60 * 2 * 3
    assert counts.refresh_pulses.sum() == pulses.sum() > 60
    load_D, load_P = (3 * (G + erased) / 2).sum(), (pulses * (erased + written) / 2).sum()
    energy = float(TIOX.G_max) * (3**2 * 100e-9 * load_P + 2**2 * 30e-9 * load_D)
    assert float(counts.write_energy.sum()) == pytest.approx(energy)


def test_wear_and_a_table_see_the_pulses_of_a_refresh():
    worn = replace(QUIET, reliability=Reliability(endurance=1e6))
    requests = [[3], [3], [3], [0], [2], [1]]
    with numpy_target():
        pair = refreshed(worn, requests, (0.3, 0.3))
        counts = pair.counts()
        seen = pair.pulses_seen_plus[:].sum() + pair.pulses_seen_minus[:].sum()
        total = counts.potentiation_pulses + counts.erasing_pulses + counts.refresh_pulses
        assert counts.refresh_pulses[0] > 0 and seen == total[0]
        step = 1 - np.exp(-ALPHA)
        table = table_law("t", "", [step, 0.0], [0.0, 1.0])
        tabled = refreshed(replace(QUIET, law=table, parameters={}), requests, (0.3, 0.3))
        plain = refreshed(QUIET, requests, (0.3, 0.3))
        np.testing.assert_allclose(tabled.G_plus[:], plain.G_plus[:], rtol=1e-5)
        np.testing.assert_allclose(tabled.G_minus[:], plain.G_minus[:], rtol=1e-5)


def test_a_script_must_name_the_event():
    with pytest.raises(ValueError, match="'potentiation_only' refreshes its pairs: name the event"):
        MemristivePair(
            NeuronGroup(1, "", threshold="True"), NeuronGroup(1, "request : 1"), PCM, RULE
        )


def test_what_is_read_through_wires_follows_a_refresh():
    """What of each device reaches the end of its column is from before it."""
    requests = np.transpose([[3, 4, 5, 2, 2, 1, 0], [-3, -3, 1, 1, -9, 2, 1]])
    wires = Wires(100 * ohm)
    pair = refreshed(QUIET, requests, (0.3, 0.3), wires=wires, wires_every=100)
    assert pair.counts().refresh_pulses.sum() > 0
    resistance = float(wires.resistance * QUIET.G_max)
    share, _ = attenuation(np.full((4, 2), K + 0.3 * (1 - K)), resistance)  # the same for both
    assert np.all(share < 0.999)
    np.testing.assert_allclose(
        pair.w_wired[:], share.ravel() * (pair.G_plus_[:] - pair.G_minus_[:]), rtol=1e-6
    )


def test_pairs_that_are_not_due_may_stand_at_the_end_of_their_range():
    with warnings.catch_warnings(), numpy_target():
        warnings.simplefilter("error", RuntimeWarning)
        pair = refreshed(QUIET, np.zeros((4, 2)), (1.0, 1.0), replace(RULE, refresh="w > most"))
    np.testing.assert_array_equal(pair.G_plus_[:], 1)
    assert pair.counts().refresh_pulses.sum() == 0 and pair.counts().refresh_reads.sum() > 0


def test_each_written_device_has_the_spread_of_its_pulses():
    """That of one pulse from where it was erased, times the root of their number; a device that
    gets no pulse has none."""
    rule = replace(RULE, parameters=dict(full=0.0, most=1.0))
    noisy = replace(PCM, cycle_to_cycle=0.004)
    with numpy_target():
        pair = refreshed(noisy, np.zeros((3, 1)), (0.1, 0.5), rule, size=4000)
        before = refreshed(noisy, np.zeros((1, 1)), (0.1, 0.5), rule, size=4000).w[:]
        plus, minus = pair.G_plus[:], pair.G_minus[:]
    pulses = np.floor(-np.log(1 - abs(before) / (1 - K)) / ALPHA + 0.5)
    up = np.where(before > 0, plus, minus)
    np.testing.assert_allclose(np.where(before > 0, minus, plus), K)
    assert np.all(up[pulses == 0] == pytest.approx(K)) and pulses.max() > 4
    mean = 1 - (1 - K) * np.exp(-ALPHA * pulses)
    one = 0.004 * (1 + PCM.parameters["growth"] * K) * (1 - K)
    drawn = ((up - mean) / (one * np.sqrt(np.maximum(pulses, 1))))[pulses > 0]
    for part in (drawn, *(drawn[pulses[pulses > 0] == n] for n in (1, 2, 4))):
        assert stats.kstest(part, "norm").pvalue > 1e-3


def test_no_weight_gets_more_than_a_thousand_pulses():
    """Of a device whose pulses are so small that it would need 5000."""
    fine = replace(QUIET, parameters=QUIET.parameters | dict(alpha_P=1e-4))
    rule = replace(RULE, parameters=dict(full=0.0, most=1.0))
    with numpy_target():
        pair = refreshed(fine, np.zeros((3, 1)), (0.3, 0.9), rule, size=40)
        first = refreshed(fine, np.zeros((1, 1)), (0.3, 0.9), rule, size=40)
        wanted = np.floor(-np.log(1 - abs(first.w[:]) / (1 - K)) / 1e-4 + 0.5)
        pulses = np.minimum(wanted, 1000)
        assert wanted.max() > 1500 and wanted.min() < 900
        assert pair.counts().refresh_pulses.sum() == pulses.sum()
        np.testing.assert_allclose(abs(pair.w[:]), (1 - K) * (1 - np.exp(-1e-4 * pulses)))


@pytest.mark.parametrize("alpha", [ALPHA, 1e-2])
def test_a_weight_of_the_whole_range_takes_finitely_many_pulses(alpha):
    """Up to a millionth of the range, by at most 1000."""
    device = replace(QUIET, parameters=PCM.parameters | dict(alpha_P=alpha))
    rule = replace(RULE, parameters=dict(full=0.6, most=2.0))
    with numpy_target():
        pair = refreshed(device, [[1e5], [0], [0]], (0.0, 0.0), rule)
        pulses = min(np.floor(-np.log(1e-6) / alpha + 0.5), 1000)
        assert pair.counts().refresh_pulses[0] == 4 * pulses
        np.testing.assert_allclose(pair.G_plus[:], 1 - (1 - K) * np.exp(-alpha * pulses))
        np.testing.assert_allclose(pair.G_minus[:], K)
