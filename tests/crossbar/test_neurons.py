"""Compiled groups of neurons equal Brian2's own in NumPy: events, their code, numbers of neurons,
constants."""

import numpy as np
from brian2 import BrianLogger, Network, NeuronGroup, defaultclock, ms
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar.neurons import Neurons

BrianLogger.suppress_name("only_threshold")


def declare(kind):
    defaultclock.dt = 1 * ms
    neurons = kind(
        37,
        "U : 1\nk : integer\nlate : 1\ndrawn : 1",
        threshold="(U > 0.3*i/N) and i % 5 != t_in_timesteps % 5",
        reset="U -= 0.1*i\nk += i",
        refractory=2 * ms,
        events={"odd": "i % 2 == 1", "third": "i % 3 == 0 and rand() < 2"},
        name="neurons",
    )
    neurons.run_regularly("U = clip(U + 0.7*sin(0.3*i + t/ms), -2, 2)")
    neurons.run_on_event("odd", "late += 0.1*i")
    neurons.run_on_event("third", "drawn += i")
    network = Network(neurons)
    network.run(25 * ms)
    return neurons


def test_compiled_neurons_are_those_of_numpy(tmp_path):
    with numpy_target(np.float32):
        neurons = declare(NeuronGroup)
        expected = {
            name: np.array(getattr(neurons, name)[:]) for name in ("U", "k", "late", "drawn")
        }
    with standalone(np.float32):
        neurons = declare(Neurons)
        compile_and_run(tmp_path / "program")
        for name, values in expected.items():
            np.testing.assert_allclose(
                getattr(neurons, name)[:], values, rtol=1e-4, atol=1e-5, err_msg=name
            )
        code = "".join(
            file.read_text()
            for file in (tmp_path / "program" / "code_objects").glob("neurons_*.cpp")
        )
    assert "const int32_t i = _idx;" in code and "_array_neurons_i[" not in code
    assert (
        expected["drawn"][3::3].all()
        and expected["k"].any()
        and expected["late"][1::2].all()
        and np.ptp(expected["U"]) > 1
    )
