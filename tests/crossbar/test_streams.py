"""Streams of draws: counts of pulses are binomial, and those of two layers, two seeds (as of two
epochs), two synapses next to each other and two steps are uncorrelated; a million draws each.

Seeds are fixed: a test fails when the code is wrong, not now and then.
"""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, StateMonitor, defaultclock, get_device, ms
from scipy.stats import binom, chi2
from standalone import compile_and_run, standalone

from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.pulses import Pulses

ROWS, COLUMNS, STEPS, P = 20, 70, 800, 0.3  # 1.12e6 draws; two blocks of columns
WAYS = {  # the pathway's argument, its pulses, and the template that they come to
    "sampled": ("on_pre", Pulses("SR(a_post)", "now = n"), "sampled"),
    "thinned": ("on_pre", Pulses("SR(a_post*b_pre)", "now = n"), "sampled"),
    "pulses": ("on_pre", Pulses("SR(x)", "now = n", prepare="x = a_post"), "pulses"),
    "dense": ("on_pre", Pulses("SR(a_post*b_pre + 0*x)", "now = n"), "pulses"),
    "on_post": ("on_post", Pulses("SR(a_post)", "now = n"), "pulses"),
}
SEEDS = (4, 5)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """(seed, layer, way) -> numbers of pulses (steps, rows, columns), from one program."""
    with standalone(np.float32):
        defaultclock.dt = 1 * ms
        inputs = NeuronGroup(ROWS, "b : 1\nseed : integer (shared)", threshold="i >= 0", name="ins")
        neurons = NeuronGroup(COLUMNS, "a : 1", threshold="i >= 0", name="outs")
        inputs.b = np.linspace(0.5, 1, ROWS)[::-1]
        neurons.a = P
        monitors, made = {}, []
        for layer in (1, 2):
            for way, (argument, pulses, template) in WAYS.items():
                name = f"{way}_{layer}"
                synapses = Crossbar(
                    inputs, neurons, "now : 1\nx : 1", **{argument: pulses}, name=name
                )
                synapses.run_regularly("now = 0", when="start", name=f"{name}_clear")
                monitors[layer, way] = StateMonitor(
                    synapses, "now", record=np.arange(ROWS * COLUMNS), when="end"
                )
                made.append((synapses, template))
        device = get_device()
        device.apply_run_args()
        seed = device.get_array_name(inputs.variables["seed"])
        device.insert_code("main", f"brian::_random_generators[0].seed({seed}[0]);")
        groups = [synapses for synapses, _ in made]
        Network(inputs, neurons, *groups, *monitors.values()).run(STEPS * ms)
        for synapses, template in made:
            (pathway,) = synapses._pathways
            assert pathway.template == template
        folder, found = tmp_path_factory.mktemp("streams") / "program", {}
        for number in SEEDS:
            values = {inputs.seed: number}
            if number == SEEDS[0]:
                compile_and_run(folder, values)
            else:
                device.run(directory=str(folder), with_output=False, run_args=values)
            for (layer, way), monitor in monitors.items():
                now = np.array(monitor.now).T.reshape(STEPS, ROWS, COLUMNS)
                found[number, layer, way] = now.astype(np.int8)
        return found


def probability(way):
    """Of each row."""
    return P * (np.linspace(0.5, 1, ROWS)[::-1] if way in ("thinned", "dense") else np.ones(ROWS))


def assert_binomial(counts, trials, probabilities):
    """The chi-square test of histograms, one for each probability, together; at least five are
    expected in a bin."""
    statistic = freedom = 0
    for own, p in zip(counts, probabilities, strict=True):
        expected = own.size * binom.pmf(np.arange(trials + 1), trials, p)
        observed = np.bincount(own.ravel(), minlength=trials + 1)
        low, *_, high = np.flatnonzero(expected >= 5)
        bins = [
            np.r_[each[: low + 1].sum(), each[low + 1 : high], each[high:].sum()]
            for each in (observed, expected)
        ]
        statistic += ((bins[0] - bins[1]) ** 2 / bins[1]).sum()
        freedom += len(bins[1]) - 1
    assert 1e-3 < chi2.sf(statistic, freedom) < 1 - 1e-3  # nor more alike than chance has it


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("layer", [1, 2])
def test_counts_are_binomial(drawn, way, layer):
    """Of a row in a step; of a synapse over the steps, and of a column in a step."""
    numbers, p = drawn[SEEDS[0], layer, way], probability(way)
    assert set(np.unique(numbers)) == {0, 1}
    assert_binomial(numbers.sum(2).T, COLUMNS, p)
    if len(set(p)) == 1:
        assert_binomial([numbers.sum(0)], STEPS, [P])
        assert_binomial([numbers.sum(1)], ROWS, [P])
    variance = (p * (1 - p)).sum() * STEPS * COLUMNS
    assert abs(numbers.sum() - p.sum() * STEPS * COLUMNS) < 3.3 * np.sqrt(variance)


def assert_uncorrelated(one, other):
    """Over all draws: 3.3 standard errors, a chance of 1e-3."""
    first, second = (each - each.mean((0, 2), keepdims=True) for each in (one, other))
    correlation = (first * second).sum() / np.sqrt((first**2).sum() * (second**2).sum())
    assert abs(correlation) * np.sqrt(first.size) < 3.3


@pytest.mark.parametrize("way", WAYS)
def test_streams_are_uncorrelated(drawn, way):
    seed, other = SEEDS
    one = drawn[seed, 1, way].astype(float)
    assert_uncorrelated(one, drawn[seed, 2, way].astype(float))  # two layers
    assert_uncorrelated(one, drawn[other, 1, way].astype(float))  # two seeds: runs, epochs
    assert_uncorrelated(one, drawn[other, 2, way].astype(float))
    assert_uncorrelated(one[:, :, 1:], one[:, :, :-1])  # neurons next to each other
    assert_uncorrelated(one[:, 1:], one[:, :-1])  # inputs
    assert_uncorrelated(one[1:], one[:-1])  # steps
    assert_uncorrelated(one[:, :, 64:], one[:, :, :6])  # blocks of neurons
