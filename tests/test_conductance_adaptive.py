"""models/neurons/conductance_adaptive.py against SciPy, with the paper's equations written out in
mV and ms."""

import numpy as np
from brian2 import Clock, Equations, Network, NeuronGroup, ms, mV
from scipy.integrate import solve_ivp
from standalone import numpy_target

from snn_brian.check.dry_run import shared
from snn_brian.check.loading import declarations

NEURON = declarations("neuron")["conductance_adaptive"][0]


def slopes(t, y):
    """Diehl, Cook 2015, Eq. (1), (2)."""
    v, ge, gi = y
    return [((-65 - v) + ge * (0 - v) + gi * (-100 - v)) / 100, -ge / 1, -gi / 2]


def test_membrane_and_threshold_are_those_of_the_paper():
    with numpy_target():
        clock = Clock(0.5 * ms)
        neurons = NeuronGroup(
            3,
            Equations(NEURON.equations) + shared(NEURON.parameters) + "learning : 1 (shared)",
            threshold=NEURON.threshold,
            reset=NEURON.reset,
            refractory=NEURON.refractory,
            method=NEURON.method,
            clock=clock,
        )
        for name, value in NEURON.parameters.items():
            setattr(neurons, name, value)
        neurons.U, neurons.learning = -65 * mV, 1
        neurons.g_e, neurons.g_i = [5, 5, 60], [0, 8, 0]
        Network(neurons).run(8 * ms, namespace={})
        for number, (ge, gi) in enumerate([(5, 0), (5, 8)]):
            wanted = solve_ivp(slopes, (0, 8), [-65, ge, gi], rtol=1e-9, atol=1e-9).y[:, -1]
            np.testing.assert_allclose(neurons.U[number] / mV, wanted[0], atol=1.0)
            np.testing.assert_allclose(neurons.g_i[number], wanted[2], rtol=1e-6, atol=1e-12)
        # the third has spiked once, is at its reset or above, and its threshold has risen
        np.testing.assert_allclose(neurons.theta / mV, [0, 0, 0.05], atol=1e-9)


def test_a_threshold_falls_between_presentations_the_more_slowly_the_more_neurons_there_are():
    """And not in tests."""
    with numpy_target():
        for number, learning in ((3, 1), (12, 1), (3, 0)):
            neurons = NeuronGroup(
                number,
                Equations(NEURON.equations)
                + shared(NEURON.parameters)
                + "learning : 1 (shared)\nsteps : integer (shared)",
                clock=Clock(0.5 * ms),
                method=NEURON.method,
            )
            for name, value in NEURON.parameters.items():
                setattr(neurons, name, value)
            neurons.learning, neurons.steps, neurons.theta = learning, 700, 20 * mV
            neurons.run_regularly(NEURON.start_of_presentation)
            Network(neurons).run(0.5 * ms, namespace={})
            wanted = 20 * (1 - learning * 0.5 / (number * 15))  # half a second of 15 for each
            np.testing.assert_allclose(neurons.theta / mV, wanted, rtol=1e-12)
