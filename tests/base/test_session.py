"""A user's session of Brian2 is as it was after whatever the package does in it."""

import numpy as np
import pytest
from brian2 import (
    Network,
    NeuronGroup,
    SpikeMonitor,
    defaultclock,
    get_device,
    ms,
    prefs,
    seed,
    set_device,
)
from brian2.devices.device import reset_device, runtime_device
from brian2.utils.logger import BrianLogger
from conftest import declared

from snn_brian.base.session import own_session
from snn_brian.check.loading import load
from snn_brian.train.arm import Arm
from snn_brian.train.training import Training


def state():
    """All that a session consists of."""
    handler = BrianLogger.console_handler
    return (
        get_device(),
        float(defaultclock.dt),
        prefs.codegen.target,
        prefs.core.default_float_dtype,
        list(handler.filters) if handler else None,
        str(np.random.get_state()),
    )


@pytest.fixture
def session():
    """A user with settings of their own."""
    before = prefs.codegen.target, prefs.core.default_float_dtype, float(defaultclock.dt)
    prefs.codegen.target, defaultclock.dt = "numpy", 0.25 * ms
    yield
    prefs.codegen.target, prefs.core.default_float_dtype = before[:2]
    defaultclock.dt = before[2] * 1000 * ms


def own_model():
    """Spikes of a noisy model of the user's own, in the session as it is."""
    seed(7)
    group = NeuronGroup(20, "dv/dt = (1.2 - v + 0.5*xi*ms**0.5)/(10*ms) : 1", threshold="v > 1",
                        reset="v = 0", method="euler")  # fmt: skip
    spikes = SpikeMonitor(group)
    network = Network(group, spikes)
    network.run(20 * ms)
    first = np.array(spikes.t / ms)
    return network, spikes, first


def arm(target):
    return Arm(
        layers=(5,), neuron=declared("neuron", "leaky_integrate_and_fire"),
        encoder=declared("encoder", "rate"), weights=declared("device", "TiOx"),
        programming=declared("programming", "ternary"), optimizer=declared("optimizer", "sgd"),
        loss=declared("loss", "mse"), batch=1, steps=3, eta=None, epochs=1, seed=0, target=target,
    )  # fmt: skip


def everything(target, mnist):
    """A declaration is loaded and checked, a network is built and trained."""
    load("neuron", "izhikevich")
    load("programming", "counter")
    training = Training(arm(target), mnist(6, 3))
    for _ in training.epochs():
        pass
    return training


@pytest.mark.parametrize("target", ["numpy", "cpp_standalone"])
def test_a_users_own_model_is_the_same_before_between_and_after(
    session, target, mnist, private_builds
):
    patch = private_builds()
    try:
        _, _, expected = own_model()
        network, spikes, _ = own_model()
        before = state()
        everything(target, mnist)
        assert state() == before
        network.run(10 * ms)  # goes on where it was
        going_on = np.array(spikes.t / ms)
        _, _, after = own_model()
        np.testing.assert_array_equal(after, expected)
        other, other_spikes, _ = own_model()
        other.run(10 * ms)
        np.testing.assert_array_equal(going_on, np.array(other_spikes.t / ms))
    finally:
        patch.undo()


def test_a_session_is_set_back_after_an_error(session):
    before = state()
    with pytest.raises(ZeroDivisionError):
        with own_session(target="cython", dtype=np.float32, dt=1e-3):
            np.random.random(5)
            raise ZeroDivisionError
    assert state() == before and get_device() is runtime_device


def test_a_program_of_the_users_own_stays_the_users_own(session, mnist, private_builds):
    """What is declared for C++ standalone mode before a training is built after it."""
    patch = private_builds()
    set_device("cpp_standalone", build_on_run=False)
    try:
        device = get_device()
        group = NeuronGroup(3, "v : 1", name="of_the_user")
        queued, arrays = len(device.main_queue), len(device.arrays)
        everything("numpy", mnist)
        assert get_device() is device and float(defaultclock.dt) == pytest.approx(0.25e-3)
        assert len(device.arrays) == arrays and len(device.main_queue) == queued
        assert group.name in {variable.owner.name for variable in device.arrays}
    finally:
        get_device().reinit()
        reset_device()
        set_device("runtime")
        patch.undo()
