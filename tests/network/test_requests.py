"""Requests from traces of both sides: plasticity that depends on spike timing, on pairs of devices,
against plain Brian2 Synapses and against the paper's equations in NumPy."""

import numpy as np
import pytest
from brian2 import (
    Clock,
    Network,
    NeuronGroup,
    SpikeGeneratorGroup,
    Synapses,
    ms,
    nS,
    nsecond,
    prefs,
    seed,
    volt,
)
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.check.loading import load
from snn_brian.declarations import Device, Law, Programming, Pulse
from snn_brian.network.memristive_pair import MemristivePair, split_request
from snn_brian.physics import depressed, potentiated

TIOX, K = load("device", "TiOx"), 32.95 / 674
FINE = 1e-6  # of the range, by one pulse
# A device without a nonlinearity, whose pulses are so small that requests are as good as real.
IDEAL = Device(
    name="ideal_pair",
    reference="",
    law=Law("step", "", "alpha*n", "alpha*n", ("alpha",)),
    G_max=1 * nS,
    G_min=1e-3 * nS,
    parameters={"alpha": FINE},
    potentiation_pulse=Pulse(1 * volt, 1 * nsecond),
    depression_pulse=Pulse(-1 * volt, 1 * nsecond),
)
REAL = Programming(
    name="real",
    reference="",
    number=f"int(floor(dw/{2 * FINE} + 0.5))",  # both devices move, each by half
    learning={},
)
TRACES = """dApre/dt = -Apre/(20*ms) : 1 (event-driven)
            dApost/dt = -Apost/(15*ms) : 1 (event-driven)"""
PRE, POST = 7, 5
DT = 0.5 * ms


def spikes(size, number, random):
    """The same spikes for both: neurons and times, no neuron twice in a step."""
    places = random.choice(size * number, size * 12, replace=False)
    return places % size, places // size * float(DT)


def script(make):
    """Two groups whose spikes are given, and the synapses that `make` puts between them."""
    random, clock = np.random.default_rng(4), Clock(DT)
    inputs = SpikeGeneratorGroup(PRE, *_timed(spikes(PRE, 200, random)), clock=clock)
    drive = SpikeGeneratorGroup(POST, *_timed(spikes(POST, 200, random)), clock=clock)
    neurons = NeuronGroup(POST, "v : 1\nu : 1", threshold="u > 0", reset="u = 0", clock=clock)
    neurons.resetter["spike"].when = "thresholds"  # before the next u arrives
    neurons.resetter["spike"].order = 1
    force = Synapses(drive, neurons, on_pre="u_post = 1", clock=clock)
    force.connect(j="i")
    force.pre.order = -5
    synapses = make(inputs, neurons, clock)
    return Network(inputs, drive, neurons, force, synapses), neurons, synapses


def _timed(found):
    neurons, times = found
    order = np.argsort(times, kind="stable")
    return neurons[order], times[order] * 1000 * ms


def plain(start):
    def make(inputs, neurons, clock):
        synapses = Synapses(
            inputs,
            neurons,
            "w : 1\n" + TRACES,
            on_pre="v_post += w; Apre += 0.0213; w = clip(w + Apost, -0.9, 0.9)",
            on_post="Apost -= 0.021; w = clip(w + Apre, -0.9, 0.9)",
            clock=clock,
        )
        synapses.connect()
        synapses.w = start.ravel()
        return synapses

    return make


def pairs(device, rule, **more):
    def make(inputs, neurons, clock):
        return MemristivePair(inputs, neurons, device, rule, clock=clock, **more)

    return make


MIXED = dict(
    model=TRACES,
    on_pre="v_post += w; Apre += 0.0213; dw = clip(w + Apost, -0.9, 0.9) - w",
    on_post="Apost -= 0.021; dw = clip(w + Apre, -0.9, 0.9) - w",
)
APART = dict(
    model=TRACES,
    on_pre={"forward": "v_post += w; Apre += 0.0213", "learn": "dw = Apost"},
    on_post={"follow": "Apost -= 0.021", "learn_too": "dw = Apre"},
)


@pytest.mark.parametrize("target, paths", [("numpy", MIXED), ("numpy", APART), ("cython", APART)])
def test_an_ideal_pair_learns_as_plain_synapses(target, paths):
    with numpy_target():
        prefs.codegen.target = target
        network, neurons, pair = script(pairs(IDEAL, REAL, initial=(0.4, 0.6), seed=1, **paths))
        start = pair.matrix("w").copy()
        network.run(100 * ms, namespace={})
        prefs.codegen.target = "numpy"
        other, same, synapses = script(plain(start))
        other.run(100 * ms, namespace={})
        expected = np.array(synapses.w).reshape(PRE, POST)
        assert np.abs(expected - start).max() > 0.05  # there was something to learn
        np.testing.assert_allclose(pair.matrix("w"), expected, atol=60 * FINE)
        np.testing.assert_allclose(neurons.v[:], same.v[:], atol=60 * 12 * PRE * FINE)


WHOLE = Programming(name="whole", reference="", number="int(dw*200)", learning={})
STEPS = 200


def by_hand(G_plus, G_minus):
    """The same spikes, step by step: inputs before neurons, and Eq. (10) at each request."""
    random = np.random.default_rng(4)
    fired = []
    for size in (PRE, POST):
        table = np.zeros((STEPS, size), bool)
        neurons, times = spikes(size, STEPS, random)
        table[np.rint(times / float(DT)).astype(int), neurons] = True
        fired.append(table)
    fired[1] = np.roll(fired[1], 1, axis=0)  # u is set after thresholds
    fired[1][0] = False
    x, y, pulses = np.zeros(PRE), np.zeros(POST), np.zeros(POST)
    up, down = G_plus.copy(), G_minus.copy()

    def ask(row, column, dw):
        n = int(dw * 200)
        pulses[column] += abs(n)
        high, low = (up, down) if n > 0 else (down, up)
        high[row, column] = potentiated(high[row, column], abs(n), 1, 0.03058)
        low[row, column] = depressed(low[row, column], abs(n), K, 0.3534)

    for step in range(STEPS):
        x *= np.exp(-0.5 / 20)
        y *= np.exp(-0.5 / 15)
        for row in np.flatnonzero(fired[0][step]):
            x[row] += 0.0213
            for column in range(POST):
                ask(row, column, y[column])
        for column in np.flatnonzero(fired[1][step]):
            y[column] -= 0.021
            for row in range(PRE):
                ask(row, column, x[row])
    return up, down, pulses


@pytest.mark.parametrize("compiled", [False, True])
def test_both_sides_program_the_devices_and_are_counted(tmp_path, compiled):
    with standalone(np.float64) if compiled else numpy_target():
        networks = [
            script(pairs(TIOX, WHOLE, initial=(0.2, 0.8), seed=5, model=TRACES, **own))
            for own in (
                dict(
                    on_pre="v_post += w; Apre += 0.0213; dw = Apost",
                    on_post="Apost -= 0.021; dw = Apre",
                ),
                dict(
                    on_pre={"forward": "v_post += w; Apre += 0.0213", "learn": "dw = Apost"},
                    on_post={"follow": "Apost -= 0.021", "learn_too": "dw = Apre"},
                ),
            )
        ]
        together = Network(*(part for network, *_ in networks for part in network.objects))
        random = np.random.default_rng(5)
        shape = (PRE, POST)
        start = [K + (1 - K) * random.uniform(0.2, 0.8, shape) for _ in range(2)]
        together.run(STEPS * DT, namespace={})
        if compiled:
            compile_and_run(tmp_path / "program")
        *after, pulses = by_hand(*start)
        assert pulses.min() > 20
        for _, _, pair in networks:
            found = [np.asarray(G / (674 * nS)) for G in pair.conductances()]
            np.testing.assert_allclose(found, after, rtol=1e-6)
            np.testing.assert_array_equal(pair.counts().potentiation_pulses, pulses)
            np.testing.assert_array_equal(pair.counts().depression_pulses, pulses)


@pytest.mark.parametrize("name", ["ternary", "counter", "accumulator"])
def test_shipped_rules_carry_out_on_average_what_both_sides_ask(name):
    """Requests are 0.005 at spikes of the source, -0.004 at those of the target."""
    rule = load("programming", name)
    with numpy_target():
        clock = Clock(1 * ms)
        inputs = NeuronGroup(40, "", threshold="True", clock=clock)
        neurons = NeuronGroup(30, "", threshold="True", clock=clock)
        pair = MemristivePair(
            inputs, neurons, TIOX, rule, initial=(0.5, 0.5), clock=clock,
            on_pre="dw = 0.005", on_post="dw = -0.004",
        )  # fmt: skip
        seed(7)
        Network(inputs, neurons, pair).run(200 * ms, namespace={})
        events = pair.counts().potentiation_pulses.sum()
        number = 40 * 30
        if name == "ternary":  # each request is an event with its probability
            assert events == pytest.approx(number * 200 * 0.009, rel=0.06)
        else:  # what is asked in sum is 0.2 a pair, worth four pulses of 0.05
            assert events == pytest.approx(number * 4, rel=0.15)


@pytest.mark.parametrize(
    "code, reads",
    [
        ("dw = 0.01*(1 - w)", 6),  # of both devices of three pairs
        ("left = 1 - w; twice = 2*left; dw = 0.01*twice", 6),
        ("v_post += w; dw = 0.01*v_post", 0),  # of the neuron
        ("left = 1 - w; dw = 0.01", 0),
    ],
)
def test_what_a_request_reads_is_counted_as_reads(code, reads):
    with numpy_target():
        clock = Clock(1 * ms)
        inputs = NeuronGroup(3, "", threshold="True", clock=clock)
        neurons = NeuronGroup(2, "v : 1", threshold="True", clock=clock)
        pair = MemristivePair(
            inputs, neurons, TIOX, WHOLE, initial=(0.5, 0.5), clock=clock,
            on_pre="dw = 0", on_post=code,
        )  # fmt: skip
        Network(inputs, neurons, pair).run(1 * ms, namespace={})
        np.testing.assert_array_equal(pair.counts().reads, [reads, reads])


@pytest.mark.parametrize(
    "code", ["dw = 1; v += w", "dw = 1; dw = 2", "dw += 1", "v += dw; dw = 1", "dw = dw + 1"]
)
def test_a_request_is_one_statement_at_the_end(code):
    with pytest.raises(ValueError, match="'pre' must end in its request"):
        split_request("pre", code)


def test_a_pathway_may_not_set_a_conductance():
    with numpy_target(), pytest.raises(ValueError, match="sets w"):
        MemristivePair(
            NeuronGroup(1, "", threshold="True"), NeuronGroup(1, ""), TIOX, WHOLE,
            on_pre="G_plus += 0.1; dw = 0.1",
        )  # fmt: skip


def test_dw_is_no_variable_of_anything_else():
    with numpy_target(), pytest.raises(ValueError, match="call the variable otherwise"):
        groups = NeuronGroup(1, "", threshold="True"), NeuronGroup(1, "dw : 1")
        MemristivePair(*groups, TIOX, WHOLE, on_pre="dw = 0.1")
