"""Compiled groups of neurons equal Brian2's own in NumPy: events, their code, numbers of neurons,
constants."""

import numpy as np
from brian2 import BrianLogger, Network, NeuronGroup, SpikeMonitor, defaultclock, ms
from scipy.stats import binom, chi2
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar.neurons import Neurons

BrianLogger.suppress_name("only_threshold")
STATE = ("U", "k", "late", "drawn", "all", "V", "g")
MANY, STEPS, P = 4001, 25, 0.2  # no whole number of vectors


def declare(kind):
    defaultclock.dt = 1 * ms
    neurons = kind(
        37,
        """
        U : 1
        k : integer
        late : 1
        drawn : 1
        all : 1
        dV/dt = (1 - V - g*(V + i/N))/(3*ms) : 1 (unless refractory)
        dg/dt = -g/(7*ms) : 1
        """,
        threshold="(U > 0.3*i/N) and i % 5 != t_in_timesteps % 5",
        reset="U -= 0.1*i\nk += i",
        refractory=2 * ms,
        events={
            "odd": "i % 2 == 1",
            "third": "i % 3 == 0 and rand() < 2",
            "alike": "t_in_timesteps % 4 == 1",
        },
        method="exponential_euler",
        name="neurons",
    )
    neurons.run_regularly("U = clip(U + 0.7*sin(0.3*i + t/ms), -2, 2)")
    neurons.run_on_event("odd", "late += 0.1*i")
    neurons.run_on_event("third", "drawn += i")
    neurons.run_on_event("alike", "all += 1; g += 0.1*i")
    random = kind(MANY, "p : 1", threshold="rand() < p", name="random")
    random.p = P
    monitor = SpikeMonitor(random)
    network = Network(neurons, random, monitor)
    network.run(STEPS * ms)
    return neurons, monitor


def test_compiled_neurons_are_those_of_numpy(tmp_path):
    with numpy_target(np.float32):
        neurons, _ = declare(NeuronGroup)
        expected = {name: np.array(getattr(neurons, name)[:]) for name in STATE}
    with standalone(np.float32):
        neurons, monitor = declare(Neurons)
        compile_and_run(tmp_path / "program")
        for name, values in expected.items():
            np.testing.assert_allclose(
                getattr(neurons, name)[:], values, rtol=1e-4, atol=1e-5, err_msg=name
            )
        spikes = np.zeros((STEPS, MANY), bool)
        spikes[np.rint(np.array(monitor.t) * 1e3).astype(int), np.array(monitor.i)] = True
        assert spikes.sum() == len(monitor.i)
        code, of_random = (
            "".join(
                file.read_text()
                for file in (tmp_path / "program" / "code_objects").glob(f"{name}_*.cpp")
            )
            for name in ("neurons", "random")
        )
    assert "_crossbar_rand(_key" in of_random  # a hash, with which the loop vectorises
    assert "const int32_t i = _idx;" in code and "_array_neurons_i[" not in code
    assert "_short_exp(" in code.replace("_short_exp(const", "")
    assert (
        expected["drawn"][3::3].all()
        and expected["k"].any()
        and expected["late"][1::2].all()
        and np.ptp(expected["U"]) > 1
        and np.ptp(expected["V"]) > 0.3
        and (expected["all"] == 6).all()
    )
    independent(spikes)


def independent(spikes):
    """Of (steps, neurons): each neuron's and each step's number of spikes is binomial, and neither
    neighbours nor steps are correlated."""
    for axis, draws in ((0, STEPS), (1, MANY)):
        counts = spikes.sum(axis=axis)
        spread = ((counts - draws * P) ** 2 / (draws * P * (1 - P))).sum()
        assert 0.001 < chi2.cdf(spread, len(counts)) < 0.999
    assert 0.001 < binom.cdf(spikes.sum(), spikes.size, P) < 0.999
    centred = (spikes - P) / np.sqrt(P * (1 - P))
    for a, b in (
        (centred[1:], centred[:-1]),
        (centred[:, 1:], centred[:, :-1]),
        (centred[:, 16:], centred[:, :-16]),
        (centred[1:, 1:], centred[:-1, :-1]),
    ):
        assert abs((a * b).sum()) < 4 * np.sqrt(a.size)
