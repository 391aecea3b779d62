"""A `Convolution` does what NumPy does connection by connection, whatever its code is; interpreted
and compiled."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, TimedArray, defaultclock, ms
from standalone import compile_and_run, numpy_target, standalone

from snn_brian.crossbar.convolution import Convolution
from snn_brian.crossbar.crossbar import Crossbar
from snn_brian.crossbar.kernel import Kernel

KERNEL = Kernel(6, 7, 2, size=3, stride=2, maps=5)
STEPS = 4
CODE = {
    "forward": "x = scale*w\nU_post += x",
    "learn": "grad += delta_post*size_pre",
    "noise": "noisy_post += rand()\nlast_post = rand()",
}


@pytest.fixture(autouse=True)
def step():
    before = defaultclock.dt
    defaultclock.dt = 1 * ms
    yield
    defaultclock.dt = before


def given():
    """(steps, neurons of the image) of spikes, and values of variables."""
    random = np.random.default_rng(4)
    return random.random((STEPS, KERNEL.source)) < 0.3, {
        "size": random.random(KERNEL.source),
        "delta": random.normal(size=KERNEL.target),
        "w": random.normal(size=KERNEL.shape),
    }


def network(code=CODE, kernel=KERNEL, source=KERNEL.source):
    spiking, values = given()
    source = NeuronGroup(source, "size : 1", threshold="shown(t, i) > 0")
    target = NeuronGroup(KERNEL.target, "U : 1\ndelta : 1\nnoisy : 1\nlast : 1")
    rows, columns = NeuronGroup(KERNEL.rows, ""), NeuronGroup(KERNEL.maps, "")
    crossbar = Crossbar(rows, columns, "w : 1\ngrad : 1\nscale : 1 (shared)")
    events = dict.fromkeys(code, "spike")
    connections = Convolution(source, target, crossbar, kernel, on_pre=code, on_event=events)
    source.size, target.delta, crossbar.scale = values["size"], values["delta"], 0.5
    crossbar.w = values["w"].ravel()
    net = Network(source, target, rows, columns, crossbar, connections)
    return net, target, crossbar, {"shown": TimedArray(spiking.astype(float), dt=1 * ms)}


def expected():
    """U, grad and the number of spikes that reach each target neuron."""
    spiking, values = given()
    i, j, weight = KERNEL.unrolled()
    U, grad, number = np.zeros(KERNEL.target), np.zeros(KERNEL.rows * KERNEL.maps), 0
    for spikes in spiking:
        on = spikes[i]
        np.add.at(U, j[on], 0.5 * values["w"].ravel()[weight[on]])
        np.add.at(grad, weight[on], values["delta"][j[on]] * values["size"][i[on]])
        number = number + np.bincount(j[on], minlength=KERNEL.target)
    return U, grad.reshape(KERNEL.shape), number


def check(target, crossbar, rtol):
    U, grad, number = expected()
    np.testing.assert_allclose(target.U[:], U, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(crossbar.matrix("grad"), grad, rtol=rtol, atol=rtol)
    # a draw for each connection: a sum of uniform ones, and no two of them alike
    noisy, last = np.asarray(target.noisy[:]), np.asarray(target.last[:])
    assert abs((noisy - number / 2).sum()) < 4 * np.sqrt(number.sum() / 12)
    assert np.all((noisy >= 0) & (noisy <= number)) and np.std(noisy - number / 2) > 0.5
    assert len(set(last)) > 0.99 * KERNEL.target


def test_it_is_that_of_numpy_interpreted():
    with numpy_target():
        net, target, crossbar, namespace = network()
        net.run(STEPS * ms, namespace=namespace)
        check(target, crossbar, 1e-12)


def test_it_is_that_of_numpy_compiled(tmp_path):
    with standalone():
        net, target, crossbar, namespace = network()
        net.run(STEPS * ms, namespace=namespace)
        compile_and_run(tmp_path / "program")
        check(target, crossbar, 2e-6)


@pytest.mark.parametrize(
    "what, change, message",
    [
        ("kernel", Kernel(6, 7, 2, size=3, stride=2, maps=4), "target: 30 does not fit .* 24"),
        ("kernel", Kernel(6, 7, 1, size=3, stride=2, maps=5), "source: 84 does not fit .* 42"),
        ("source", 85, "source: 85 does not fit the kernel, which needs 84"),
        ("code", {"forward": "U += w"}, "would change the variable .* write 'U_post'"),
        ("code", {"forward": "U_post += w*U"}, "'U_post' and 'U' in the code of .* one variable"),
    ],
)
def test_what_does_not_fit_is_refused(what, change, message):
    with numpy_target(), pytest.raises(ValueError, match=message):
        network(**{what: change})
